import { bilingual, type Message } from './message.ts';

/** The texts of `evl audit`. */
export const AUDIT = {
  url: { zh: '服务的地址', en: 'address of the service' },
  rpc: { zh: '区块链节点的 JSON-RPC 地址，可重复', en: 'JSON-RPC address of a chain node; may be repeated' },
  trust: { zh: '核验基准文件（trust.json）', en: 'trust file' },
  state: {
    zh: '审计记录文件：保存本次审计结果，供下次比对',
    en: 'state file: keeps what this audit has seen, for comparison by the next one',
  },
  endorse: {
    zh: '审计无误后，以此密钥文件的账户对最近一次最终确认的锚定作审计确认（上链）；须同时指明 --trust',
    en: 'if everything is in order, endorse the newest final anchor on the chain with the account of this key file; requires --trust',
  },
  key: {
    zh: '生成审计确认用的密钥文件并显示其账户；文件已存在时只显示账户',
    en: 'create the key file for endorsements and show its account; show only the account of an existing file',
  },
  keyFile: { zh: '密钥文件', en: 'the key file' },
  keyMade: {
    zh: '已生成密钥 {file}：请妥善保管；作审计确认之前，须向其账户转入少许款项',
    en: 'created the key {file}: keep it safe; its account needs a little ether before it can endorse',
  },
  notEndorsed: {
    zh: '未作审计确认：本次审计的结果不是“一致”',
    en: 'nothing was endorsed: the audit did not find everything in order',
  },
  nothingToEndorse: {
    zh: '未作审计确认：尚无最终确认的锚定',
    en: 'nothing was endorsed: there is no final anchor yet',
  },
  endorsedBefore: {
    zh: '账户 {account} 此前已对前 {size} 条作审计确认，未再发送',
    en: 'account {account} has already endorsed the first {size} entries; nothing was sent',
  },
  endorsedNotFinal: {
    zh: '账户 {account} 此前已对前 {size} 条作审计确认，尚未最终确认；未再发送',
    en: 'account {account} has already endorsed the first {size} entries, which is not final yet; nothing was sent',
  },
  endorsing: {
    zh: '账户 {account} 正在对前 {size} 条作审计确认：交易 {tx}，等待最终确认……',
    en: 'account {account} is endorsing the first {size} entries: transaction {tx}, waiting until it is final …',
  },
  endorsed: {
    zh: '账户 {account} 已对前 {size} 条作审计确认：区块 {block}，交易 {tx}',
    en: 'account {account} has endorsed the first {size} entries: block {block}, transaction {tx}',
  },
  progress: { zh: '已重算 {done} / {size} 条', en: '{done} of {size} entries recomputed' },
  line: { zh: '{label}：{text}', en: '{label}: {text}' },
  ok: { zh: '存证日志与区块链一致', en: 'log and chain are in order' },
  contradiction: { zh: '发现矛盾', en: 'contradiction found' },
  unknown: { zh: '无法判定', en: 'could not be judged' },
  log: { zh: '存证日志', en: 'log' },
  size: { zh: '条目数', en: 'entries' },
  root: { zh: '默克尔根', en: 'root' },
  anchors: { zh: '锚定', en: 'anchors' },
  anchorsNote: {
    zh: '{count} 次，最近一次覆盖前 {size} 条（区块 {block}）',
    en: '{count}, the newest covers the first {size} entries (block {block})',
  },
  noAnchors: { zh: '尚无', en: 'none yet' },
  tail: { zh: '尚未锚定', en: 'not anchored yet' },
  tailNote: { zh: '{count} 条', en: '{count} {count:entry|entries}' },
  node: { zh: '查询的节点', en: 'node' },
  nodeOfAuditor: { zh: '{node}（由审计者指定）', en: '{node} (named by the auditor)' },
  nodeOfOperator: { zh: '{node}（运营方的节点）', en: '{node} (of the operator)' },
  witness: { zh: '见证节点', en: 'witness' },
  witnessNote: { zh: '{name}，联署于 {time}', en: '{name}, cosigned {time}' },
  trustUsed: { zh: '核验基准文件', en: 'trust file' },
  auditedAt: { zh: '审计时间', en: 'audited' },
  report: { zh: '另存一份可打印的报告（HTML）', en: 'also write a report to print (HTML)' },
  program: { zh: '审计程序', en: 'program' },
  where: { zh: '位置：{where}', en: 'at {where}' },
  expected: { zh: '应为：{value}', en: 'expected: {value}' },
  found: { zh: '实为：{value}', en: 'found: {value}' },
  more: { zh: '另有 {count} 个问题，见 --json', en: '{count} more {count:problem|problems}: see --json' },
  trustServer: {
    zh: '使用的是运营方自行提供的核验基准文件，尚未经他人核实',
    en: "the operator's own trust file was used; nobody else has confirmed it",
  },
  evidence: { zh: '证据已写入 {file}', en: 'evidence written to {file}' },
  watch: { zh: '持续审计，直到被终止', en: 'audit continuously until stopped' },
  interval: { zh: '与 --watch 连用：两次审计之间的秒数', en: 'with --watch: seconds between two audits' },
  webhook: {
    zh: '与 --watch 连用：以 POST 方式接收通报的地址',
    en: 'with --watch: address to which notifications are posted',
  },
  metrics: {
    zh: '与 --watch 连用：在此地址（[主机:]端口）提供 Prometheus 指标',
    en: 'with --watch: serve metrics for Prometheus at this address ([HOST:]PORT)',
  },
  maxAge: {
    zh: '与 --watch 连用：联署与锚定的时限，以秒计',
    en: 'with --watch: maximum age of cosignatures and anchors, in seconds',
  },
  tooMuchEvidence: {
    zh: '证据文件已达上限，本次未再写入',
    en: 'the limit of evidence files is reached; no further one was written',
  },
  notRemembered: { zh: '审计记录文件保持不变', en: 'the state file is unchanged' },
} as const;

