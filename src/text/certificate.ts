/** The texts of a certificate (存证证书). */
export const CERTIFICATE = {
  title: { zh: '存证证书', en: 'Certificate of Evidence Deposit' },
  number: { zh: '证书编号／存证编号', en: 'Certificate / record no.' },
  kind: { zh: '证据类型', en: 'Type' },
  itemNumber: { zh: '证据编号', en: 'Item no.' },
  notGiven: { zh: '未填写', en: 'not given' },
  notRecorded: { zh: '回执中没有记载', en: 'not recorded in the receipt' },
  none: { zh: '无', en: 'none' },

  record: { zh: '登记内容', en: 'The record' },
  recordNote: {
    zh: '以下各项由登记人填写，本证书不证明其内容真实。',
    en: 'As stated by the registrant; this certificate does not show that it is true.',
  },
  times: { zh: '时间', en: 'Times' },
  registered: { zh: '登记时间', en: 'Registered' },
  operatorClock: {
    zh: '{time}（时钟来源：运营方的系统）',
    en: "{time} (clock: the operator's system)",
  },
  notBefore: { zh: '不早于', en: 'Not before' },
  blockClock: {
    zh: '区块 {block}，{time}（时钟来源：区块时间戳）',
    en: 'block {block}, {time} (clock: timestamp of the block)',
  },
  blockAlone: { zh: '区块 {block}（时间见区块链）', en: 'block {block} (its time is on the chain)' },
  anchored: { zh: '上链时间', en: 'Anchored' },
  retrieved: { zh: '取回时间', en: 'Retrieved' },
  issuerClock: {
    zh: '{time}（时钟来源：制作本证书的计算机）',
    en: '{time} (clock: the computer that made this certificate)',
  },
  asStated: { zh: '{time}（原文 {stated}）', en: '{time} (stated as {stated})' },

  chain: { zh: '区块链与存证日志', en: 'Chain and log' },
  chainId: { zh: '区块链／链 ID', en: 'Chain id' },
  chainOperator: { zh: '区块链运行方', en: 'Chain run by' },
  chainOperatorUnknown: {
    zh: '未附核验基准文件，本证书不能说明',
    en: 'no trust file is attached, so this certificate cannot say',
  },
  contract: { zh: '合约', en: 'Contract' },
  codeHash: { zh: '合约代码哈希', en: 'Code hash' },
  block: { zh: '区块高度', en: 'Block height' },
  blockHash: { zh: '区块哈希', en: 'Block hash' },
  transaction: { zh: '交易哈希', en: 'Transaction' },
  log: { zh: '存证日志', en: 'Log' },
  logNote: { zh: '{origin}，序号 {index}（自 0 起）', en: '{origin}, index {index} (from 0)' },
  checkpoint: { zh: '检查点（大小）', en: 'Checkpoint (size)' },
  root: { zh: '批次默克尔根', en: 'Merkle root' },
  path: { zh: '证明路径', en: 'Path' },
  pathNote: {
    zh: '共 {count} 个哈希值，载于附件 receipt.json',
    en: '{count} {count:hash|hashes}, in the attachment receipt.json',
  },
  cosigners: { zh: '见证节点联署', en: 'Cosigned by' },
  endorsements: { zh: '审计确认（上链）', en: 'Endorsed by' },
  logKey: { zh: '存证日志公钥', en: 'Log key' },
  signature: { zh: '签名', en: 'Signature' },
  signatureNote: {
    zh: 'Ed25519，密钥号 {id}，自存证日志大小 {from} 起有效',
    en: 'Ed25519, key id {id}, valid from size {from}',
  },
  signatureEnded: {
    zh: 'Ed25519，密钥号 {id}，自存证日志大小 {from} 起、至 {to} 止有效',
    en: 'Ed25519, key id {id}, valid from size {from} to {to}',
  },
  signatureUnknown: {
    zh: '签名的密钥不在所附的核验基准文件中',
    en: 'by a key that the attached trust file does not have',
  },
  trust: { zh: '核验基准文件指纹', en: 'Trust fingerprint' },
  trustMissing: { zh: '未附核验基准文件', en: 'no trust file is attached' },
  custody: { zh: '保管链摘要', en: 'Custody' },
  defects: { zh: '瑕疵自检', en: 'Defect check' },

  statementTitle: { zh: '声明', en: 'Statement' },
  statement: {
    zh: '本证书仅证明所载数据自上链时起未发现篡改，不证明内容真实，亦不构成公证或鉴定。',
    en: 'This certificate shows only that the data has not been found altered since anchoring; it does not prove the content is true and is neither notarisation nor expert opinion.',
  },
  verify: { zh: '如何核验', en: 'How to verify' },
  verifySteps: {
    page: {
      zh: '打开 {url}，把本证书的 PDF 与证据文件一起拖入；或用命令行：evl verify 证书.pdf 证据文件。文件不离开您的计算机。',
      en: 'Open {url} and drop this PDF and the evidence file there, or run: evl verify CERTIFICATE.pdf FILE. The file stays on your computer.',
    },
    noPage: {
      zh: '打开运营方公布的核验网页或离线核验页，把本证书的 PDF 与证据文件一起拖入；或用命令行：evl verify 证书.pdf 证据文件。文件不离开您的计算机。',
      en: 'Open the verify page that the operator has published, or the offline verifier, and drop this PDF and the evidence file there; or run: evl verify CERTIFICATE.pdf FILE. The file stays on your computer.',
    },
    basis: {
      zh: '核验依据的是附件 receipt.json，不是印出的文字：本页文字与附件不一致的，以核验显示的内容为准。',
      en: 'What is verified is the attachment receipt.json, not the printed text: where they differ, rely on what the verification shows.',
    },
    doubts: {
      zh: '附件 trust.json 只是出证方的说法：请以其他途径取得的核验基准文件指纹与上列指纹核对。',
      en: "The attachment trust.json is no more than the issuer's word: compare its fingerprint with one that you got by another way.",
    },
    address: {
      zh: '二维码指向的网址应为您所知的网址；网址不同的，请改用离线核验页。',
      en: 'The address behind the code should be one that you know; otherwise use the offline verifier.',
    },
    noAddress: {
      zh: '二维码不含网址（出证方没有写明），只含存证编号；记录披露了 SHA-256 的，后附其前 16 位。扫出的文字可以在核验网页上输入查询。',
      en: 'The code has no address, since the issuer stated none: it is the record number and, where the record discloses it, the beginning of the SHA-256. Type what it reads on a verify page to look the record up.',
    },
  },
  seal: { zh: '登记单位（签章）', en: 'Registrant (seal)' },
  issued: { zh: '出证日期', en: 'Date of issue' },
  qr: { zh: '二维码：{link}', en: 'QR code: {link}' },

  annexA: { zh: '附件一　登记人声明', en: 'Annex A: declaration of the registrant' },
  partA: [
    {
      zh: '本人（本单位）登记了上列电子数据，并声明以下各项据本人所知属实：',
      en: 'I (this unit) registered the electronic data above and declare that, to my knowledge:',
    },
    {
      zh: '1. 登记属于日常办案活动，由履行该项职责的人员按规定进行；',
      en: '1. it was registered in the regular course of work, by a person whose duty that is;',
    },
    {
      zh: '2. 登记时所用的计算机与程序运行正常；如有异常，已在下方写明；',
      en: '2. the computer and the program were in working order at that time; exceptions are stated below;',
    },
    {
      zh: '3. 登记的哈希值由该电子数据直接计算得出，登记前的提取、保管情况如“登记内容”所载。',
      en: '3. the registered digests were computed from the data itself, and how it was collected and kept before is as stated in the record.',
    },
  ],
  partAFields: [
    { zh: '异常或说明', en: 'Exceptions, remarks' },
    { zh: '姓名／职务／单位', en: 'Name, position, unit' },
    { zh: '签名（签章）／日期', en: 'Signature (seal), date' },
  ],
  annexB: { zh: '附件二　核验人声明', en: 'Annex B: declaration of the verifier' },
  partB: [
    {
      zh: '本人用核验程序对证据文件重新计算哈希值，并与附件 receipt.json 所载的登记、存证日志与区块链记录比对。核验的时间、程序与结论如下，据本人所知属实：',
      en: 'I recomputed the digests of the evidence file with a verification program and compared them with the record, the log and the chain as the attachment receipt.json has them. Time, program and result, to my knowledge, were:',
    },
  ],
  partBFields: [
    { zh: '核验时间', en: 'Verified at' },
    { zh: '核验程序、版本与 SHA-256', en: 'Program, version, SHA-256' },
    { zh: '核验基准文件指纹及其来源', en: 'Trust fingerprint and its source' },
    { zh: '核验结论', en: 'Verdict' },
    { zh: '姓名／职务／单位', en: 'Name, position, unit' },
    { zh: '签名（签章）／日期', en: 'Signature (seal), date' },
  ],
  annexC: { zh: '附件三　哈希清单与事件清单', en: 'Annex C: hashes and events' },
  hashes: { zh: '哈希清单', en: 'Hashes' },
  registeredContent: { zh: '登记的内容', en: 'registered content' },
  hashOf: { zh: '对象', en: 'Of' },
  algorithm: { zh: '算法', en: 'Algorithm' },
  value: { zh: '值', en: 'Value' },
  recordRoot: { zh: '存证记录', en: 'record' },
  saltedSection: { zh: '“{section}”一节（加盐哈希）', en: 'section "{section}", salted' },
  saltedWithheld: {
    zh: '“{section}”一节（加盐哈希；内容未披露）',
    en: 'section "{section}", salted; content withheld',
  },
  events: { zh: '事件清单', en: 'Events' },
  time: { zh: '时间', en: 'Time' },
  event: { zh: '事件', en: 'Event' },
  detail: { zh: '内容', en: 'Detail' },
  register: { zh: '登记存证', en: 'register' },
  anchorEvent: { zh: '上链锚定', en: 'anchor' },
  anchorDetail: { zh: '区块 {block}，交易 {transaction}', en: 'block {block}, transaction {transaction}' },
  laterEvents: {
    zh: '取回之后的事件不在本证书中。',
    en: 'Events after retrieval are not part of this certificate.',
  },
  receiptAttachment: { zh: '存证回执', en: 'receipt' },
  trustAttachment: { zh: '核验基准文件（出证方所附）', en: 'trust file, as attached by the issuer' },
} as const;

