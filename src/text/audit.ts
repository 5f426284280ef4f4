import { bilingual, type Message } from './message.ts';

/** The words of `evl audit`. */
export const AUDIT = {
  url: { zh: '存证服务的地址', en: 'address of the service' },
  rpc: { zh: '区块链节点的 JSON-RPC 地址，可重复', en: 'JSON-RPC address of a chain node; may be repeated' },
  trust: { zh: '信任文件', en: 'trust file' },
  state: {
    zh: '审计记录文件：记住这次所见，供下次比对',
    en: 'state file: remembers what was seen, to compare with the next time',
  },
  endorse: {
    zh: '全部无误后，用此密钥文件的账户在链上为最近一次最终确定的锚定背书；须同时指明 --trust',
    en: 'if all is in order, endorse the newest final anchor on the chain with the account of this key file; needs --trust',
  },
  key: {
    zh: '生成背书用的密钥文件并显示其账户；文件已存在时只显示账户',
    en: 'make the key file to endorse with and show its account; of one that exists, show the account',
  },
  keyFile: { zh: '密钥文件', en: 'the key file' },
  keyMade: {
    zh: '已生成密钥 {file}：请妥善保管；背书前须有人向其账户转入少许款项',
    en: 'made the key {file}: guard it; its account needs a little ether before it can endorse',
  },
  notEndorsed: {
    zh: '未背书：审计结果并非一致',
    en: 'nothing was endorsed: the audit did not find everything in order',
  },
  nothingToEndorse: {
    zh: '未背书：尚无最终确定的锚定',
    en: 'nothing was endorsed: there is no final anchor yet',
  },
  endorsedBefore: {
    zh: '账户 {account} 已为第 {size} 条为止背书，无须再发',
    en: 'account {account} has endorsed up to entry {size} already; nothing was sent',
  },
  endorsedNotFinal: {
    zh: '账户 {account} 已为第 {size} 条为止背书，尚未最终确定；没有再发',
    en: 'account {account} has endorsed up to entry {size} already, which is not final yet; nothing was sent',
  },
  endorsing: {
    zh: '账户 {account} 正在为第 {size} 条为止背书：交易 {tx}，等待最终确定……',
    en: 'account {account} endorses up to entry {size}: transaction {tx}, waiting until it is final …',
  },
  endorsed: {
    zh: '账户 {account} 已为第 {size} 条为止背书：区块 {block}，交易 {tx}',
    en: 'account {account} has endorsed up to entry {size}: block {block}, transaction {tx}',
  },
  progress: { zh: '已重算 {done} / {size} 条', en: '{done} of {size} entries recomputed' },
  ok: { zh: '日志与链一致', en: 'log and chain are in order' },
  contradiction: { zh: '日志自相矛盾', en: 'the log is contradicted' },
  unknown: { zh: '无法判定', en: 'this cannot be judged' },
  log: { zh: '日志', en: 'log' },
  size: { zh: '条目数', en: 'entries' },
  root: { zh: '默克尔根', en: 'root' },
  anchors: { zh: '锚定', en: 'anchors' },
  anchorsNote: {
    zh: '{count} 次，最近一次至第 {size} 条（区块 {block}）',
    en: '{count}, the newest up to entry {size} (block {block})',
  },
  noAnchors: { zh: '尚无', en: 'none yet' },
  tail: { zh: '尚未锚定', en: 'not anchored yet' },
  tailNote: { zh: '{count} 条', en: '{count} entries' },
  where: { zh: '位置：{where}', en: 'at {where}' },
  expected: { zh: '应为：{value}', en: 'should be: {value}' },
  found: { zh: '实为：{value}', en: 'is: {value}' },
  more: { zh: '另有 {count} 个问题，见 --json', en: '{count} more problems: see --json' },
  trustServer: {
    zh: '使用了运营方自己提供的信任文件；它尚未经他人核实',
    en: "the operator's own trust file was used; nobody else vouches for it",
  },
  evidence: { zh: '证据已写入 {file}', en: 'the evidence was written to {file}' },
  watch: { zh: '持续审计，直到被终止', en: 'go on auditing until it is ended' },
  interval: { zh: '与 --watch 连用：两次审计之间的秒数', en: 'with --watch: seconds between two audits' },
  webhook: { zh: '与 --watch 连用：以 POST 通报异常的地址', en: 'with --watch: address to which alarms are posted' },
  metrics: {
    zh: '与 --watch 连用：在此地址（[主机:]端口）提供 Prometheus 指标',
    en: 'with --watch: serve metrics for Prometheus at this address ([HOST:]PORT)',
  },
  maxAge: {
    zh: '与 --watch 连用：联署与锚定最多可有多旧，以秒计',
    en: 'with --watch: how old cosignatures and anchors may be, in seconds',
  },
  tooMuchEvidence: {
    zh: '旁边已有大量证据文件，这次没有再写',
    en: 'so many evidence files lie there already that no other was written',
  },
  notRemembered: {
    zh: '审计记录文件保持不变',
    en: 'the state file was left as it is',
  },
} as const;

