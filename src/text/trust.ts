/** The texts of `evl trust`. */
export const TRUST = {
  pinBlock: {
    zh: '经链上节点核对后，把回执涉及的区块作为留存区块写入核验基准文件，此后可离线核验',
    en: 'pin the blocks of a receipt in the trust file once chain nodes have confirmed them: it then verifies offline',
  },
  export: {
    zh: '把本机采用的核验基准文件写入新文件，以便连同回执移交；指明回执的，一并写入其留存区块',
    en: 'write the trust file that this machine goes by into a new file, to be handed over with receipts, and pin their blocks in it',
  },
  exported: { zh: '要写成的文件', en: 'the file to write' },
  receipts: { zh: '已锚定的存证回执，或含有回执的目录', en: 'receipts with their anchors, or folders with receipts' },
  notPinnedOf: { zh: '未留存：{file}（{verdict}）', en: 'not pinned: {file} ({verdict})' },
  file: { zh: '要写入的核验基准文件', en: 'the trust file to write them to' },
  rpc: {
    zh: '要查询的链上节点（可多次给出；默认见核验基准文件）',
    en: 'a chain node to ask (may be repeated; default: those of the trust file)',
  },
  pinned: { zh: '已写入留存区块 {number}，{time}，{hash}', en: 'pinned: block {number} of {time}, {hash}' },
  wasPinned: { zh: '已是留存区块：{number}，{hash}', en: 'already pinned: block {number}, {hash}' },
  notPinned: {
    zh: '未写入任何留存区块：节点的答复不足以确认这份回执的锚定（见上）',
    en: 'nothing was pinned: the answers of the nodes do not confirm the anchor of this receipt (see above)',
  },
  endorsementsNotConfirmed: {
    zh: '未写入任何留存区块：节点的答复不足以确认这份回执所附审计确认的区块（{reason}）',
    en: 'nothing was pinned: the answers of the nodes do not confirm the blocks of the endorsements in this receipt ({reason})',
  },
  pinnedByOperator: {
    zh: '只有运营方的节点确认了这些区块：可用于离线核验，但不增加独立性',
    en: 'only nodes of the operator confirmed these blocks: they serve to verify without a node, and add nothing to independence',
  },
  noProof: {
    zh: '这份回执没有区块头与收据证明，还不能离线核验；请先用 evl receipt upgrade 更新',
    en: 'this receipt has no block header and no proof yet, so it does not verify offline: upgrade it with "evl receipt upgrade"',
  },
  show: { zh: '逐项说明核验基准文件的内容', en: 'print what a trust file states' },
  diff: {
    zh: '比较两份核验基准文件；默认比较此前留存的与服务现在提供的',
    en: 'compare two trust files; default: the remembered one and the one that the service offers',
  },
  pin: {
    zh: '指纹相符时，接受服务提供的核验基准文件',
    en: 'accept the trust file that the service offers, if it has this fingerprint',
  },
  pinCheckpoint: {
    zh: '把存证日志现在的检查点作为留存检查点写入核验基准文件',
    en: 'pin the current checkpoint of the log in the trust file',
  },
  shown: {
    zh: '核验基准文件；默认为服务提供的',
    en: 'a trust file; default: the one that the service offers',
  },
  before: { zh: '原核验基准文件；默认为此前留存的', en: 'the old trust file; default: the remembered one' },
  after: { zh: '新核验基准文件；默认为服务提供的', en: 'the new one; default: the one that the service offers' },
  sha256: {
    zh: '由运营方以其他途径（电话、当面）告知的指纹',
    en: 'the fingerprint, as the operator gave it by another way (by telephone, in person)',
  },
  out: { zh: '写入这个文件，而不作留存', en: 'write it to this file instead of remembering it' },
  url: { zh: '服务的地址', en: 'address of the service' },
  same: { zh: '相同：sha256:{sha256}', en: 'the same: sha256:{sha256}' },
  differs: {
    zh: '不同：原为 sha256:{before}，现为 sha256:{after}',
    en: 'different: sha256:{before} before, sha256:{after} now',
  },
  removed: { zh: '去掉  {fact}', en: 'gone  {fact}' },
  added: { zh: '新增  {fact}', en: 'new   {fact}' },
  otherSpelling: { zh: '只有写法或顺序不同', en: 'only the spelling or the order differs' },
  keySigned: {
    zh: '新密钥 {id}（自大小 {from} 起）由原受信任的密钥签名引入。这只表明旧密钥的持有人指定了它；旧密钥被盗时，盗用密钥者也能签名',
    en: 'the new key {id} (for sizes from {from} on) was named by a key that was trusted before. That shows that the holder of the old key named it; if that key was stolen, the thief could do so too',
  },
  keyNotSigned: {
    zh: '新密钥 {id} 没有原受信任密钥的签名',
    en: 'no key that was trusted before signed for the new key {id}',
  },
  keyNotAsked: {
    zh: '新密钥 {id}：未能向服务取得密钥更换声明（{code}），无法得知旧密钥是否签名',
    en: 'the new key {id}: the service gave no statement of the change ({code}), so it is not known whether the old key signed for it',
  },
  requireSha256: {
    zh: '未予接受。请以其他途径（电话、当面）向运营方问明指纹，再加 --sha256 运行；服务提供的是 sha256:{sha256}',
    en: 'nothing was accepted. Ask the operator for the fingerprint by another way (by telephone, in person) and run this with --sha256; the service offers sha256:{sha256}',
  },
  accepted: { zh: '已接受 sha256:{sha256}，存于 {file}', en: 'accepted sha256:{sha256}, stored in {file}' },
  checkpointPinned: {
    zh: '已写入留存检查点：大小 {size}，默克尔根 {root}',
    en: 'pinned: checkpoint of size {size}, root {root}',
  },
  checkpointWasPinned: {
    zh: '已是留存检查点：大小 {size}，默克尔根 {root}',
    en: 'already pinned: size {size}, root {root}',
  },
  checkpointNotPinned: {
    zh: '未写入：大小为 {size} 的检查点与核验基准文件不符（{reason}）',
    en: 'nothing was pinned: the checkpoint of size {size} does not fit the trust file ({reason})',
  },
  addPolicy: {
    zh: '为以后的检查点增加一份见证规则：写出服务应提供的全部规则，供 EVL_WITNESS_POLICY 使用',
    en: 'add a witness policy for later checkpoints: writes all policies that the service should offer, for EVL_WITNESS_POLICY',
  },
  policy: { zh: '新的见证规则（C2SP tlog-policy）', en: 'the new witness policy (C2SP tlog-policy)' },
  policyOut: { zh: '写入这个文件，而不写到标准输出', en: 'write to this file instead of standard output' },
  policyAdded: {
    zh: '大小 {from} 起的见证规则：{quorum}；请以写出的文件作为 EVL_WITNESS_POLICY 并重新启动服务',
    en: 'required witnesses for sizes from {from} on: {quorum}; name the file that was written in EVL_WITNESS_POLICY and restart the service',
  },
  earlierUntil: {
    zh: '先前的规则仅在锚定于区块 {block} 及之前时有效',
    en: 'the earlier policy counts only for anchors by block {block}',
  },
  earlierWithoutAnchor: {
    zh: '还没有最终确认的锚定：先前的规则不因任何锚定而有效',
    en: 'there is no final anchor yet: the earlier policy counts under none',
  },
  movesOn: {
    zh: '已留存原核验基准文件的客户端会自动接受：新规则只增加要求',
    en: 'clients that remember the present trust file take it by themselves: the new policy only requires more',
  },
  staysBehind: {
    zh: '已留存原核验基准文件的客户端须以 evl trust pin 接受：新规则并非只增加要求',
    en: 'clients that remember the present trust file must accept it (evl trust pin): the new policy does not only require more',
  },
  trustIs: { zh: '核验基准文件 {file} 现为 sha256:{sha256}', en: 'the trust file {file} is now sha256:{sha256}' },
} as const;

