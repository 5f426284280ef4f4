/** What the page at `/` of the service says. */
export const HOME_PAGE = {
  title: { zh: '电子数据存证服务', en: 'Evidence ledger' },
  what: {
    zh: '本服务把电子数据的哈希值登记进只增不改的存证日志，定期锚定到区块链，并出具存证回执。凭文件与回执，任何人无须信任本服务即可核验。',
    en: 'This service registers digests of electronic evidence in an append-only log, anchors the log on a chain, and issues receipts. With a file and its receipt anybody can verify without trusting the service.',
  },
  state: { zh: '当前状态', en: 'State' },
  ready: { zh: '正在接受登记。', en: 'Registrations are accepted.' },
  refusing: {
    zh: '暂停登记（{code}）；查询与核验照常。',
    en: 'Registrations are paused ({code}); reading and verifying go on.',
  },
  size: {
    zh: '存证日志共有 {size} 条记录，其中 {anchored} 条已上链并最终确认。',
    en: 'The log has {size} records, {anchored} of them anchored and final.',
  },
  chainReachable: { zh: '区块链可以访问。', en: 'The chain answers.' },
  chainSilent: {
    zh: '区块链暂时无法访问（{code}）：登记照常，锚定稍后补上。',
    en: 'The chain cannot be reached ({code}): registration goes on, anchors follow later.',
  },
  damaged: {
    zh: '后台检查发现 {count} 处数据损坏，请运营方处理。',
    en: 'Checks in the background found {count} damaged places; the operator has to look after them.',
  },
  more: { zh: '更多', en: 'More' },
  docs: { zh: '接口说明', en: 'HTTP interface' },
  trust: { zh: '核验基准文件（运营方自述）', en: 'Trust file (as the operator states it)' },
  verifier: { zh: '单文件核验程序（Node 20 及以上）', en: 'Verifier as one file (Node 20 and newer)' },
  verifierDigest: { zh: '该程序的 SHA-256', en: 'SHA-256 of that program' },
  checkpoint: { zh: '最新检查点', en: 'Newest checkpoint' },
  anchors: { zh: '锚定记录', en: 'Anchors' },
} as const;
