/** What `evl trust` says. */
export const TRUST = {
  pinBlock: {
    zh: '经链上节点核对后，把回执所在的区块记入信任文件，此后可离线核验',
    en: 'pin the blocks of a receipt in the trust file, once chain nodes have confirmed them: from then on it verifies offline',
  },
  receipt: { zh: '已锚定的存证回执', en: 'a receipt with its anchor' },
  file: { zh: '要写入的信任文件', en: 'the trust file to write them to' },
  rpc: {
    zh: '要询问的链上节点（可多次给出；默认见信任文件）',
    en: 'a chain node to ask (may be repeated; default: as the trust file says)',
  },
  pinned: { zh: '已记入：区块 {number}，{time}，{hash}', en: 'pinned: block {number} of {time}, {hash}' },
  wasPinned: { zh: '早已记入：区块 {number}，{hash}', en: 'was pinned already: block {number}, {hash}' },
  notPinned: {
    zh: '没有记入任何区块：节点的回答不足以确认这份回执的锚定（见上）',
    en: 'nothing was pinned: what the nodes said does not confirm the anchor of this receipt (see above)',
  },
  endorsementsNotConfirmed: {
    zh: '没有记入任何区块：节点的回答不足以确认这份回执所附背书的区块（{reason}）',
    en: 'nothing was pinned: what the nodes said does not confirm the blocks of the endorsements in this receipt ({reason})',
  },
  noProof: {
    zh: '这份回执没有区块头与收据证明，还不能离线核验；请先用 evl receipt upgrade 更新',
    en: 'this receipt has no block header and no proof yet, so it does not verify offline: upgrade it with "evl receipt upgrade"',
  },
  show: { zh: '用文字说明信任文件的内容', en: 'say in words what a trust file holds' },
  diff: {
    zh: '比较两份信任文件；默认比较记住的与服务现在给出的',
    en: 'compare two trust files; default: the remembered one and what the service offers',
  },
  pin: {
    zh: '指纹相符时，接受服务给出的信任文件',
    en: 'accept the trust file that the service offers, if it has this fingerprint',
  },
  pinCheckpoint: {
    zh: '把日志现在的检查点记入信任文件',
    en: 'pin the present checkpoint of the log in the trust file',
  },
  shown: { zh: '信任文件；默认为服务给出的', en: 'a trust file; default: what the service offers' },
  before: { zh: '原来的信任文件；默认为记住的', en: 'the trust file so far; default: the remembered one' },
  after: { zh: '新的信任文件；默认为服务给出的', en: 'the new one; default: what the service offers' },
  sha256: {
    zh: '由运营方以别的途径（电话、当面）告知的指纹',
    en: 'the fingerprint, as the operator told it by another way (telephone, in person)',
  },
  out: { zh: '写入这个文件，而不是记住', en: 'write it to this file instead of remembering it' },
  url: { zh: '存证服务的地址', en: 'address of the service' },
  same: { zh: '相同：sha256:{sha256}', en: 'the same: sha256:{sha256}' },
  differs: {
    zh: '不同：原为 sha256:{before}，现为 sha256:{after}',
    en: 'different: sha256:{before} before, sha256:{after} now',
  },
  removed: { zh: '去掉  {fact}', en: 'gone  {fact}' },
  added: { zh: '新增  {fact}', en: 'new   {fact}' },
  otherSpelling: { zh: '只有写法或顺序不同', en: 'only the order or the wording of the facts differs' },
  keySigned: {
    zh: '新密钥 {id}（自大小 {from} 起）由原已信任的密钥签名引入。这只说明旧密钥的持有人指定了它；若旧密钥失窃，窃贼也能签',
    en: 'the new key {id} (sizes from {from} on) was named by a key that was trusted before. That shows that whoever held the old key named it; where that was stolen, the thief could too',
  },
  keyNotSigned: {
    zh: '新密钥 {id} 没有原已信任的密钥的签名',
    en: 'no key that was trusted before signed for the new key {id}',
  },
  keyNotAsked: {
    zh: '新密钥 {id}：未能向服务取得更换说明（{code}），不知道旧密钥是否签过',
    en: 'the new key {id}: the service gave no account of the change ({code}), so it is not known whether the old key signed for it',
  },
  requireSha256: {
    zh: '没有接受。请用别的途径（电话、当面）向运营方问明指纹，再加 --sha256 运行；服务给出的是 sha256:{sha256}',
    en: 'nothing was accepted. Ask the operator for the fingerprint by another way (telephone, in person) and run this with --sha256; the service offers sha256:{sha256}',
  },
  accepted: { zh: '已接受 sha256:{sha256}，记在 {file}', en: 'accepted sha256:{sha256}, kept in {file}' },
  checkpointPinned: {
    zh: '已记入检查点：大小 {size}，根 {root}',
    en: 'pinned: checkpoint of size {size}, root {root}',
  },
  checkpointWasPinned: { zh: '早已记入：大小 {size}，根 {root}', en: 'was pinned already: size {size}, root {root}' },
  checkpointNotPinned: {
    zh: '没有记入：大小为 {size} 的检查点不能与信任文件相合（{code}）',
    en: 'nothing was pinned: the checkpoint of size {size} does not fit the trust file ({code})',
  },
  trustIs: { zh: '信任文件 {file} 现为 sha256:{sha256}', en: 'the trust file {file} is now sha256:{sha256}' },
} as const;

