/**
 * The six verdicts: name and meaning in one sentence. None of them states that a content is true,
 * or what its effect in law is.
 */
export const VERDICT_LABELS = {
  VERIFIED: { zh: '核验一致', en: 'VERIFIED' },
  MISMATCH: { zh: '核验不一致', en: 'MISMATCH' },
  NOT_FOUND: { zh: '未查到', en: 'NOT FOUND' },
  PENDING: { zh: '已登记，待上链', en: 'PENDING' },
  INCONSISTENT: { zh: '存证记录矛盾', en: 'INCONSISTENT' },
  INDETERMINATE: { zh: '无法判定', en: 'INDETERMINATE' },
} as const;

export const VERDICT_MEANINGS = {
  VERIFIED: {
    zh: '该登记记录在存证日志之中，存证日志已在区块链上锚定；自锚定之时起未发现改动。',
    en: 'the record is in the log, and the log is anchored on the chain; no change since the anchor was found.',
  },
  MISMATCH: {
    zh: '回执本身已核验成立，但被核验文件不是当时登记的文件。',
    en: 'the receipt is valid, but this file is not the one that was registered.',
  },
  NOT_FOUND: {
    zh: '该服务未显示此项登记记录；是否在别处登记，不能由此判断。',
    en: 'this service shows no such record; whether it is registered elsewhere does not follow from that.',
  },
  PENDING: {
    zh: '该登记记录在存证日志之中；这份回执尚无锚定信息，或者锚定所在的区块尚未最终确认。',
    en: 'the record is in the log; this receipt has no anchor yet, or the block of its anchor is not final yet.',
  },
  INCONSISTENT: {
    zh: '回执自相矛盾，或者与已知事实、区块链上的记录相矛盾。',
    en: 'the receipt contradicts itself, a known fact, or the chain.',
  },
  INDETERMINATE: {
    zh: '缺少判定所需的材料；既不表明证据有问题，也不表明证据没有问题。',
    en: 'something that the verdict needs is missing; this is evidence neither for nor against the record.',
  },
} as const;

/** The meaning of VERIFIED where a file was compared. */
export const VERIFIED_FILE = {
  zh: '被核验文件即当时登记的文件；其登记记录在存证日志之中，存证日志已在区块链上锚定；自锚定之时起未发现改动。',
  en: 'this is the file that was registered; its record is in the log, and the log is anchored on the chain; no change since the anchor was found.',
} as const;

/** The meaning of VERIFIED where a SHA-256 was typed. */
export const VERIFIED_DIGEST = {
  zh: '所输入的 SHA-256 即登记的 SHA-256，没有核验任何文件；该登记记录在存证日志之中，存证日志已在区块链上锚定；自锚定之时起未发现改动。',
  en: 'a digest was typed and is the registered SHA-256, and no file was examined; its record is in the log, and the log is anchored on the chain; no change since the anchor was found.',
} as const;

/** The meaning of MISMATCH where not everything about the receipt could be checked. */
export const MISMATCH_UNCHECKED = {
  zh: '被核验文件不是当时登记的文件；登记记录有存证日志的签名，其余内容（如链上锚定）未能全部核实。',
  en: 'this file is not the one that was registered; the log has signed the record, and the rest, such as its anchor, could not all be checked.',
} as const;

/**
 * The meaning of INDETERMINATE where the file is for certain not the one that the receipt states.
 */
export const OTHER_FILE = {
  zh: '被核验文件与回执所载的不是同一文件，这一点是确定的；回执本身缺少判定所需的材料。',
  en: 'this file is for certain not the one that the receipt states; what the receipt itself proves could not be judged.',
} as const;