/** The texts of a list of records (登记清单). */
export const RECORD_LIST = {
  title: { zh: '登记清单', en: 'List of Registered Evidence' },
  case: { zh: '案号', en: 'Case no.' },
  count: { zh: '件数', en: 'Items' },
  origin: { zh: '存证日志', en: 'Log' },
  retrieved: { zh: '制表时间', en: 'Made at' },
  index: { zh: '序号', en: 'No.' },
  record: { zh: '存证编号', en: 'Record no.' },
  registered: { zh: '登记时间', en: 'Registered' },
  state: { zh: '状态', en: 'State' },
  content: { zh: '登记内容', en: 'Record' },
  pending: { zh: '已登记，待上链', en: 'registered, anchor pending' },
  final: { zh: '已上链（区块 {block}）', en: 'anchored (block {block})' },
  note: {
    zh: '本清单据各条登记的回执制作。清单本身不能核验：每条登记以其回执或存证证书为准。',
    en: 'Made from the receipt of each record. The list itself cannot be verified: for each record, its receipt or certificate counts.',
  },
  maker: { zh: '制表人（签章）', en: 'Made by (seal)' },
  checker: { zh: '核对人（签章）', en: 'Checked by (seal)' },
} as const;

/** What the verification of a certificate has not looked at; a limit of its report. */
export const CERTIFICATE_LIMIT = {
  zh: '证书上印出的文字未作比对，请以本报告所列的登记内容为准',
  en: 'the printed text of the certificate was not compared: rely on the facts in this report',
} as const;
