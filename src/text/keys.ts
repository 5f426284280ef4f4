/** Output and help of `evl key`. */
export const KEYS = {
  rotate: { zh: '更换密钥（先停止服务）', en: 'replace a key (stop the service first)' },
  rotateLog: {
    zh: '更换存证日志的签名密钥，从下一个大小起生效',
    en: 'replace the key that signs the log, from the next size on',
  },
  rotateChain: {
    zh: '更换链上账户密钥：在合约上移交并接受',
    en: 'replace the chain key: the contract hands the log over to the new account',
  },
  reopen: {
    zh: '链上密钥已失时，用新密钥在合约上另开存证日志编号',
    en: 'where the chain key is lost: open another log id on the contract with a new key',
  },
  revoke: {
    zh: '吊销已换下的存证日志密钥：只认某区块及之前上链的检查点',
    en: 'revoke a former log key: it then counts only for what was anchored by a block',
  },
  revokeOldAt: {
    zh: '同时吊销旧密钥：只认此区块及之前上链的检查点',
    en: 'also revoke the old key: it counts only for what was anchored in this block or before',
  },
  acceptUnchecked: {
    zh: '即使链、留存检查点与见证节点都无从比对，也更换',
    en: 'replace it even if neither the chain nor a pinned checkpoint nor a witness could be compared with',
  },
  keyId: { zh: '密钥编号（vkey 中的 8 位十六进制）', en: 'id of the key: the 8 hex digits in its vkey' },
  at: { zh: '区块号', en: 'number of the block' },
  completed: {
    zh: '上次中断的密钥更换已完成，没有再换一次',
    en: 'the change of keys that was interrupted is complete now; nothing else was changed',
  },
  logRotated: {
    zh: '存证日志密钥已更换：{old} 签到大小 {last} 为止，{next} 从 {from} 起',
    en: 'the log key was changed: {old} signs up to size {last}, {next} from {from} on',
  },
  oldKept: {
    zh: '旧密钥留在 {dir}（文件名带编号）：不再需要，可以销毁',
    en: 'the old key is kept in {dir}, with a number after its name: it is not needed any more and can be destroyed',
  },
  revoked: {
    zh: '{id} 已吊销：只认区块 {block} 及之前上链的检查点',
    en: '{id} is revoked: it counts only for checkpoints that were anchored in block {block} or before',
  },
  stillToCover: {
    zh: '此后才上链的旧检查点不再有效：再登记一条并上链，其余记录的回执即可重新取得',
    en: 'older checkpoints that are anchored later do not count: register something and have it anchored, then fetch the receipts of all other records again',
  },
  newestAnchor: {
    zh: '最近一次最终确认的锚定：大小 {size}，区块 {block}',
    en: 'the newest final anchor: up to size {size}, in block {block}',
  },
  confirmed: {
    zh: '链上已确认 {size} 条，共 {head} 条',
    en: 'the chain has confirmed {size} of {head} records',
  },
  chainUnchecked: {
    zh: '未能询问链（{message}）：链上确认到哪一条不明',
    en: 'the chain could not be asked ({message}): how far it has confirmed the log is not known',
  },
  blockUnchecked: {
    zh: '未能询问链（{message}）：未核对该区块是否已最终确认',
    en: 'the chain could not be asked ({message}): whether that block is final was not checked',
  },
  chainRotated: {
    zh: '链上密钥已更换：存证日志 {logId} 由 {from} 移交给 {to}',
    en: 'the chain key was changed: log {logId} was handed over from {from} to {to}',
  },
  reopened: {
    zh: '已另开存证日志编号 {logId}，账户 {to}：大小 {from} 起在此上链',
    en: 'opened log id {logId} with account {to}: sizes from {from} on are anchored under it',
  },
  trustIs: {
    zh: '核验基准文件现为 sha256:{sha256}',
    en: 'the trust file is now sha256:{sha256}',
  },
  announce: {
    zh: '请把这个值用别的途径（电话、当面）告知每一位核验人；核验人用 evl trust diff 查看、evl trust pin --sha256 接受',
    en: 'give it to everybody who verifies, over another channel (by telephone, in person): they look with evl trust diff and accept with evl trust pin --sha256',
  },
} as const;

/** Why a key is not the one that is needed. Values of `fault` in src/text/errors.ts. */
export const WRONG_KEYS = {
  notForSize: {
    zh: 'keys/log.key 是公钥 {vkey} 的密钥，不是存证日志 {origin} 在大小 {size} 的密钥',
    en: 'keys/log.key is the key {vkey}, which is not the key of {origin} for size {size}',
  },
  unknownKeyId: { zh: '存证日志没有编号为 {keyId} 的密钥', en: 'the log has no key with the id {keyId}' },
  currentKeyId: {
    zh: '{keyId} 是存证日志当前的密钥；请先更换：evl key rotate log --revoke-old-at',
    en: '{keyId} is the current key of the log; rotate it first: evl key rotate log --revoke-old-at',
  },
} as const;