/** The parts of `where` that are not themselves an address or a path. */
const PLACES = {
  anchor: { zh: '序号为 {value} 的锚定', en: 'anchor {value}' },
  size: { zh: '大小 {value}', en: 'size {value}' },
  log: { zh: '日志 {value}', en: 'log {value}' },
  witness: { zh: '见证节点 {value}', en: 'witness {value}' },
  entry: { zh: '序号为 {value} 的条目', en: 'entry {value}' },
  hash: { zh: '序号为 {value} 的哈希', en: 'hash {value}' },
} as const;

const NAMED_PLACES: Readonly<Record<string, Message>> = {
  checkpoint: { zh: '检查点', en: 'checkpoint' },
  state: { zh: '审计记录文件', en: 'state file' },
  chain: { zh: '链', en: 'chain' },
  'further places': { zh: '其余各处', en: 'further places' },
};

/** Where a problem lies, as people read it. */
export function placeText(where: string): Message {
  const parts = where.split(', ').map((part): Message => {
    const [, name = '', value = ''] = /^([a-z]+) (\S+)$/.exec(part) ?? [];
    const words = Object.hasOwn(PLACES, name) ? PLACES[name as keyof typeof PLACES] : undefined;
    if (words !== undefined) return bilingual(words, { value });
    return Object.hasOwn(NAMED_PLACES, part) ? NAMED_PLACES[part]! : { zh: part, en: part };
  });
  return { zh: parts.map(({ zh }) => zh).join('，'), en: parts.map(({ en }) => en).join(', ') };
}

/**
 * What each problem of an audit says. The names are the codes of `--json`: API, listed in
 * PROTOCOL.md.
 */
