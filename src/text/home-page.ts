/** What the page at `/` of the service says. */
export const HOME_PAGE = {
  title: { zh: '电子数据存证服务', en: 'Evidence ledger' },
  what: {
    zh: '本服务把电子数据的哈希值登记进只增不改的存证日志，定期锚定到区块链，并出具存证回执。凭文件与回执，任何人无须信任本服务即可核验。',
    en: 'This service registers digests of electronic evidence in an append-only log, anchors the log on a chain, and issues receipts. With a file and its receipt anybody can verify without trusting the service.',
  },
  otherLanguage: { zh: 'English', en: '中文' },
  verify: { zh: '核验', en: 'Verify' },
  verifyNote: {
    zh: '无须登录。把文件和回执拖进网页即可，文件不离开您的电脑。',
    en: 'Without signing in. Drop a file and its receipt into the page; the file does not leave your computer.',
  },
  court: { zh: '当庭核验', en: 'Court mode' },
  register: { zh: '登记', en: 'Register' },
  registerNote: {
    zh: '用命令行登记：evl add 文件 --case 案号；程序可以用接口。',
    en: 'By the command line: evl add FILE --case CASE; programs use the interface.',
  },
  audit: { zh: '审计', en: 'Audit' },
  auditNote: {
    zh: '日志、锚定与密钥都是公开数据，任何人都可以重新计算：evl audit。',
    en: 'Log, anchors and keys are public; anybody can compute all of it again: evl audit.',
  },
  state: { zh: '当前状态', en: 'State' },
  ready: { zh: '正在接受登记。', en: 'Registrations are accepted.' },
  refusing: {
    zh: '暂停登记（{code}）；查询与核验照常。',
    en: 'Registrations are paused ({code}); reading and verifying go on.',
  },
  records: { zh: '登记记录', en: 'Records' },
  size: {
    zh: '存证日志共有 {size} 条记录，其中 {anchored} 条已上链并最终确认。',
    en: 'The log has {size} records, {anchored} of them anchored and final.',
  },
  lastAnchor: { zh: '最近一次锚定', en: 'Last anchor' },
  noAnchor: { zh: '尚无锚定', en: 'none yet' },
  agoMinutes: { zh: '{minutes} 分钟前（{time}）', en: '{minutes} {minutes:minute|minutes} ago ({time})' },
  log: { zh: '存证日志', en: 'Log' },
  chain: { zh: '区块链', en: 'Chain' },
  chainOfOperator: {
    zh: '由运营方自行运行：时间与不可回滚性依赖运营方。',
    en: 'Run by the operator: time and irreversibility rest on the operator.',
  },
  chainOfOthers: { zh: '运营方称由他人运行。', en: 'Run by others, as the operator states.' },
  chainReachable: { zh: '区块链可以访问。', en: 'The chain answers.' },
  chainSilent: {
    zh: '区块链暂时无法访问（{code}）：登记照常，锚定稍后补上。',
    en: 'The chain cannot be reached ({code}): registration goes on, anchors follow later.',
  },
  witnesses: { zh: '见证节点', en: 'Witnesses' },
  noWitnesses: { zh: '没有', en: 'none' },
  fingerprint: { zh: '核验基准文件的指纹', en: 'Fingerprint of the trust file' },
  fingerprintNote: {
    zh: 'sha256:{sha256}。请通过电话或书面与运营方核对，再据此核验。',
    en: 'sha256:{sha256}. Compare it with the operator by telephone or on paper before you verify by it.',
  },
  damaged: {
    zh: '后台检查发现 {count} 处数据损坏，请运营方处理。',
    en: 'Checks in the background found {count} damaged places; the operator has to look after them.',
  },
  missing: {
    zh: '本服务没有网页：请运营方运行 npm run build:web 后重新启动。',
    en: 'This service has no pages: the operator runs npm run build:web and starts it again.',
  },
  more: { zh: '更多', en: 'More' },
  docs: { zh: '接口说明', en: 'HTTP interface' },
  trust: { zh: '核验基准文件（运营方自述）', en: 'Trust file (as the operator states it)' },
  offline: { zh: '离线核验网页（另存后断网可用）', en: 'Offline verifier (save it, and use it without a network)' },
  verifier: { zh: '单文件核验程序（Node 20 及以上）', en: 'Verifier as one file (Node 20 and newer)' },
  verifierDigest: { zh: '该程序的 SHA-256', en: 'SHA-256 of that program' },
  checkpoint: { zh: '最新检查点', en: 'Newest checkpoint' },
  anchors: { zh: '锚定记录', en: 'Anchors' },
} as const;
