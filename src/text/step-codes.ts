import type { Message } from './message.ts';

/**
 * The sentence of each code of a verification step; `step/code` where a code means something else
 * in one step.
 */
export const STEP_CODES = {
  'not-asked': { zh: '未要求这一步', en: 'this step is not required' },

  // The file
  'digest-differs': {
    zh: '文件的 SHA-256 与登记的不一致',
    en: 'the SHA-256 of the file differs from the registered one',
  },
  'sm3-differs': {
    zh: 'SHA-256 一致而 SM3 不一致，登记记录自相矛盾',
    en: 'SHA-256 is equal but SM3 is not: the record contradicts itself',
  },
  'size-differs': {
    zh: 'SHA-256 一致而文件大小不一致，登记记录自相矛盾',
    en: 'SHA-256 is equal but the size is not: the record contradicts itself',
  },
  'digests-withheld': { zh: '回执未披露哈希值，无从比对', en: 'the receipt withholds the digests' },
  'digests-unreadable': { zh: '回执中的哈希值无法读取', en: 'the digests in the receipt cannot be parsed' },
  'file-missing': { zh: '有回执而未找到文件', en: 'the receipt exists, the file does not' },
  'file-unreadable': { zh: '文件无法读取', en: 'the file cannot be read' },
  'file-cancelled': {
    zh: '读取文件被操作人取消，未作比对',
    en: 'reading the file was cancelled, so that it was not compared',
  },
  'file-changed': { zh: '文件在读取过程中发生变化', en: 'the file changed while it was read' },

  // The record
  'section-not-in-header': {
    zh: '披露了存证记录中没有的一节',
    en: 'a section is disclosed that the header does not have',
  },
  'commitment-differs': {
    zh: '所披露的内容与登记时封存的哈希不符',
    en: 'a disclosed section does not match its salted hash in the record',
  },
  'section-missing': {
    zh: '登记记录缺少必备的一节',
    en: 'the record lacks a section that its kind requires',
  },
  'kind-unknown': { zh: '本版本不支持这种登记记录', en: 'this version does not support this kind of record' },
  'section-unknown': {
    zh: '登记记录含有本版本不支持的一节',
    en: 'the record has a section that this version does not support',
  },
  'record-version-unknown': {
    zh: '本版本不支持这个记录版本',
    en: 'this version does not support this version of records',
  },
  'section-repeated': { zh: '同一节披露了两次', en: 'a section is disclosed twice' },

  // The log
  'origin-differs': { zh: '登记记录与检查点属于不同的存证日志', en: 'record and checkpoint name different logs' },
  'index-outside-tree': { zh: '序号超出存证日志的大小', en: 'the index is outside the tree' },
  'path-length-wrong': { zh: '包含证明的路径长度不正确', en: 'the inclusion path has the wrong length' },
  'root-differs': {
    zh: '由包含证明的路径得不出检查点的默克尔根',
    en: 'the inclusion path does not lead to the root of the checkpoint',
  },
  'signature-wrong': { zh: '检查点的签名不成立', en: 'the signature of the checkpoint is invalid' },
  'origin-unknown': { zh: '核验基准文件属于另一个存证日志', en: 'the trust file is of another log' },
  'key-unknown': {
    zh: '检查点未由核验基准文件所列的密钥签名',
    en: 'no key of the trust file signed the checkpoint',
  },
  'key-revoked': {
    zh: '签名密钥已吊销，且不能确认该检查点在吊销区块之前上链',
    en: 'the signing key was revoked, and no anchor confirms the checkpoint by the block of the revocation',
  },
  'key-not-for-this-size': {
    zh: '签名密钥不适用于这个大小的检查点',
    en: 'the signing key is not valid for checkpoints of this size',
  },
  'no-trust': { zh: '没有核验基准文件，无从判定', en: 'there is no trust file to judge by' },
  'log-not-in-policy': {
    zh: '见证规则所列的存证日志密钥均未签署该检查点',
    en: 'no log key of the witness policy signed the checkpoint',
  },
  'cosignature-wrong': { zh: '见证节点的联署不成立', en: 'the cosignature of a witness is invalid' },
  'too-few-cosignatures': {
    zh: '联署的见证节点少于规定的最低联署数',
    en: 'fewer witnesses cosigned the checkpoint than the trust file requires',
  },
  'policy-outdated': {
    zh: '该检查点只符合先前的见证规则：没有锚定证明它当时已存在，也没有证明它与符合现行规则的检查点一致',
    en: 'the checkpoint meets an earlier witness policy only: no anchor shows that it existed then, and nothing connects it with a checkpoint that meets the one in force',
  },
  'pin-not-connected': {
    zh: '没有材料能把回执与留存检查点连接起来',
    en: 'nothing connects the receipt with a pinned checkpoint',
  },
  'pin-proof-wrong': {
    zh: '连接留存检查点的一致性证明不成立',
    en: 'the consistency proof to a pinned checkpoint is invalid',
  },
  'pin-differs': {
    zh: '同一大小下与留存检查点的默克尔根不同',
    en: 'a pinned checkpoint of the same size has another root',
  },

  // The chain
  'operator-nodes-only': {
    zh: '只有运营方的节点作答，不能据以判断他人运行的区块链；请以 --rpc 指定自己信任的节点',
    en: 'only nodes of the operator answered, which prove nothing about a chain that others run; name a node of your own with --rpc',
  },
  'not-before-chain-unknown': {
    zh: '该编号的区块是另一个区块；回执尚无锚定信息，不能确定两者是否为同一条链',
    en: 'the block of this number is another one; the receipt has no anchor yet, so it may name a block of another chain',
  },
  'chain-not-asked': { zh: '没有查询任何链上节点', en: 'no chain node was asked' },
  'no-answer': { zh: '链上节点未给出可用的答复', en: 'the chain node gave no usable answer' },
  'answer-unreadable': { zh: '链上节点的答复无法读取', en: 'the answer of the chain node cannot be parsed' },
  'source-not-identified': {
    zh: '该节点不在核验基准文件所列的区块链上',
    en: 'the node is not on the chain of the trust file',
  },
  'not-before-unreadable': {
    zh: '登记记录所引的区块无法读取',
    en: 'the block that the record refers to cannot be parsed',
  },
  'other-pinned-block': {
    zh: '该节点的区块链上没有核验基准文件中的留存区块',
    en: 'the chain of this node lacks a block that the trust file pins',
  },
  'pinned-block-differs': {
    zh: '锚定所在的区块与留存区块不同',
    en: 'the block of the anchor differs from the one that the trust file pins',
  },
  'block-not-pinned': {
    zh: '该区块不是核验基准文件中的留存区块',
    en: 'the trust file does not pin this block',
  },
  'block-header-unreadable': {
    zh: '回执中的区块头无法读取',
    en: 'the block header in the receipt cannot be parsed',
  },
  'block-header-differs': {
    zh: '回执中的区块头不是所述区块的',
    en: 'the block header in the receipt is not that of the stated block',
  },
  'receipt-proof-wrong': {
    zh: '回执中的交易收据证明不成立',
    en: 'the proof of the transaction receipt is invalid',
  },
  'source-behind': {
    zh: '该节点尚未同步到锚定所在的区块',
    en: 'the node has not reached the block of the anchor yet',
  },
  'sources-disagree': { zh: '各节点的答复互相矛盾', en: 'the chain nodes contradict each other' },
  'too-few-sources': {
    zh: '给出答复的节点少于核验基准文件的要求',
    en: 'fewer nodes answered than the trust file requires',
  },
  'other-chain': { zh: '链标识不是核验基准文件所列', en: 'the chain id is not that of the trust file' },
  'other-genesis': { zh: '创世区块不是核验基准文件所列', en: 'the genesis block is not that of the trust file' },
  'other-code': { zh: '合约代码不是核验基准文件所列', en: 'the contract code is not that of the trust file' },
  'anchor-size-differs': { zh: '锚定与检查点的大小不同', en: 'anchor and checkpoint have different sizes' },
  'anchor-root-differs': { zh: '锚定与检查点的默克尔根不同', en: 'anchor and checkpoint have different roots' },
  'anchor-elsewhere': {
    zh: '回执的锚定不在核验基准文件所列的区块链或合约上',
    en: 'the anchor is on another chain or contract than the trust file names',
  },
  'anchored-root-differs': {
    zh: '区块链上该大小的默克尔根与检查点不同',
    en: 'the chain holds another root at this size',
  },
  'root-not-anchored': { zh: '区块链上没有这个大小的检查点', en: 'the chain holds no checkpoint of this size' },
  'block-unknown': { zh: '该节点没有这个区块', en: 'the node does not have this block' },
  'block-differs': { zh: '区块链上该高度是另一个区块', en: 'the chain has another block at this height' },
  'event-missing': { zh: '所述交易中没有该锚定事件', en: 'the transaction does not have this anchor event' },
  'event-differs': { zh: '锚定事件的内容与回执不同', en: 'the anchor event differs from the receipt' },
  'not-anchored': { zh: '这份回执没有（或尚无）锚定信息', en: 'this receipt has no anchor (yet)' },
  'not-anchored-yet': { zh: '区块链上尚未锚定到这个大小', en: 'the chain has no anchor of this size yet' },
  'not-upgraded': {
    zh: '区块链上已经锚定到这个大小，须先更新回执',
    en: 'the chain covers this size already: the receipt must be upgraded first',
  },
  'not-final-yet': { zh: '锚定所在的区块尚未最终确认', en: 'the block of the anchor is not final yet' },
  'pending-too-long': {
    zh: '等待上链的时间超过了核验基准文件允许的上限',
    en: 'it has waited for the chain longer than the trust file allows',
  },
  'pending-since-unknown': {
    zh: '核验基准文件限制等待上链的时间，而登记时间未披露或无法读取',
    en: 'the trust file limits the wait for the chain, and the time of registration is withheld or cannot be parsed',
  },
  'too-few-endorsements': {
    zh: '审计确认少于核验基准文件的要求',
    en: 'there are fewer endorsements than the trust file requires',
  },
  'endorsement-too-small': {
    zh: '回执所附的审计确认未覆盖其检查点',
    en: 'an endorsement in the receipt does not cover its checkpoint',
  },
  'endorsement-root-differs': {
    zh: '回执所附的审计确认与锚定大小相同而默克尔根不同',
    en: 'an endorsement in the receipt has another root than the anchor, at the same size',
  },
  'endorsement-before-anchor': {
    zh: '回执所附的审计确认先于锚定，自相矛盾',
    en: 'an endorsement in the receipt precedes the anchor',
  },
  'endorsement-block-differs': {
    zh: '回执所附的审计确认与锚定（或另一审计确认）区块号相同而区块不同',
    en: 'an endorsement in the receipt names another block than the anchor, or than another endorsement, at the same height',
  },
  'endorsement/pinned-block-differs': {
    zh: '回执所附审计确认所在的区块与留存区块不同',
    en: 'the block of an endorsement in the receipt differs from the one that the trust file pins',
  },
  'endorsement/event-missing': {
    zh: '所述交易中没有该审计确认事件',
    en: 'the transaction does not have the event of an endorsement in the receipt',
  },
  'endorsement/event-differs': {
    zh: '审计确认事件的内容与回执不同',
    en: 'the event of an endorsement differs from the receipt',
  },
  'not-before-after-anchor': {
    zh: '登记记录所引的区块晚于锚定所在的区块，自相矛盾',
    en: 'the record refers to a block after the one that anchors it',
  },
  'not-before/other-chain': {
    zh: '登记记录所引的区块在另一条区块链上',
    en: 'the record refers to a block of another chain',
  },

  // What the user did not provide
  'not-judged': { zh: '因前面的部分无法读取而未判定', en: 'not judged, because an earlier part cannot be parsed' },
  'receipt-missing': { zh: '未提供回执，又不联网查询', en: 'there is no receipt, and no service may be asked' },
  'receipt-unreadable': { zh: '有回执而无法读取', en: 'the receipt exists and cannot be read' },
  'no-such-record': { zh: '该服务未显示此项登记记录', en: 'this service shows no such record' },
  'not-found-or-not-public': { zh: '未查到，或未公开', en: 'not found, or not public' },
  'receipt-not-public': {
    zh: '该服务称有此项登记记录，但不向未登录者出示回执：请使用持有人的回执或证书',
    en: 'the service states that there is such a record, but shows no receipt without a sign-in: use the receipt or certificate of its holder',
  },
  'receipt-not-asked-for': {
    zh: '服务给出的是另一个文件的回执，不能作为答复',
    en: 'the service gave the receipt of another file, which is no answer',
  },
  'service-unreachable': { zh: '无法连接服务', en: 'the service cannot be reached' },
  'service-refused': { zh: '服务未给出可用的答复', en: 'the service gave no usable answer' },
  'trust-changed': {
    zh: '服务提供的核验基准文件与此前留存的不同，须向运营方核实',
    en: 'the service offers another trust file than the remembered one: ask the operator why',
  },
  'trust-required': {
    zh: '要求自备核验基准文件，而未提供',
    en: 'a trust file of your own is required, and none was given',
  },
  'trust-unavailable': { zh: '未能取得核验基准文件', en: 'no trust file is available' },
  'trust-unreadable': { zh: '核验基准文件无法读取', en: 'the trust file cannot be parsed' },

  // Two receipts of one record
  'header-differs': { zh: '两份回执的记录头不同', en: 'the two receipts have different record headers' },
  'index-differs': { zh: '两份回执的序号不同', en: 'the two receipts have different indexes' },
  'tree-proof-wrong': {
    zh: '服务提供的默克尔树哈希有误，无法判断两份回执是否属于同一棵树',
    en: 'the tree hashes that the service gave are wrong: whether both receipts are of one tree cannot be judged',
  },
  'trees-differ': {
    zh: '两份回执的检查点不属于同一棵只增不改的默克尔树',
    en: 'the checkpoints of the two receipts are not of one append-only tree',
  },

  // Input that cannot be parsed
  'receipt-format-unknown': { zh: '不是本系统的存证回执', en: 'it is not a receipt of a known format' },
  'trust-repeated': {
    zh: '核验基准文件中同一密钥、序号、区块或节点出现两次，无法确定以哪一项为准',
    en: 'the trust file has two entries for one key, size, block or node, so it is not clear which one counts',
  },
  'trust-format-unknown': { zh: '不是本系统的核验基准文件', en: 'it is not a trust file of a known format' },
  'state-format-unknown': { zh: '不是本系统的审计记录', en: 'it is not an audit state of a known format' },
  'state-damaged': { zh: '审计记录自相矛盾', en: 'the audit state contradicts itself' },
  'event-strange': { zh: '链上节点给出了未查询的事件', en: 'the chain node gave an event that was not asked for' },
  'shape-wrong': { zh: '结构不符合格式要求', en: 'its structure is not that of the format' },
  'json-invalid': { zh: '不是有效的 JSON', en: 'it is not valid JSON' },
  'json-duplicate-name': { zh: 'JSON 中有重复的名称', en: 'its JSON has a name twice' },
  'json-too-large': { zh: '超出大小上限', en: 'it is larger than the format allows' },
  'json-too-deep': { zh: 'JSON 嵌套过深', en: 'its JSON is nested too deep' },
  'json-number-unsafe': { zh: 'JSON 中有不允许的数值', en: 'its JSON has a number that is not allowed' },
  'json-type-unsupported': { zh: '含有 JSON 不能表示的值', en: 'it has a value that JSON cannot hold' },
  'text-not-utf8': { zh: '不是有效的 UTF-8 文本', en: 'it is not valid UTF-8' },
  'text-not-wellformed': { zh: '文本中有不成对的代理字符', en: 'a text has a lone surrogate' },
  'base64-invalid': { zh: 'base64 写法不规范', en: 'a value is not canonical base64' },
  'hex-invalid': { zh: '十六进制写法不规范', en: 'a value is not canonical hex' },
  'length-wrong': { zh: '某个值的长度不正确', en: 'a value has the wrong length' },
  'decimal-invalid': { zh: '十进制数写法不规范', en: 'a value is not a canonical decimal' },
  'decimal-too-large': { zh: '十进制数过大', en: 'a decimal is too large' },
  'quantity-invalid': { zh: '链上数值写法不规范', en: 'a value of the chain is not a quantity' },
  'abi-length-wrong': { zh: '合约答复的长度不正确', en: 'an answer of the contract has the wrong length' },
  'rlp-invalid': { zh: '不是规范的 RLP 编码', en: 'it is not canonical RLP' },
  'trie-proof-invalid': { zh: '前缀树证明不成立', en: 'the proof of the trie is invalid' },
  'receipt-status': { zh: '所证明的交易未成功', en: 'the proven transaction failed' },
  'note-malformed': { zh: '签名文本的格式不正确', en: 'the signed note is malformed' },
  'checkpoint-malformed': { zh: '检查点的格式不正确', en: 'the checkpoint is malformed' },
  'proof-malformed': { zh: '包含证明的格式不正确', en: 'the inclusion proof is malformed' },
  'origin-invalid': { zh: '存证日志标识的格式不正确', en: 'the origin is malformed' },
  'vkey-malformed': { zh: '验证密钥的格式不正确', en: 'a verifier key is malformed' },
  'vkey-id-wrong': { zh: '验证密钥的标识与内容不符', en: 'a verifier key does not match its key id' },
  'rotation-malformed': { zh: '密钥更换声明的格式不正确', en: 'the statement of a key rotation is malformed' },
  'policy-malformed': { zh: '见证规则的格式不符合要求', en: 'the witness policy is malformed' },
  'add-checkpoint-malformed': {
    zh: '提交检查点的请求格式不正确',
    en: 'the request to add a checkpoint is malformed',
  },
  'vkey-type-unsupported': {
    zh: '本版本不支持这种验证密钥',
    en: 'this version does not support this type of verifier key',
  },
  'tile-path-invalid': { zh: '哈希分片（tile）的路径不规范', en: 'a tile path is not canonical' },
  'tile-too-short': { zh: '哈希分片（tile）不完整', en: 'a tile is too short' },
  'bundle-too-short': { zh: '条目包不完整', en: 'an entry bundle is too short' },
  'bundle-trailing-bytes': { zh: '条目包有多余的字节', en: 'an entry bundle has bytes after its end' },
} as const satisfies Readonly<Record<string, Message>>;
