/** The steps of a verification and their states. */
export const STEP_LABELS = {
  'file-digest': { zh: '文件哈希', en: 'file digest' },
  'record-root': { zh: '记录完整', en: 'record' },
  inclusion: { zh: '包含证明', en: 'inclusion proof' },
  'log-signature': { zh: '日志签名', en: 'log signature' },
  'witness-policy': { zh: '见证节点', en: 'witnesses' },
  'chain-identity': { zh: '链的身份', en: 'chain identity' },
  anchor: { zh: '链上锚定', en: 'anchor' },
  finality: { zh: '最终确定', en: 'finality' },
  endorsement: { zh: '背书', en: 'endorsement' },
  'not-before': { zh: '不早于', en: 'not before' },
  custody: { zh: '保管链', en: 'custody' },
  'pinned-checkpoint': { zh: '既存检查点', en: 'pinned checkpoint' },
} as const;

export const STATUS_LABELS = {
  pass: { zh: '通过', en: 'pass' },
  fail: { zh: '不符', en: 'fail' },
  unknown: { zh: '未知', en: 'unknown' },
  none: { zh: '未要求', en: 'not asked' },
} as const;

/** What a step says where it passes. */
export const PASS_SENTENCES = {
  'file-digest': { zh: '文件的 SHA-256 与登记的相同', en: 'the file has the registered SHA-256' },
  'record-root': { zh: '所示各节与记录的承诺值相符', en: 'the sections shown open the commitments of the record' },
  inclusion: { zh: '记录在日志之中', en: 'the record is in the log' },
  'log-signature': {
    zh: '检查点由信任文件所列的日志密钥签名',
    en: 'the checkpoint is signed by a log key of the trust file',
  },
  'witness-policy': { zh: '见证节点的联署达到要求', en: 'enough witnesses cosigned the checkpoint' },
  'chain-identity': { zh: '所问的链与合约即信任文件所指', en: 'the chain and contract are those of the trust file' },
  anchor: { zh: '链上合约存有这个检查点', en: 'the contract on the chain holds this checkpoint' },
  finality: { zh: '锚定所在区块已最终确定', en: 'the block of the anchor is final' },
  endorsement: { zh: '背书达到要求', en: 'enough endorsers endorsed it' },
  'not-before': { zh: '记录所引的区块在链上', en: 'the block that the record refers to is on the chain' },
  custody: { zh: '保管链相符', en: 'the chain of custody holds' },
  'pinned-checkpoint': { zh: '与既存检查点前后相承', en: 'the log agrees with the pinned checkpoints' },
} as const;
