/** The steps of a verification. */
export const STEP_LABELS = {
  'file-digest': { zh: '文件哈希', en: 'file digest' },
  'record-root': { zh: '登记内容与存证记录', en: 'record' },
  inclusion: { zh: '包含证明', en: 'inclusion proof' },
  'log-signature': { zh: '存证日志签名', en: 'log signature' },
  'witness-policy': { zh: '见证节点', en: 'witnesses' },
  'chain-identity': { zh: '区块链与合约核对', en: 'chain identity' },
  anchor: { zh: '链上锚定', en: 'anchor' },
  finality: { zh: '最终确认', en: 'finality' },
  endorsement: { zh: '审计确认（上链）', en: 'endorsement' },
  'not-before': { zh: '起始时间（不早于）', en: 'not before' },
  custody: { zh: '保管链', en: 'custody' },
  'pinned-checkpoint': { zh: '留存检查点', en: 'pinned checkpoint' },
} as const;

export const STATUS_LABELS = {
  pass: { zh: '通过', en: 'pass' },
  fail: { zh: '不符', en: 'fail' },
  unknown: { zh: '未知', en: 'unknown' },
  none: { zh: '未要求', en: 'not asked' },
} as const;

/** The sentence of a step that passes. */
export const PASS_SENTENCES = {
  'file-digest': { zh: '文件的 SHA-256 与登记的一致', en: 'the file has the registered SHA-256' },
  'record-root': {
    zh: '登记内容与存证记录一致：与登记时封存的哈希相符',
    en: 'the disclosed sections match the salted hashes of the record',
  },
  inclusion: { zh: '该登记记录在存证日志之中', en: 'the record is in the log' },
  'log-signature': {
    zh: '检查点由核验基准文件所列的存证日志密钥签名',
    en: 'the checkpoint is signed by a log key of the trust file',
  },
  'witness-policy': { zh: '见证节点的联署达到见证规则的要求', en: 'enough witnesses cosigned the checkpoint' },
  'chain-identity': {
    zh: '所查询的区块链与合约即核验基准文件所列',
    en: 'the chain and the contract are those of the trust file',
  },
  anchor: { zh: '区块链上的合约存有该检查点', en: 'the contract on the chain holds this checkpoint' },
  finality: { zh: '锚定所在的区块已最终确认', en: 'the block of the anchor is final' },
  endorsement: { zh: '审计确认达到核验基准文件的要求', en: 'the required number of endorsers endorsed it' },
  'not-before': { zh: '登记记录所引的区块在区块链上', en: 'the block that the record refers to is on the chain' },
  custody: { zh: '保管链相符', en: 'the chain of custody is valid' },
  'pinned-checkpoint': { zh: '与留存检查点前后相承', en: 'the log is consistent with the pinned checkpoints' },
} as const;