/** The parts of `where` that are neither an address nor a path. */
const PLACES = {
  anchor: { zh: '锚定序号 {value}（自 0 起）', en: 'anchor {value}' },
  size: { zh: '条目数 {value}', en: 'size {value}' },
  log: { zh: '存证日志编号 {value}', en: 'log {value}' },
  witness: { zh: '见证节点 {value}', en: 'witness {value}' },
  entry: { zh: '条目序号 {value}（自 0 起）', en: 'entry {value}' },
  hash: { zh: '哈希序号 {value}（自 0 起）', en: 'hash {value}' },
} as const;

const NAMED_PLACES: Readonly<Record<string, Message>> = {
  checkpoint: { zh: '检查点', en: 'checkpoint' },
  state: { zh: '审计记录文件', en: 'state file' },
  chain: { zh: '区块链', en: 'chain' },
  'further places': { zh: '其余各处', en: 'further places' },
};

/** The place of a problem as people read it. */
export function placeText(where: string): Message {
  const parts = where.split(', ').map((part): Message => {
    const [, name = '', value = ''] = /^([a-z]+) (\S+)$/.exec(part) ?? [];
    const place = Object.hasOwn(PLACES, name) ? PLACES[name as keyof typeof PLACES] : undefined;
    if (place !== undefined) return bilingual(place, { value });
    return Object.hasOwn(NAMED_PLACES, part) ? NAMED_PLACES[part]! : { zh: part, en: part };
  });
  return { zh: parts.map(({ zh }) => zh).join('，'), en: parts.map(({ en }) => en).join(', ') };
}

/**
 * The sentences of an audit's problems. Their names are the codes of `--json`: API, listed in
 * PROTOCOL.md.
 */