/** What to do next, by verdict. */
export const ADVICE = {
  VERIFIED: {
    zh: '记下时间范围和依据；内容是否真实、登记之前的经过，须另行审查。',
    en: 'note the times and what this rests on; examine separately whether the content is true and how it came to be.',
  },
  MISMATCH: {
    zh: '要求提供原件：副本被打开、转换格式或经聊天软件传送后都会成为另一个文件，这本身不说明有人作假。',
    en: 'ask for the original: a copy that was opened, converted or sent by a messenger is another file, which does not show that anybody falsified it.',
  },
  NOT_FOUND: {
    zh: '要求提供回执；在别处仍可能登记过。',
    en: 'ask for the receipt; it may be registered elsewhere.',
  },
  PENDING: {
    zh: '稍后再次核验；锚定通常在几分钟内完成。',
    en: 'verify again later; an anchor usually takes minutes.',
  },
  INCONSISTENT: {
    zh: '保留文件、回执和本报告，不要改动；请运营方说明，并请审计方核查存证日志。',
    en: 'keep file, receipt and this report as they are; ask the operator to explain, and an auditor to examine the log.',
  },
  INDETERMINATE: {
    zh: '按上述理由补齐所缺的材料后再次核验。',
    en: 'obtain what the reason says is missing, and verify again.',
  },
} as const;

/** What to do next where something is missing, by what it is. */
export const ADVICE_BY_CAUSE = {
  chain: {
    zh: '待区块链节点能够答复后再次核验；暂时没有答复，不表明证据有问题。',
    en: 'verify again once the chain nodes answer; that they do not answer now says nothing about the evidence.',
  },
  service: {
    zh: '待该服务恢复后再次核验；也可以用自己保存的文件、回执和核验基准文件离线核验。',
    en: 'verify again once the service answers, or verify offline by the file, its receipt and a trust file of your own.',
  },
  nodes: {
    zh: '在能够联网的计算机上再次核验，并查询区块链节点；或者使用载有该区块的核验基准文件。',
    en: 'verify again on a computer with a network and ask nodes of the chain, or use a trust file that pins the block.',
  },
  file: {
    zh: '重新给出该文件，待其读取完毕再核验；在此之前没有比对任何内容。',
    en: 'give the file again and let it be read to its end: until then nothing was compared.',
  },
  trust: {
    zh: '提供该存证系统的核验基准文件（trust.json），并与其他途径得来的指纹核对，再次核验。',
    en: 'give the trust file of this ledger (trust.json), compare its fingerprint with one from another source, and verify again.',
  },
} as const;

/** Whether this is the registered file. */
export const ANSWERS = {
  registeredFile: { zh: '是，哈希值与登记的一致', en: 'yes, it has the registered digests' },
  statedFile: {
    zh: '哈希值与回执所载的一致，但回执本身未能证实',
    en: 'it has the digests that the receipt states; the receipt itself is not proven',
  },
  otherFile: { zh: '否，哈希值与登记的不同', en: 'no, it has other digests than those registered' },
  notStatedFile: {
    zh: '否，哈希值与回执所载的不同；回执本身未能证实',
    en: 'no, it has other digests than the receipt states; the receipt itself is not proven',
  },
  unknownFile: { zh: '无法判断', en: 'unknown' },
  typedDigest: {
    zh: '所输入的 SHA-256 与登记的一致；没有核验任何文件',
    en: 'the typed SHA-256 is the registered one; no file was examined',
  },
  typedStated: {
    zh: '所输入的 SHA-256 与回执所载的一致，但回执本身未能证实；没有核验任何文件',
    en: 'the typed SHA-256 is the one that the receipt states; the receipt itself is not proven; no file was examined',
  },
  noFileTyped: {
    zh: '没有核验任何文件，只输入了一个 SHA-256',
    en: 'no file was examined: a digest was typed',
  },
  noFile: { zh: '没有比对任何文件', en: 'no file was compared' },
} as const;

/** What was verified. */
export const SCOPE_NOTES = {
  file: { zh: '文件及其登记记录', en: 'the file and its record' },
  digest: {
    zh: '所输入的 SHA-256 及其登记记录；没有核验任何文件，SM3 与大小未经比对',
    en: 'a typed SHA-256 and its record; no file was examined, SM3 and size were not compared',
  },
  record: { zh: '仅登记记录，未比对任何文件', en: 'the record only; no file was compared' },
} as const;
