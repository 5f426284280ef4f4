/** What to do where a witness does not cosign, by the code of the alarm. */
export const WITNESS_ADVICE = {
  'witness-silent': {
    zh: '检查见证节点的地址与网络；持续不应答时联系其运行者',
    en: 'look at its address and the network; if it stays silent, talk to who runs it',
  },
  'witness-refuses': {
    zh: '请见证节点的运行者登记本日志的标识与验证公钥（见 /trust.json 的 log）',
    en: 'ask who runs it to take in the origin and key of this log (`log` in /trust.json)',
  },
  'witness-conflict': {
    zh: '它称见过与此不同的日志：核对是否有另一份数据目录用同一密钥运行；与见证节点的运行者对照它保存的检查点',
    en: 'it says that it has seen another log than this: find out whether another copy runs with the same key, and compare with the checkpoint that it keeps',
  },
  'witness-ahead': {
    zh: '它称见过比此更长的日志：核对是否在运行旧副本；与见证节点的运行者对照它保存的检查点',
    en: 'it says that it has seen a longer log than this: find out whether an old copy runs, and compare with the checkpoint that it keeps',
  },
} as const;
