/** The texts of a printed verification report. */
export const REPORT = {
  receipt: { zh: '依据的回执', en: 'receipt' },
  receiptOfFile: { zh: '{receipt}', en: '{receipt}' },
  receiptFromService: { zh: '{receipt}（由服务提供）', en: '{receipt}, provided by the service' },
  receiptOfCertificate: {
    zh: '存证证书 {receipt} 的附件 receipt.json',
    en: 'the attachment receipt.json of the certificate {receipt}',
  },
  noReceipt: { zh: '无', en: 'none' },
  number: { zh: '存证编号', en: 'record number' },
  numberNote: { zh: '{number}（编号中的日期为 UTC 日期）', en: '{number} (its day is that of UTC)' },
  file: { zh: '被核验文件', en: 'file' },
  digests: { zh: '查询的哈希', en: 'looked up' },
  digestsTyped: { zh: '输入的哈希', en: 'typed digest' },
  sha256Note: { zh: 'SHA-256：{value}', en: 'SHA-256 {value}' },
  sm3Note: { zh: 'SM3：{value}', en: 'SM3 {value}' },
  sizeNote: { zh: '大小：{value} 字节', en: 'size {value} bytes' },
  numberSought: { zh: '查询的编号', en: 'looked up' },
  service: { zh: '查询的服务', en: 'service asked' },
  receivedAt: { zh: '登记时间', en: 'registered' },
  origin: { zh: '存证日志', en: 'log' },
  originNote: { zh: '{origin}，序号 {index}（自 0 起）', en: '{origin}, index {index} (from 0)' },
  notIntact: { zh: '{value}（未能证实，可能被改动）', en: '{value} (not proven, may have been edited)' },
  withheld: { zh: '未披露', en: 'withheld' },
  reason: { zh: '理由', en: 'reason' },
  reasonNote: { zh: '{step}：{sentence}（{code}）', en: '{step}: {sentence} [{code}]' },
  scope: { zh: '核验范围', en: 'scope' },
  steps: { zh: '步骤', en: 'steps' },
  stepCode: { zh: '（{code}）', en: ' [{code}]' },
  expected: { zh: '应为：{value}', en: 'expected: {value}' },
  found: { zh: '实为：{value}', en: 'found:    {value}' },
  digest: { zh: '哈希值：{value}（一致）', en: 'digest: {value} (equal)' },
  equal: { zh: '{value}（一致）', en: '{value} (equal)' },
  times: { zh: '时间', en: 'times' },
  notBefore: { zh: '不早于区块 {block}：{time}', en: 'made after block {block}: {time}' },
  anchoredBy: { zh: '至迟于区块 {block} 锚定：{time}', en: 'anchored by block {block}: {time}' },
  notBeforeUnproven: {
    zh: '回执载明不早于区块 {block}，未能核实',
    en: 'the receipt states: after block {block}; not verified',
  },
  anchoredByUnproven: {
    zh: '回执载明锚定于区块 {block}，未能核实',
    en: 'the receipt states: anchored by block {block}; not verified',
  },
  receivedAtOutside: {
    zh: '运营方系统记载的登记时间不在此范围内，有一方的时钟不准；以上述区块为准',
    en: "the time that the operator's system recorded is outside these bounds: one of the clocks was wrong; rely on the blocks",
  },
  timeUnknown: { zh: '时间不详', en: 'time not known' },
  bracket: {
    zh: '以上时间界定的是该登记记录，不是文件本身的形成时间',
    en: 'these times bound the record, not the making of the file',
  },
  next: { zh: '下一步', en: 'next' },
  isRegistered: { zh: '是否为登记的文件', en: 'registered file?' },
  onWhoseWord: { zh: '依据谁的说法', en: 'on whose word?' },
  independenceNoTrust: {
    zh: '没有核验基准文件，什么都未能证实',
    en: "nobody's: without a trust file nothing is proven",
  },
  independenceNotJudged: {
    zh: '没有可供判定的回执',
    en: "nobody's: no receipt was judged",
  },
  independenceService: {
    zh: '仅依据该服务的答复，没有其他人证实',
    en: "the service's alone: nobody else confirms that there is no record",
  },
  allSteps: { zh: '加 --verbose 显示全部步骤', en: '--verbose shows all steps' },
  verifiedAt: { zh: '核验时间', en: 'verified' },
  program: { zh: '核验程序', en: 'program' },
  programNote: {
    zh: 'evidence-ledger {version}（程序 SHA-256：{sha256}）',
    en: 'evidence-ledger {version} (SHA-256 of the program: {sha256})',
  },
  independenceNone: {
    zh: '锚定链由运营方自行运行，时间与不可回滚性依赖运营方',
    en: 'the anchoring chain is run by the operator: time and irreversibility rest on the operator',
  },
  independenceNothing: {
    zh: '本次结论没有运营方以外的依据',
    en: 'this result rests on nobody but the operator',
  },
  operatorStates: {
    zh: '运营方称另有依据：{sources}（未经他人核实）',
    en: 'the operator states: {sources} (not checked by anybody else)',
  },
  unvouched: {
    zh: '核验基准文件还载有：{sources}（没有运营方以外的任何一方担保）',
    en: 'the trust file also names: {sources} (nobody but the operator vouches for it)',
  },
  vouchedFor: { zh: '{name}（由 {vouchers} 担保）', en: '{name} (vouched for by {vouchers})' },
  nodes: { zh: '查询的节点', en: 'nodes asked' },
  nodeOfVerifier: { zh: '{node}（由核验人指定）', en: '{node} (named by the verifier)' },
  nodeOfOperator: { zh: '{node}（运营方的节点）', en: '{node} (of the operator)' },
  independenceOf: { zh: '除运营方外，还依据：{sources}', en: 'besides the operator, this rests on: {sources}' },
  trust: { zh: '核验基准', en: 'trust' },
  trustFile: { zh: '指定的核验基准文件（{sha256}）', en: 'the trust file that was named ({sha256})' },
  trustRemembered: {
    zh: '运营方提供、此前已留存的核验基准文件（{sha256}）',
    en: "the operator's trust file, remembered from an earlier run ({sha256})",
  },
  trustServer: {
    zh: '运营方自己提供的核验基准文件（{sha256}），尚未经他人核实',
    en: "the operator's own trust file ({sha256}), not confirmed by anybody else",
  },
  trustNone: { zh: '无', en: 'none' },
  trustUnused: { zh: '未用到：没有可供判定的回执', en: 'not used: there was no receipt to judge' },
  voucherNode: { zh: '节点 {node}', en: 'the node {node}' },
  atLeast: { zh: '应不小于 {bound}，实为 {value}', en: 'should be at least {bound}, and is {value}' },
  below: { zh: '应小于 {bound}，实为 {value}', en: 'should be less than {bound}, and is {value}' },
  finalBlock: {
    zh: '锚定所在区块：{bound}；已最终确认至区块：{value}',
    en: 'block of the anchor: {bound}; blocks are final up to: {value}',
  },
  limits: { zh: '不证明', en: 'not proven' },
  limitsNote: {
    zh: '内容是否真实，以及登记之前的形成与保管经过；本报告不是公证，也不是鉴定意见',
    en: 'that the content is true, or how it came to be and was kept before registration; this is neither notarisation nor expert opinion',
  },
  nodeAnswers: { zh: '{node}：{sentence}', en: '{node}: {sentence}' },
} as const;

/** The headings of a printed report, and its blanks. */
export const PAPER = {
  title: { zh: '电子数据核验报告', en: 'Verification report' },
  auditTitle: { zh: '存证日志审计报告', en: 'Audit report' },
  problems: { zh: '发现的问题', en: 'Problems' },
  record: { zh: '登记记录', en: 'Record' },
  verification: { zh: '本次核验', en: 'Verification' },
  verifier: { zh: '核验人（签名）', en: 'verified by (signature)' },
  auditor: { zh: '审计人（签名）', en: 'audited by (signature)' },
  office: { zh: '单位', en: 'office' },
  date: { zh: '日期', en: 'date' },
} as const;

/** What a verdict may rest on besides the operator. */
export const INDEPENDENCE_SOURCES = {
  chain: { zh: '他人运行的区块链', en: 'a chain that others run' },
  'pinned-block': { zh: '核验基准文件中的留存区块', en: 'a block that the trust file pins' },
  witnesses: { zh: '见证节点', en: 'witnesses' },
  endorsers: { zh: '审计确认方', en: 'endorsers' },
} as const;
