import type { Message } from '../../src/text/message.ts';

/** Who they are, and by what they look. */
export const WHO = {
  operator: { en: 'the operator', zh: '运营方' },
  court: { en: 'the court', zh: '法庭' },
  courtWitness: { en: 'the court’s witness', zh: '法庭的见证节点' },
  notaryWitness: { en: 'the notary’s witness', zh: '公证处的见证节点' },
  auditor: { en: 'the auditor', zh: '审计者' },
  carelessWitness: { en: 'a witness that kept the old key', zh: '未去掉旧密钥的见证节点' },
  newcomer: { en: 'an auditor without memory', zh: '没有以往记录的审计者' },
  credulousCourt: { en: 'a court whose trust file demands nobody', zh: '信任文件不要求任何他人的法庭' },
  credulous: { en: 'the stranger, whose trust file demands nobody', zh: '信任文件不要求任何他人的外人' },
  handler: { en: 'the case handler', zh: '办案人员' },
  program: { en: 'the operator’s own program', zh: '运营方自己的程序' },
  credulousNewcomer: {
    en: 'an auditor without memory whose trust file names no witness',
    zh: '没有以往记录、信任文件也不含见证节点的审计者',
  },
  stranger: { en: 'the stranger', zh: '外人' },
} as const satisfies Record<string, Message>;

export const BY = {
  add: { en: '`evl add`', zh: '`evl add`' },
  endorse: { en: '`evl audit --state --endorse`', zh: '`evl audit --state --endorse`' },
  memory: { en: '`evl audit --state`', zh: '`evl audit --state`' },
  urls: { en: '`evl audit` with URLs and a trust file alone', zh: '仅凭网址和信任文件的 `evl audit`' },
  urlsLater: { en: '`evl audit` with URLs and a trust file alone, later', zh: '其后仅凭网址和信任文件的 `evl audit`' },
  watch: { en: '`evl audit --watch` with URLs and a trust file alone', zh: '仅凭网址和信任文件的 `evl audit --watch`' },
  offered: { en: 'when the checkpoint is brought to it', zh: '收到送来的检查点时' },
  offeredOld: { en: 'when the tree of a known size is brought to it', zh: '收到已知大小的树时' },
  offeredNew: { en: 'when the newer tree is brought to it', zh: '收到较新的树时' },
  offeredLater: {
    en: 'when the log with one more entry under the revoked key is brought to it',
    zh: '收到以已吊销密钥签署、多一条目的日志时',
  },
  asking: { en: 'when `evl serve` asks that witness', zh: '`evl serve` 请求该见证节点时' },
  start: { en: 'at the start of `evl serve`', zh: '`evl serve` 启动时' },
  verify: { en: '`evl verify`', zh: '`evl verify`' },
  verifyThere: { en: '`evl verify` at the node of the copy', zh: '向副本节点 `evl verify`' },
  verifyHere: { en: '`evl verify` at the node of all others', zh: '向众人的节点 `evl verify`' },
  lookUp: { en: '`evl verify` of the file alone, without its receipt', zh: '不用回执、仅凭文件 `evl verify`' },
  startAlone: { en: 'at the start of `evl serve` without witnesses', zh: '不设见证的 `evl serve` 启动时' },
  newerReceipt: { en: '`evl verify` of a newer receipt', zh: '对较新回执 `evl verify`' },
  newerReceiptLater: { en: '`evl verify` of a newer receipt, later', zh: '其后对较新回执 `evl verify`' },
  pinnedReceipt: {
    en: '`evl verify` of a newer receipt with its block pinned',
    zh: '对已固定区块的较新回执 `evl verify`',
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
    en: '`evl verify` of the old tree’s receipt, the key being revoked',
    zh: '密钥吊销后对旧树回执 `evl verify`',
  },
  oldReceiptRevokedOffline: {
    en: '`evl verify --offline` of the old tree’s receipt, the key being revoked',
    zh: '密钥吊销后对旧树回执 `evl verify --offline`',
  },
  newReceiptRevoked: {
    en: '`evl verify` of the newer tree’s receipt, the key being revoked',
    zh: '密钥吊销后对较新树回执 `evl verify`',
  },
  earlierReceipt: { en: '`evl verify` of a receipt from before', zh: '对此前回执 `evl verify`' },
  laterReceipt: { en: '`evl verify` of a receipt under the new key', zh: '对新密钥下的回执 `evl verify`' },
  offline: { en: '`evl verify --offline`', zh: '`evl verify --offline`' },
} as const satisfies Record<string, Message>;