/** One fact of a trust file in each line. */
export const TRUST_FACTS = {
  origin: { zh: '存证日志 {origin}', en: 'log {origin}' },
  key: {
    zh: '存证日志密钥 {id}，签署大小 {from} 起的检查点：{vkey}',
    en: 'log key {id}, signs sizes from {from} on: {vkey}',
  },
  keyEnded: {
    zh: '存证日志密钥 {id}，签署大小 {from} 至 {last} 的检查点：{vkey}',
    en: 'log key {id}, signed sizes from {from} to {last}: {vkey}',
  },
  keyRevoked: {
    zh: '存证日志密钥 {id} 已吊销：仅区块 {block} 及之前上链的检查点有效',
    en: 'log key {id} is revoked: only checkpoints anchored by block {block} are valid',
  },
  chain: { zh: '区块链 {chainId}，创世区块 {genesis}', en: 'chain {chainId}, genesis block {genesis}' },
  contract: { zh: '合约 {contract}，代码 {codeHash}', en: 'contract {contract}, code {codeHash}' },
  logId: { zh: '大小 {from} 起的存证日志编号 {logId}', en: 'log id {logId} for sizes from {from} on' },
  byOperator: { zh: '区块链由运营方自行运行', en: 'the chain is run by the operator' },
  byOthers: { zh: '区块链由他人运行', en: 'the chain is run by others' },
  finalityTag: { zh: '最终确认：节点的 {tag} 区块', en: 'final: the {tag} block of the node' },
  finalityCount: {
    zh: '最终确认：{count} 次确认',
    en: 'final: after {count} {count:confirmation|confirmations}',
  },
  sources: { zh: '须有 {count} 个节点答复一致', en: '{count} {count:node|nodes} must agree' },
  quorum: { zh: '见证规则：{quorum}', en: 'required witnesses: {quorum}' },
  quorumFrom: { zh: '大小 {from} 起的见证规则：{quorum}', en: 'required witnesses for sizes from {from} on: {quorum}' },
  quorumUntil: {
    zh: '大小 {from} 起的见证规则，仅在锚定于区块 {block} 及之前时有效',
    en: 'the rule for sizes from {from} on counts only for anchors by block {block}',
  },
  witness: { zh: '见证节点 {name}：{vkey}', en: 'witness {name}: {vkey}' },
  policyLog: { zh: '见证规则所列的存证日志密钥：{vkey}', en: 'log key of the witness policy: {vkey}' },
  endorsers: { zh: '须有 {k} 个审计确认方', en: '{k} {k:endorser|endorsers} required' },
  endorser: { zh: '审计确认方 {address}', en: 'endorser {address}' },
  checkpoint: { zh: '留存检查点：大小 {size}，默克尔根 {root}', en: 'pinned checkpoint: size {size}, root {root}' },
  block: { zh: '留存区块 {number}：{hash}', en: 'pinned block {number}: {hash}' },
  maxPending: { zh: '等待上链最长 {ms} 毫秒', en: 'pending for at most {ms} ms' },
  node: { zh: '节点（仅供参考）：{url}', en: 'node (a hint only): {url}' },
  sha256: { zh: '指纹 sha256:{sha256}', en: 'fingerprint sha256:{sha256}' },
} as const;