/** One fact of a trust file in each line. */
export const TRUST_FACTS = {
  origin: { zh: '日志 {origin}', en: 'log {origin}' },
  key: { zh: '日志密钥 {id}，签大小 {from} 起：{vkey}', en: 'log key {id}, signs sizes from {from} on: {vkey}' },
  keyEnded: {
    zh: '日志密钥 {id}，签大小 {from} 至 {last}：{vkey}',
    en: 'log key {id}, signed sizes from {from} to {last}: {vkey}',
  },
  keyRevoked: {
    zh: '日志密钥 {id} 已吊销：只认区块 {block} 及之前上链的检查点',
    en: 'log key {id} is revoked: it counts only for what was anchored in block {block} or before',
  },
  chain: { zh: '链 {chainId}，创世区块 {genesis}', en: 'chain {chainId}, genesis block {genesis}' },
  contract: { zh: '合约 {contract}，代码 {codeHash}', en: 'contract {contract}, code {codeHash}' },
  logId: { zh: '大小 {from} 起的日志编号 {logId}', en: 'log id {logId} for sizes from {from} on' },
  byOperator: { zh: '链由运营方自己运行', en: 'the chain is run by the operator' },
  byOthers: { zh: '链由他人运行', en: 'the chain is run by others' },
  finalityTag: { zh: '终定：节点的 {tag} 区块', en: 'final: the {tag} block of the node' },
  finalityCount: { zh: '终定：{count} 次确认', en: 'final: after {count} {count:confirmation|confirmations}' },
  sources: { zh: '须有 {count} 个节点说法一致', en: '{count} {count:node|nodes} must agree' },
  quorum: { zh: '见证要求：{quorum}', en: 'witnesses demanded: {quorum}' },
  witness: { zh: '见证节点 {name}：{vkey}', en: 'witness {name}: {vkey}' },
  policyLog: { zh: '见证规则所指的日志密钥：{vkey}', en: 'log key of the witness policy: {vkey}' },
  endorsers: { zh: '须有 {k} 位背书人', en: '{k} {k:endorser|endorsers} demanded' },
  endorser: { zh: '背书人 {address}', en: 'endorser {address}' },
  checkpoint: { zh: '固定检查点：大小 {size}，根 {root}', en: 'pinned checkpoint: size {size}, root {root}' },
  block: { zh: '固定区块 {number}：{hash}', en: 'pinned block {number}: {hash}' },
  maxPending: { zh: '待上链最长 {ms} 毫秒', en: 'pending for at most {ms} ms' },
  node: { zh: '节点（仅供参考）：{url}', en: 'node (a hint, no fact): {url}' },
  sha256: { zh: '指纹 sha256:{sha256}', en: 'fingerprint sha256:{sha256}' },
} as const;