export const AUDIT_CODES = {
  'checkpoint-forged': { zh: '检查点的签名不成立', en: 'the signature on the checkpoint does not verify' },
  'root-differs': {
    zh: '由条目重算的默克尔根与已签名的检查点不符',
    en: 'the entries do not hash to the root of the signed checkpoint',
  },
  'tile-differs': {
    zh: '所提供的哈希分片（tile）与条目不符',
    en: 'a served tile differs from the hashes of the entries',
  },
  'tile-length-wrong': { zh: '所提供的哈希分片（tile）长度不符', en: 'a served tile has the wrong length' },
  'bundle-too-short': { zh: '条目包残缺', en: 'an entry bundle is incomplete' },
  'bundle-trailing-bytes': { zh: '条目包末尾有多余的字节', en: 'an entry bundle has bytes after its last entry' },
  'anchor-root-differs': {
    zh: '链上锚定的默克尔根与存证日志不符',
    en: 'the root anchored on the chain differs from the root of the log at that size',
  },
  'anchor-beyond-log': {
    zh: '链上锚定的条目数超过了存证日志：日志被回退，或该锚定不属于此日志',
    en: 'the chain has an anchor beyond the end of the log: the log was rolled back, or the anchor is not of this log',
  },
  'anchor-missing': { zh: '先前见到的锚定已不在链上', en: 'an anchor seen earlier is no longer on the chain' },
  'log-rolled-back': {
    zh: '存证日志比先前（审计者或见证节点）见到的短',
    en: 'the log is shorter than when the auditor or a witness last saw it',
  },
  'log-forked': {
    zh: '存证日志与先前（审计者或见证节点）见到的内容不符',
    en: 'the log differs from what the auditor or a witness saw earlier at the same size',
  },
  'cosignature-wrong': { zh: '检查点上见证节点的联署不成立', en: 'a cosignature on the checkpoint does not verify' },
  'too-few-cosignatures': {
    zh: '检查点上的联署少于规定的最低联署数',
    en: 'the checkpoint has fewer cosignatures than the trust file requires',
  },
  'checkpoint-stale': { zh: '检查点上最近的联署已超过时限', en: 'the newest cosignature on the checkpoint is too old' },
  'cosignature-in-future': {
    zh: '联署的时间晚于当前时间：见证节点的时钟偏快，或本机的时钟偏慢',
    en: 'the time of a cosignature is in the future: the clock of the witness is fast, or the clock of this machine is slow',
  },
  'witness-silent': { zh: '该见证节点超过时限未联署', en: 'the witness has not cosigned within the time limit' },
  'witness-ahead': {
    zh: '见证节点持有的检查点比此处收到的新',
    en: 'the witness has a newer checkpoint than the one received here',
  },
  'witness-shows-nothing': {
    zh: '该见证节点联署了这个检查点，却不说明它所见的大小，无法与之比对',
    en: 'the witness cosigned this checkpoint and states no size that it knows: its memory cannot be compared',
  },
  'witness-disagrees': {
    zh: '见证节点所记的存证日志与这里出示的不同：同一大小而树不同，或这里的不是其所记的延续',
    en: 'the witness remembers another tree than the log shows: of the same size, or one that the log does not extend',
  },
  'witness-unreachable': { zh: '无法连接见证节点', en: 'the witness cannot be reached' },
  'witness-answer-wrong': {
    zh: '见证节点提供的不是此存证日志签名的检查点',
    en: 'the witness does not provide a checkpoint signed by this log',
  },
  'anchor-overdue': {
    zh: '存证日志有新内容超过时限未锚定',
    en: 'the log has grown, and nothing new was anchored within the time limit',
  },
  'state-unwritable': {
    zh: '审计记录文件或证据文件无法写入',
    en: 'the state file or an evidence file cannot be written',
  },
  'entry-unknown': { zh: '本版本不认识的条目格式', en: 'this version does not know the form of an entry' },
  'origin-unknown': { zh: '核验基准文件属于另一个存证日志', en: 'the trust file is of another log' },
  'key-unknown': {
    zh: '检查点未由核验基准文件所列的密钥签名',
    en: 'the checkpoint is not signed by a key of the trust file',
  },
  'key-revoked': {
    zh: '签名密钥已吊销，且没有锚定证明检查点形成于吊销之前',
    en: 'the signing key is revoked, and no anchor places the checkpoint before the revocation',
  },
  'key-not-for-this-size': {
    zh: '签名密钥不适用于此条目数的检查点',
    en: 'the signing key is not valid for checkpoints of this size',
  },
  'trust-changed': {
    zh: '服务现在提供的核验基准文件与先前保存的不同',
    en: 'the service now offers a trust file that differs from the remembered one',
  },
  'trust-unavailable': { zh: '未能取得核验基准文件', en: 'no trust file is available' },
  'trust-unreadable': { zh: '核验基准文件无法读取', en: 'the trust file cannot be read' },
  'state-unreadable': {
    zh: '审计记录文件已损坏，无法比对；查明原因之前请勿删除',
    en: 'the state file is damaged, so nothing can be compared with it; keep it until the cause is known',
  },
  'state-of-another-log': { zh: '审计记录文件属于另一个存证日志', en: 'the state file is of another log' },
  'service-unreachable': { zh: '无法连接服务', en: 'the service cannot be reached' },
  'checkpoint-unavailable': { zh: '未能取得检查点', en: 'the checkpoint is unavailable' },
  'page-unavailable': { zh: '未能取得存证日志的一部分', en: 'a part of the log is unavailable' },
  'chain-not-asked': { zh: '未指明区块链节点', en: 'no chain node was named' },
  'no-answer': { zh: '该节点没有给出可用的答复', en: 'the node gave no usable answer' },
  'answer-unreadable': { zh: '该节点的答复无法读取', en: 'an answer of the node cannot be read' },
  'block-unknown': { zh: '该节点没有这个区块', en: 'the node does not have this block' },
  'other-chain': { zh: '该节点在另一条链上', en: 'the node is on another chain' },
  'other-genesis': { zh: '该节点的链以另一个创世区块开始', en: 'the chain of the node has another genesis block' },
  'other-code': { zh: '该地址上是另一个合约', en: 'the address holds another contract' },
  'other-pinned-block': {
    zh: '该节点的链上没有核验基准文件所列的留存区块',
    en: 'the chain of the node lacks a block that the trust file pins',
  },
  'too-few-sources': {
    zh: '给出答复的节点少于核验基准文件规定的数目',
    en: 'fewer nodes answered than the trust file requires',
  },
  'sources-disagree': { zh: '各节点的答复互相矛盾', en: 'the chain nodes contradict each other' },
  'anchor-gap': {
    zh: '该节点所列的锚定不连续，而合约不允许不连续：节点的答复不完整',
    en: 'the anchors that the node lists have a gap, which the contract rules out: the answers of the node are incomplete',
  },
  'node-contradicts-itself': {
    zh: '该节点的答复自相矛盾：合约的事件与状态不符',
    en: 'the node contradicts itself: events and state of the contract differ',
  },
  'source-behind': {
    zh: '各节点尚未同步到先前见到的锚定',
    en: 'the nodes have not synchronised to the anchor that was seen earlier',
  },
} as const satisfies Readonly<Record<string, Message>>;
