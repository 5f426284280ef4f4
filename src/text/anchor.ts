import type { Message } from './message.ts';
import { RECORD_STATE_LABELS } from './record-states.ts';

/** The texts of `evl anchor`. */
export const ANCHOR = {
  status: { zh: '查看锚定到哪里，还有什么正在处理', en: 'how far the log is anchored, and what is in progress' },
  retry: { zh: '请求服务立即锚定', en: 'request an anchor from the service now' },
  url: { zh: '服务的地址', en: 'address of the service' },
  covered: {
    zh: '已登记 {size} 条：已公布 {published} 条，已上链 {anchored} 条，其中最终确认 {final} 条',
    en: '{size} {size:record|records} registered: {published} published, {anchored} anchored, {final} of them final',
  },
  chainOk: { zh: '服务可以连接区块链', en: 'the service reaches the chain' },
  chainAway: {
    zh: '服务无法连接区块链（{code}）；登记不受影响，锚定稍后继续',
    en: 'the service cannot reach the chain ({code}); registration continues, anchoring waits',
  },
  line: {
    zh: '{state}\t{size} 条\t区块 {block}{formerly}\t{time}\t{tx}',
    en: '{state}\t{size} {size:record|records}\tblock {block}{formerly}\t{time}\t{tx}',
  },
  failed: { zh: '{state}（{code}）', en: '{state} ({code})' },
  waits: { zh: '锚定暂停（{code}）；登记不受影响', en: 'anchoring waits ({code}); registration continues' },
  formerly: { zh: '（曾在区块 {blocks}）', en: ' (formerly in block {blocks})' },
  requested: {
    zh: '已请求锚定 {size} 条；用 evl anchor status 查看进展',
    en: 'an anchor over {size} {size:record|records} was requested; "evl anchor status" shows its progress',
  },
  complete: {
    zh: '全部 {size} 条均已上链并最终确认，无须重试',
    en: 'all {size} records are anchored and final; there is nothing to do',
  },
} as const;

/** The states of an anchor, in the words of the states of a record where both mean the same. */
const ANCHOR_STATES: Readonly<Record<string, Message>> = {
  signed: { zh: '交易已签名', en: 'signed' },
  sent: { zh: '交易已发出', en: 'sent' },
  mined: RECORD_STATE_LABELS.anchored,
  final: RECORD_STATE_LABELS.final,
  failed: { zh: '失败', en: 'failed' },
};

/** The state of an anchor; the bare word where this table does not have it. */
export function anchorStateText(state: string): Message {
  return Object.hasOwn(ANCHOR_STATES, state) ? ANCHOR_STATES[state]! : { zh: state, en: state };
}

/** What to do about a chain that does not take anchors, by code. */
const CHAIN_ADVICE = {
  'chain-account-empty': {
    zh: '链上账户余额不足：向其转入款项即可，无须重启（evl doctor 显示账户地址）',
    en: 'the account on the chain cannot pay: send it funds; no restart is needed ("evl doctor" shows its address)',
  },
  'chain-fee-cap': {
    zh: '链上价格高于 EVL_MAX_FEE_GWEI：等价格回落，或调高该设置后重启',
    en: 'the price on the chain is above EVL_MAX_FEE_GWEI: wait until it falls, or raise the setting and restart',
  },
  'chain-identity': {
    zh: '节点不在初始化时确定的区块链上，或合约不同：检查 EVL_RPC_URL；区块链被重置过时，须由备份恢复，或新建存证系统',
    en: 'the node is on another chain than the one fixed at init, or has another contract: check EVL_RPC_URL; a chain that was reset needs its backup, or a new ledger',
  },
  'chain-refused': {
    zh: '节点拒绝了交易：要求的价格更高（三分钟后以更高价格重发），链上操作者已变更，或另有程序在用同一密钥；evl doctor 可查',
    en: 'the node refuses the transaction: it requires higher fees (they are raised after three minutes), the operator on the chain has changed, or another program uses the key; "evl doctor" checks',
  },
  'chain-sources-disagree': {
    zh: '节点的答复互相矛盾，在一致之前锚定不会得到最终确认：找出提供虚假数据或分叉的节点，从 EVL_RPC_URL 中去掉',
    en: 'the nodes contradict each other, and until they agree no anchor becomes final: find the one that gives false answers or is on a fork, and remove it from EVL_RPC_URL',
  },
  'chain-sources-too-few': {
    zh: '核验基准文件要求的节点数多于所列：在 EVL_RPC_URL 中补足，然后重启',
    en: 'the trust file requires more nodes than are named: name more in EVL_RPC_URL, and restart',
  },
  'port-in-use': {
    zh: '本地链的端口被另一个程序占用：停止该程序，或用 EVL_CHAIN_PORT 换一个端口后重启',
    en: 'another program has the port of the local chain: stop it, or choose another one with EVL_CHAIN_PORT and restart',
  },
  'nonce-used': {
    zh: '另有程序用了锚定密钥：这个密钥只应由本服务使用',
    en: 'another program used the anchoring key: only this service should use it',
  },
  'out-of-gas': {
    zh: '交易的 gas 上限不足：下一笔会重新估算；反复出现时，检查节点的估算与该区块链的 gas 规则',
    en: 'the transaction had too little gas: the next one is estimated again; if it repeats, check the estimates of the node and the gas rules of the chain',
  },
  reverted: {
    zh: '合约拒绝了这笔交易：链上已有更新的锚定，或操作者已变更；用 evl audit 核对链上记录',
    en: 'the contract refused it: the chain has a newer anchor, or the operator has changed; compare with "evl audit"',
  },
} as const;

/** What to do; undefined where there is nothing to do but wait. */
export function chainAdvice(code: string): Message | undefined {
  return Object.hasOwn(CHAIN_ADVICE, code) ? CHAIN_ADVICE[code as keyof typeof CHAIN_ADVICE] : undefined;
}
