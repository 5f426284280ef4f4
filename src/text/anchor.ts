import type { Message } from './message.ts';

/** What `evl anchor` says. */
export const ANCHOR = {
  status: { zh: '查看锚定到哪里，还有什么在途', en: 'how far the log is anchored, and what is on its way' },
  retry: { zh: '请服务立即锚定', en: 'ask the service for an anchor now' },
  url: { zh: '存证服务的地址', en: 'address of the service' },
  covered: {
    zh: '已登记 {size} 条，其中 {final} 条的锚定已最终确定',
    en: '{size} records, {final} of them under a final anchor',
  },
  chainOk: { zh: '服务可以连上区块链', en: 'the service reaches the chain' },
  chainAway: {
    zh: '服务连不上区块链（{code}）；登记不受影响，锚定稍后继续',
    en: 'the service cannot reach the chain ({code}); registration goes on, anchoring waits',
  },
  line: {
    zh: '{state}\t{size} 条\t区块 {block}{formerly}\t{time}\t{tx}',
    en: '{state}\t{size} records\tblock {block}{formerly}\t{time}\t{tx}',
  },
  waits: { zh: '锚定暂停（{code}）；登记不受影响', en: 'anchoring waits ({code}); registration goes on' },
  formerly: { zh: '（曾在区块 {blocks}）', en: ' (formerly in block {blocks})' },
  requested: {
    zh: '已请求锚定 {size} 条；用 evl anchor status 查看进展',
    en: 'an anchor over {size} records is asked for; "evl anchor status" shows how it goes',
  },
  complete: { zh: '全部 {size} 条都已锚定，无须重试', en: 'all {size} records are anchored; nothing is to be done' },
} as const;

/** What to do about a chain that does not take anchors, by code. */
const CHAIN_ADVICE = {
  'chain-account-empty': {
    zh: '链上账户余额不足：向其转入款项即可，无须重启（evl doctor 显示账户地址）',
    en: 'the chain account cannot pay: send it funds; no restart is needed ("evl doctor" shows its address)',
  },
  'chain-fee-cap': {
    zh: '链上价格高于 EVL_MAX_FEE_GWEI：等价格回落，或调高该设置后重启',
    en: 'the chain asks for more than EVL_MAX_FEE_GWEI: wait until the price falls, or raise the setting and restart',
  },
  'chain-identity': {
    zh: '节点不在初始化时确定的链上，或合约不同：检查 EVL_RPC_URL；链被重置过时，须由备份恢复或新建存证系统',
    en: 'the node is on another chain than the one pinned at init, or has another contract: check EVL_RPC_URL; a chain that was reset needs its backup, or a new ledger',
  },
  'chain-refused': {
    zh: '节点拒绝了交易：要求的价格更高（三分钟后以更高价格重发），链上运营账户已变更，或另有程序使用同一密钥；可运行 evl doctor 检查',
    en: 'the node refuses the transaction: it asks for higher fees (they are raised after three minutes), the operator on the chain has changed, or another program uses the key; run "evl doctor" to check',
  },
  'chain-sources-disagree': {
    zh: '节点互相矛盾，在一致之前锚定无法最终确认：请找出提供虚假数据或已分叉的节点，从 EVL_RPC_URL 中去掉',
    en: 'the nodes contradict each other, and until they agree no anchor becomes final: find the one that lies or is on a fork, and remove it from EVL_RPC_URL',
  },
  'chain-sources-too-few': {
    zh: '核验基准文件要求的节点数多于所指明的：请在 EVL_RPC_URL 中补足，然后重启',
    en: 'the trust file requires more nodes than are named: name more in EVL_RPC_URL, and restart',
  },
  'nonce-used': {
    zh: '另有程序用了锚定密钥：这个密钥只应由本服务使用',
    en: 'another program used the anchoring key, which only this service should use',
  },
  'out-of-gas': {
    zh: '交易的 gas 上限不足：下一笔会重新估算；反复出现时，检查节点的估算与该链的 gas 规则',
    en: 'the transaction ran out of gas: the next one is estimated again; if it repeats, check the node’s estimates and the gas rules of the chain',
  },
  reverted: {
    zh: '合约拒绝了这笔交易：链上已有更新的锚定，或运营账户已变更；用 evl audit 核对链上记录',
    en: 'the contract refused the transaction: it has a newer anchor, or the operator has changed; compare with "evl audit"',
  },
} as const;

/** Undefined where there is nothing to be done but to wait. */
export function chainAdvice(code: string): Message | undefined {
  return Object.hasOwn(CHAIN_ADVICE, code) ? CHAIN_ADVICE[code as keyof typeof CHAIN_ADVICE] : undefined;
}
