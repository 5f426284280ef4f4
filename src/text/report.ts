/** The words of a printed verification report. */
export const REPORT = {
  object: { zh: '对象', en: 'object' },
  receiptOfFile: { zh: '回执 {receipt}', en: 'this receipt, {receipt}' },
  receiptFromService: { zh: '由服务取得的回执 {receipt}', en: 'the receipt {receipt}, taken from the service' },
  noReceipt: { zh: '没有回执', en: 'no receipt' },
  number: { zh: '存证编号', en: 'record number' },
  registeredName: { zh: '登记的文件名', en: 'registered name' },
  file: { zh: '所核文件', en: 'file' },
  caseNumber: { zh: '案号', en: 'case number' },
  receivedAt: { zh: '登记时间', en: 'registered' },
  receivedAtNote: { zh: '{time}（运营方所记）', en: '{time} (as the operator states)' },
  origin: { zh: '日志', en: 'log' },
  originNote: { zh: '{origin}，第 {index} 条', en: '{origin}, entry {index}' },
  withheld: { zh: '未披露', en: 'withheld' },
  reason: { zh: '理由', en: 'reason' },
  scope: { zh: '范围', en: 'scope' },
  steps: { zh: '步骤', en: 'steps' },
  expected: { zh: '应为', en: 'should be' },
  found: { zh: '实为', en: 'is' },
  times: { zh: '时间', en: 'times' },
  notBefore: { zh: '不早于区块 {block}（{time}）', en: 'made after block {block} ({time})' },
  anchoredBy: { zh: '不晚于区块 {block}（{time}）锚定', en: 'anchored by block {block} ({time})' },
  notBeforeUnproven: {
    zh: '回执称不早于区块 {block}，未能核实',
    en: 'the receipt says: after block {block}; not verified',
  },
  anchoredByUnproven: {
    zh: '回执称锚定于区块 {block}，未能核实',
    en: 'the receipt says: anchored by block {block}; not verified',
  },
  receivedAtOutside: {
    zh: '运营方所记的登记时间不在此范围内：有一方的时钟不准，以上述区块为准',
    en: 'the time that the operator states lies outside of this: a clock was wrong, the blocks are what holds',
  },
  timeUnknown: { zh: '时间不详', en: 'time not known' },
  bracket: {
    zh: '以上时间界定的是这条登记记录，不是文件本身的形成时间',
    en: 'these times bound the record, not the making of the file',
  },
  independence: { zh: '独立性', en: 'independence' },
  independenceNone: {
    zh: '锚定链由运营方自行运行，时间与不可回滚性依赖运营方',
    en: 'the anchoring chain is run by the operator: time and irreversibility rest on the operator',
  },
  independenceOf: { zh: '除运营方外，还依据：{sources}', en: 'besides the operator, this rests on: {sources}' },
  trust: { zh: '信任来源', en: 'trust' },
  trustFile: { zh: '给定的信任文件（{sha256}）', en: 'the trust file that was given ({sha256})' },
  trustRemembered: {
    zh: '运营方提供、先前记住的信任文件（{sha256}）',
    en: "the operator's trust file, remembered from earlier ({sha256})",
  },
  trustServer: {
    zh: '使用了运营方自己提供的信任文件（{sha256}）；它尚未经他人核实',
    en: "the operator's own trust file was used ({sha256}); nobody else vouches for it",
  },
  trustNone: { zh: '无', en: 'none' },
  limits: { zh: '不证明', en: 'not proven' },
  limitsNote: {
    zh: '不证明内容真实，也不说明登记之前的形成与保管经过；不是公证，也不是鉴定意见',
    en: 'that the content is true, or how it came to be and was kept before registration; this is neither notarisation nor expert opinion',
  },
  nodeSays: { zh: '{node}：{sentence}', en: '{node}: {sentence}' },
} as const;

/** What a verdict may rest on besides the operator. */
export const INDEPENDENCE_SOURCES = {
  chain: { zh: '他人运行的链', en: 'a chain that others run' },
  'pinned-block': { zh: '信任文件所列的区块', en: 'a block that the trust file pins' },
  witnesses: { zh: '见证节点', en: 'witnesses' },
  endorsers: { zh: '背书人', en: 'endorsers' },
} as const;
