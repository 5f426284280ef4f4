/** What the page at `/` of the service says. */
export const HOME_PAGE = {
  what: {
    zh: '本服务把电子数据的哈希值登记进只增不改的存证日志，定期锚定到区块链，并出具存证回执。凭文件与回执，任何人无须信任本服务即可核验。',
    en: 'This service registers digests of electronic evidence in an append-only log, anchors the log on a chain, and issues receipts. With a file and its receipt anybody can verify without trusting the service.',
  },
  verify: { zh: '核验，无需登录', en: 'Verify, without signing in' },
  verifyNote: {
    zh: '把文件和它的回执拖进网页，即知是否为当时登记的文件。文件不离开您的电脑。',
    en: 'Drop a file and its receipt into the page: it says whether this is the file that was registered. The file does not leave your computer.',
  },
  openVerify: { zh: '核验', en: 'Verify' },
  court: { zh: '当庭核验', en: 'Court mode' },
  courtHandbook: { zh: '法院及核验者手册', en: 'Handbook for courts and all who verify' },
  offline: {
    zh: '下载离线核验网页（断网可用）',
    en: 'Download the offline verifier (works without a network)',
  },
  offlineDigest: { zh: '离线核验网页的 SHA-256', en: 'SHA-256 of the offline verifier' },
  register: { zh: '登记', en: 'Register' },
  registerNote: {
    zh: '在存有文件的机器上，于程序目录运行下面的命令，即得到存证编号和回执。回执与文件一并保存。全局安装的程序，把 npm run evl -- 写成 evl。',
    en: 'Run this command in the folder of the program, on the machine that has the file; it gives a record number and a receipt. Keep the receipt with the file. Where the program is installed globally, write evl for npm run evl --.',
  },
  registerCommand: {
    zh: "npm run evl -- add 文件 --case '{caseNumber}' --url {url}",
    en: "npm run evl -- add FILE --case '{caseNumber}' --url {url}",
  },
  handlerHandbook: { zh: '办案人员手册', en: 'Handbook for case handlers' },
  docs: { zh: '接口说明（供程序使用）', en: 'HTTP interface, for programs' },
  audit: { zh: '审计', en: 'Audit' },
  auditNote: {
    zh: '日志、锚定与公钥都是公开数据。在程序目录运行下面的命令，即重算全部存证日志，并与区块链比对。',
    en: 'Log, anchors and public keys are open to everybody. This command, run in the folder of the program, computes the whole log again and compares it with the chain.',
  },
  auditCommand: {
    zh: 'npm run evl -- audit --url {url} --trust 核验基准文件 --rpc 您的区块链节点',
    en: 'npm run evl -- audit --url {url} --trust TRUST-FILE --rpc YOUR-NODE',
  },
  auditorHandbook: { zh: '审计者手册', en: 'Handbook for auditors' },
  checkpoint: { zh: '最新检查点', en: 'Newest checkpoint' },
  anchors: { zh: '锚定记录', en: 'Anchors' },
  state: { zh: '当前状态', en: 'State' },
  ready: { zh: '正在接受登记。', en: 'Registrations are accepted.' },
  refusing: {
    zh: '暂停登记（{code}）；查询与核验照常。',
    en: 'Registrations are paused ({code}); reading and verifying go on.',
  },
  starting: {
    zh: '服务刚刚启动，尚未询问区块链。',
    en: 'The service has just started and has not asked the chain yet.',
  },
  chainSilent: {
    zh: '区块链暂时无法访问（{code}）：登记照常，锚定稍后补上。',
    en: 'The chain cannot be reached ({code}): registration goes on, anchors follow later.',
  },
  anchorLate: {
    zh: '有 {count} 条记录尚未锚定，而一个多小时没有新的锚定：请向运营方了解原因。',
    en: '{count} {count:record waits|records wait} for an anchor, and there was none for more than an hour: ask the operator why.',
  },
  damaged: {
    zh: '后台检查发现 {count} 处数据损坏，请运营方处理。',
    en: 'Checks in the background found {count} damaged {count:place|places}; the operator has to look after them.',
  },
  operator: { zh: '运营方', en: 'Operator' },
  operatorUnnamed: { zh: '未写明', en: 'not stated' },
  log: { zh: '存证日志', en: 'Log' },
  records: { zh: '登记记录', en: 'Records' },
  noRecords: { zh: '尚无登记。', en: 'Nothing is registered yet.' },
  size: {
    zh: '共 {size} 条，其中 {anchored} 条已上链并最终确认。',
    en: '{size} {size:record|records}, {anchored} of them anchored and final.',
  },
  lastAnchor: { zh: '最近一次锚定', en: 'Last anchor' },
  noAnchor: { zh: '尚无锚定', en: 'none yet' },
  ago: { zh: '{since}前，{time}', en: '{since} ago, {time}' },
  lessThanMinute: { zh: '不到 1 分钟', en: 'less than a minute' },
  minutes: { zh: '{count} 分钟', en: '{count} {count:minute|minutes}' },
  hours: { zh: '{count} 小时', en: '{count} {count:hour|hours}' },
  days: { zh: '{count} 天', en: '{count} {count:day|days}' },
  chain: { zh: '区块链', en: 'Chain' },
  chainOfOperator: {
    zh: '由运营方自行运行（链号 {chainId}）：时间与不可回滚性依赖运营方。',
    en: 'Run by the operator (chain id {chainId}): time and irreversibility rest on the operator.',
  },
  chainOfOthers: {
    zh: '运营方称由他人运行（链号 {chainId}）；核验时请用您自己的节点。',
    en: 'Run by others, as the operator states (chain id {chainId}); verify with a node of your own.',
  },
  witnesses: { zh: '见证节点', en: 'Witnesses' },
  noWitnesses: {
    zh: '没有：除区块链外，没有他人记住这份存证日志。',
    en: 'None: nobody but the chain remembers this log.',
  },
  witnessNames: {
    zh: '{names}。它们记住存证日志并联署检查点；改写日志会被发现。',
    en: '{names}. They remember the log and cosign its checkpoints; a log that was rewritten is noticed.',
  },
  trust: { zh: '核验基准文件', en: 'Trust file' },
  trustNote: {
    zh: '它写明日志的公钥、区块链与合约，核验以它为准。这一份是运营方自述：请通过电话或书面与运营方核对上面的指纹，相符后另存，核验时与文件一起拖进网页。',
    en: 'It names the key of the log, the chain and the contract that a verification goes by. This one is what the operator states: compare the fingerprint above with the operator by telephone or on paper, then save the file and drop it into the page together with the evidence.',
  },
  fingerprint: { zh: '指纹', en: 'Fingerprint' },
  saveTrust: { zh: '打开核验基准文件（trust.json）', en: 'Open the trust file (trust.json)' },
  missing: {
    zh: '本服务没有网页：请运营方在程序目录运行 npm run build:web，再刷新本页。',
    en: 'This service has no pages: the operator runs npm run build:web in the folder of the program, then reload this page.',
  },
  more: { zh: '更多', en: 'More' },
  allHandbooks: { zh: '全部使用手册', en: 'All handbooks' },
  verifier: { zh: '单文件核验程序（Node 20 及以上）', en: 'Verifier as one file (Node 20 and newer)' },
  verifierDigest: { zh: '单文件核验程序的 SHA-256', en: 'SHA-256 of that program' },
} as const;
