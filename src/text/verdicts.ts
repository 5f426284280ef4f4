/**
 * The six verdicts: the word, and what it means in one plain sentence. None speaks of the truth of
 * a content or of its legal effect.
 */
export const VERDICT_LABELS = {
  VERIFIED: { zh: '核验一致', en: 'VERIFIED' },
  MISMATCH: { zh: '核验不一致', en: 'MISMATCH' },
  NOT_FOUND: { zh: '未查到', en: 'NOT FOUND' },
  PENDING: { zh: '已登记，待上链', en: 'PENDING' },
  INCONSISTENT: { zh: '证据链异常', en: 'INCONSISTENT' },
  INDETERMINATE: { zh: '无法判定', en: 'INDETERMINATE' },
} as const;

export const VERDICT_MEANINGS = {
  VERIFIED: {
    zh: '登记记录在日志之中，日志已在链上锚定；自锚定之时起未发现篡改。',
    en: 'the record is in the log and the log is anchored on the chain; no change has been found since it was anchored.',
  },
  MISMATCH: {
    zh: '回执本身成立，但这个文件不是当时登记的那个文件。',
    en: 'the receipt holds, but this file is not the one that was registered.',
  },
  NOT_FOUND: {
    zh: '这个服务没有显示这样的登记记录；别处是否有登记，由此不能得知。',
    en: 'this service shows no such record; whether it is registered elsewhere cannot be told from that.',
  },
  PENDING: {
    zh: '登记记录在日志之中；这份回执尚无锚定信息，或者锚定所在区块尚未最终确定。',
    en: 'the record is in the log; this receipt has no anchor yet, or the block of its anchor is not final yet.',
  },
  INCONSISTENT: {
    zh: '回执与自身、与既知事实或与链上记录相矛盾。',
    en: 'the receipt contradicts itself, a known fact, or the chain.',
  },
  INDETERMINATE: {
    zh: '缺少判定所需的材料；这既不说明证据有问题，也不说明没有问题。',
    en: 'something that is needed to judge is missing; that speaks neither for nor against the evidence.',
  },
} as const;

/** Where a file was compared, VERIFIED speaks of it too. */
export const VERIFIED_FILE = {
  zh: '文件即当时登记的文件；登记记录在日志之中，日志已在链上锚定；自锚定之时起未发现篡改。',
  en: 'this is the file that was registered; its record is in the log and the log is anchored on the chain; no change has been found since it was anchored.',
} as const;

/** What was looked at. */
export const SCOPE_NOTES = {
  file: { zh: '核验对象：文件及其登记记录', en: 'looked at: the file and its record' },
  record: {
    zh: '核验对象：仅登记记录，没有比对任何文件',
    en: 'looked at: the record alone; no file was compared',
  },
} as const;
