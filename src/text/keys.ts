/** What `evl key` says. */
export const KEYS = {
  rotate: { zh: '更换密钥（先停止服务）', en: 'put another key in place of one (stop the service first)' },
  rotateLog: {
    zh: '更换日志签名密钥，从下一个大小起生效',
    en: 'another key to sign the log with, from the next size on',
  },
  rotateChain: {
    zh: '更换链上账户密钥：在合约上移交并接受',
    en: 'another key for the chain: the contract hands the log over to its account',
  },
  reopen: {
    zh: '链上密钥已失时，用新密钥在合约上另开日志编号',
    en: 'where the chain key is lost: open another log id on the contract with a new one',
  },
  revoke: {
    zh: '吊销已换下的日志密钥：只认某区块及之前上链的检查点',
    en: 'revoke a log key of the past: from now on it counts only for what was anchored by a block',
  },
  revokeOldAt: {
    zh: '同时吊销旧密钥：只认此区块及之前上链的检查点',
    en: 'revoke the old key too: it counts only for what was anchored in this block or before',
  },
  acceptUnchecked: {
    zh: '即使链、固定检查点与见证节点都无从比对，也更换',
    en: 'change it even if neither chain nor pinned checkpoint nor witness could be compared with',
  },
  keyId: { zh: '密钥编号（vkey 中的 8 位十六进制）', en: 'id of the key: the 8 hex digits in its vkey' },
  at: { zh: '区块号', en: 'number of the block' },
  completed: {
    zh: '上次中断的密钥更换已完成，没有再换一次',
    en: 'the change of keys that was interrupted is complete now; nothing else was changed',
  },
  logRotated: {
    zh: '日志密钥已更换：{old} 签到大小 {last} 为止，{next} 从 {from} 起',
    en: 'the log key was changed: {old} signs up to size {last}, {next} from {from} on',
  },
  oldKept: {
    zh: '旧密钥留在 {dir}（文件名带编号）：不再需要，可以销毁',
    en: 'the old key is kept in {dir}, with a number behind its name: nothing needs it any more, so it can be destroyed',
  },
  revoked: {
    zh: '{id} 已吊销：只认区块 {block} 及之前上链的检查点',
    en: '{id} is revoked: it counts only for checkpoints that were anchored in block {block} or before',
  },
  stillToCover: {
    zh: '此后才上链的旧检查点不再算数：再登记一条并上链，其余记录的回执即可重新取得',
    en: 'older checkpoints that are anchored later do not count: register something and have it anchored, and the receipts of all other records can be got again',
  },
  newestAnchor: {
    zh: '最近一次终定的锚定：至第 {size} 条，区块 {block}',
    en: 'the newest final anchor: up to size {size}, in block {block}',
  },
  confirmed: { zh: '链上已确认至第 {size} 条，共 {head} 条', en: 'the chain has confirmed {size} of {head} records' },
  chainUnchecked: {
    zh: '未能询问链（{message}）：不知道它确认到哪里',
    en: 'the chain could not be asked ({message}): how far it has confirmed is not known',
  },
  blockUnchecked: {
    zh: '未能询问链（{message}）：未核对该区块是否已终定',
    en: 'the chain could not be asked ({message}): whether that block is final was not checked',
  },
  chainRotated: {
    zh: '链上密钥已更换：日志 {logId} 由 {from} 移交给 {to}',
    en: 'the chain key was changed: log {logId} was handed over from {from} to {to}',
  },
  reopened: {
    zh: '已另开日志编号 {logId}，账户 {to}：大小 {from} 起在此上链',
    en: 'opened log id {logId} with account {to}: sizes from {from} on are anchored under it',
  },
  trustIs: {
    zh: '信任文件现为 sha256:{sha256}',
    en: 'the trust file is now sha256:{sha256}',
  },
  tell: {
    zh: '请把这个值用别的途径（电话、当面）告知每一位核验人；他们用 evl trust diff 查看、evl trust pin --sha256 接受',
    en: 'tell it to everybody who verifies, by another way (telephone, in person): they look with evl trust diff and accept with evl trust pin --sha256',
  },
} as const;