export const AUDIT_CODES = {
  'checkpoint-forged': { zh: '检查点的签名不成立', en: 'the signature of the checkpoint does not verify' },
  'root-differs': {
    zh: '由条目重算的默克尔根与签名的检查点不符',
    en: 'the entries do not hash to the root of the signed checkpoint',
  },
  'tile-differs': { zh: '所提供的哈希块与条目不符', en: 'a served tile differs from what the entries hash to' },
  'tile-length-wrong': { zh: '所提供的哈希块长度不对', en: 'a served tile has the wrong length' },
  'bundle-too-short': { zh: '条目包残缺', en: 'an entry bundle ends too early' },
  'bundle-trailing-bytes': { zh: '条目包末尾有多余的字节', en: 'an entry bundle has bytes after its last entry' },
  'anchor-root-differs': {
    zh: '链上锚定的默克尔根与日志不符',
    en: 'the chain has another root than the log at an anchored size',
  },
  'anchor-beyond-log': {
    zh: '链上锚定的条目数超过了日志：日志被回退，或锚定的不是这个日志',
    en: 'the chain has an anchor beyond the log: the log was rolled back, or never had it',
  },
  'anchor-missing': { zh: '上次见到的锚定已不在链上', en: 'an anchor that was seen before is not on the chain' },
  'log-rolled-back': {
    zh: '日志比此前（这里或见证节点）见到的短',
    en: 'the log is shorter than it was when last seen, here or by a witness',
  },
  'log-forked': {
    zh: '日志改写了此前（这里或见证节点）见到的内容',
    en: 'the log has another root at a size at which it was seen before, here or by a witness',
  },
  'cosignature-wrong': { zh: '检查点上见证节点的联署不成立', en: 'a cosignature on the checkpoint does not verify' },
  'too-few-cosignatures': {
    zh: '检查点上的联署少于信任文件的要求',
    en: 'fewer witnesses have cosigned the checkpoint than the trust file demands',
  },
  'checkpoint-stale': {
    zh: '检查点已久未得到任何见证节点的联署',
    en: 'no witness has cosigned the checkpoint for long',
  },
  'cosignature-in-future': {
    zh: '联署的时间在将来：见证节点的时钟快了，或本机的时钟慢了',
    en: 'the time of a cosignature is yet to come: the clock of the witness is fast, or the one here is slow',
  },
  'witness-silent': { zh: '该见证节点已久未联署', en: 'the witness has not cosigned for long' },
  'witness-ahead': {
    zh: '见证节点见到的检查点比这里见到的新',
    en: 'the witness was shown a newer checkpoint than is shown here',
  },
  'witness-unreachable': { zh: '无法连接见证节点', en: 'the witness cannot be reached' },
  'witness-answer-wrong': {
    zh: '见证节点给出的不是这个日志签过名的检查点',
    en: 'what the witness shows is no checkpoint that the log has signed',
  },
  'anchor-overdue': {
    zh: '日志已久未锚定新的内容',
    en: 'the log has grown, and for long nothing of that was anchored',
  },
  'state-unwritable': { zh: '审计记录文件或证据文件无法写入', en: 'state or evidence cannot be written' },
  'entry-unknown': { zh: '本版本不认识的条目', en: 'this version does not know this form of entry' },
  'origin-unknown': { zh: '信任文件说的是另一个日志', en: 'the trust file speaks of another log' },
  'key-unknown': { zh: '检查点未由信任文件所列的密钥签名', en: 'no key of the trust file signed the checkpoint' },
  'key-revoked': {
    zh: '签名密钥已吊销，且检查点未能确认在吊销区块之前上链',
    en: 'the signing key was revoked, and no anchor confirms the checkpoint by the block of the revocation',
  },
  'key-not-for-this-size': {
    zh: '签名密钥不适用于这个大小的检查点',
    en: 'the signing key is not for checkpoints of this size',
  },
  'trust-changed': {
    zh: '服务现在提供的信任文件与记住的不同',
    en: 'the service now offers another trust file than the remembered one',
  },
  'trust-unavailable': { zh: '得不到信任文件', en: 'there is no trust file to be had' },
  'trust-unreadable': { zh: '信任文件无法读取', en: 'the trust file cannot be read' },
  'state-unreadable': {
    zh: '审计记录文件已损坏，无法比对；查明原因之前不要删除它',
    en: 'the state file is damaged and nothing can be compared with it; do not delete it before the reason is known',
  },
  'state-of-another-log': { zh: '审计记录文件属于另一个日志', en: 'the state file is of another log' },
  'service-unreachable': { zh: '无法连接存证服务', en: 'the service cannot be reached' },
  'checkpoint-unavailable': { zh: '得不到检查点', en: 'the checkpoint cannot be had' },
  'page-unavailable': { zh: '日志的一部分得不到', en: 'a part of the log cannot be had' },
  'chain-not-asked': { zh: '没有指明区块链节点', en: 'no chain node was named' },
  'no-answer': { zh: '该节点没有可用的回答', en: 'the node gave no usable answer' },
  'answer-unreadable': { zh: '该节点的回答无法读取', en: 'an answer of the node cannot be read' },
  'block-unknown': { zh: '该节点没有这个区块', en: 'the node does not have this block' },
  'other-chain': { zh: '该节点在另一条链上', en: 'the node is on another chain' },
  'other-genesis': { zh: '该节点的链有另一个创世区块', en: 'the chain of the node has another genesis block' },
  'other-code': { zh: '该地址上是另一个合约', en: 'another contract stands at the address' },
  'other-pinned-block': {
    zh: '该节点的链上没有信任文件所列的区块',
    en: 'the chain of this node lacks a block that the trust file pins',
  },
  'too-few-sources': {
    zh: '作答的节点少于信任文件的要求',
    en: 'fewer nodes answered than the trust file demands',
  },
  'sources-disagree': { zh: '各节点的回答互相矛盾', en: 'the chain nodes contradict each other' },
  'anchor-gap': {
    zh: '该节点所示的锚定不连续，而合约不会如此：节点的回答不完整',
    en: 'the anchors that the node shows have a gap, which the contract cannot have: its answers are incomplete',
  },
  'node-contradicts-itself': {
    zh: '该节点的回答自相矛盾',
    en: 'the node contradicts itself: events and state of the contract differ',
  },
  'source-behind': {
    zh: '各节点尚未同步到上次见到的锚定',
    en: 'the nodes have not reached the anchor that was seen before',
  },
} as const satisfies Readonly<Record<string, Message>>;
