import type { Message } from '../../src/text/message.ts';

/** The participants, and how they examine. */
export const WHO = {
  operator: { en: 'the operator', zh: '运营方' },
  court: { en: 'the court', zh: '法院' },
  courtWitness: { en: 'the court’s witness', zh: '法院的见证节点' },
  notaryWitness: { en: 'the notary’s witness', zh: '公证处的见证节点' },
  auditor: { en: 'the auditor', zh: '审计者' },
  carelessWitness: { en: 'a witness that kept the old key', zh: '未移除旧密钥的见证节点' },
  newcomer: { en: 'an auditor without a state file', zh: '没有审计记录文件的审计者' },
  lenientCourt: { en: 'a court whose trust file requires no witness', zh: '核验基准文件不要求见证的法院' },
  lenientStranger: {
    en: 'the stranger, with a trust file that requires no witness',
    zh: '核验基准文件不要求见证的第三人',
  },
  handler: { en: 'the case handler', zh: '办案人员' },
  program: { en: 'the operator’s own program', zh: '运营方自己的程序' },
  lenientNewcomer: {
    en: 'an auditor without a state file whose trust file names no witness',
    zh: '没有审计记录文件、核验基准文件也不含见证节点的审计者',
  },
  stranger: { en: 'the stranger', zh: '第三人' },
} as const satisfies Record<string, Message>;

export const BY = {
  add: { en: '`evl add`', zh: '`evl add`' },
  endorse: { en: '`evl audit --state --endorse`', zh: '`evl audit --state --endorse`' },
  memory: { en: '`evl audit --state`', zh: '`evl audit --state`' },
  urls: { en: '`evl audit` with only URLs and a trust file', zh: '仅凭网址和核验基准文件的 `evl audit`' },
  urlsLater: {
    en: '`evl audit` with only URLs and a trust file, later',
    zh: '其后仅凭网址和核验基准文件的 `evl audit`',
  },
  watch: {
    en: '`evl audit --watch` with only URLs and a trust file',
    zh: '仅凭网址和核验基准文件的 `evl audit --watch`',
  },
  offered: { en: 'on receiving the checkpoint', zh: '收到送来的检查点时' },
  offeredOld: { en: 'on receiving the tree of a known size', zh: '收到已知条目数的树时' },
  offeredNew: { en: 'on receiving the newer tree', zh: '收到较新的树时' },
  offeredLater: {
    en: 'on receiving the log with one more entry under the revoked key',
    zh: '收到以已吊销密钥签署、多一条目的存证日志时',
  },
  asking: { en: 'when `evl serve` contacts that witness', zh: '`evl serve` 请求该见证节点时' },
  start: { en: 'at the start of `evl serve`', zh: '`evl serve` 启动时' },
  verify: { en: '`evl verify`', zh: '`evl verify`' },
  verifyThere: { en: '`evl verify` with the node of the copy', zh: '以副本的节点 `evl verify`' },
  verifyHere: { en: '`evl verify` with the public node', zh: '以公开的节点 `evl verify`' },
  lookUp: { en: '`evl verify` of the file, without its receipt', zh: '不用回执、仅凭文件 `evl verify`' },
  startAlone: { en: 'at the start of `evl serve` without witnesses', zh: '不设见证的 `evl serve` 启动时' },
  newerReceipt: { en: '`evl verify` of a newer receipt', zh: '对较新回执 `evl verify`' },
  newerReceiptLater: { en: '`evl verify` of a newer receipt, later', zh: '其后对较新回执 `evl verify`' },
  pinnedReceipt: {
    en: '`evl verify` of a newer receipt with its block pinned',
    zh: '对已留存区块的较新回执 `evl verify`',
  },
  oldReceipt: { en: '`evl verify` of the old tree’s receipt', zh: '对旧树回执 `evl verify`' },
  oldReceiptOffline: {
    en: '`evl verify --offline` of the old tree’s receipt',
    zh: '对旧树回执 `evl verify --offline`',
  },
  newReceipt: { en: '`evl verify` of the newer tree’s receipt', zh: '对较新树回执 `evl verify`' },
  newReceiptOffline: {
    en: '`evl verify --offline` of the newer tree’s receipt',
    zh: '对较新树回执 `evl verify --offline`',
  },
  diff: { en: '`evl trust diff`', zh: '`evl trust diff`' },
  oldReceiptRevoked: {
    en: '`evl verify` of the old tree’s receipt after the revocation',
    zh: '密钥吊销后对旧树回执 `evl verify`',
  },
  oldReceiptRevokedOffline: {
    en: '`evl verify --offline` of the old tree’s receipt after the revocation',
    zh: '密钥吊销后对旧树回执 `evl verify --offline`',
  },
  newReceiptRevoked: {
    en: '`evl verify` of the newer tree’s receipt after the revocation',
    zh: '密钥吊销后对较新树回执 `evl verify`',
  },
  earlierReceipt: { en: '`evl verify` of an earlier receipt', zh: '对先前的回执 `evl verify`' },
  laterReceipt: { en: '`evl verify` of a receipt under the new key', zh: '对新密钥下的回执 `evl verify`' },
  offline: { en: '`evl verify --offline`', zh: '`evl verify --offline`' },
} as const satisfies Record<string, Message>;
