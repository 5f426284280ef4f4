import { PASS_SENTENCES } from './steps.ts';
import type { Message } from './message.ts';

/**
 * What each code of a verification step says, in one sentence. `step/code` where a step gives a
 * code a sense of its own.
 */
export const STEP_CODES = {
  'not-asked': { zh: '未要求这一步', en: 'nobody asked for this step' },

  // The file
  'digest-differs': { zh: '文件的 SHA-256 与登记的不同', en: 'the file has another SHA-256 than the registered one' },
  'sm3-differs': {
    zh: 'SHA-256 相同而 SM3 不同，记录自相矛盾',
    en: 'SHA-256 agrees but SM3 does not: the record contradicts itself',
  },
  'size-differs': {
    zh: 'SHA-256 相同而大小不同，记录自相矛盾',
    en: 'SHA-256 agrees but the size does not: the record contradicts itself',
  },
  'digests-withheld': { zh: '回执未披露哈希值，无从比对', en: 'the receipt withholds the digests' },
  'digests-unreadable': { zh: '回执中的哈希值无法读取', en: 'the digests in the receipt cannot be read' },
  'file-missing': { zh: '有回执而文件不在', en: 'the file is gone; its receipt is there' },
  'file-unreadable': { zh: '文件无法读取', en: 'the file cannot be read' },
  'file-changed': { zh: '文件在读取过程中发生变化', en: 'the file changed while it was read' },

  // The record
  'section-not-in-header': { zh: '披露了记录头中没有的一节', en: 'a section is shown that the header does not have' },
  'commitment-differs': { zh: '所示内容与承诺值不符', en: 'a section does not open its commitment' },
  'section-missing': { zh: '记录缺少必备的一节', en: 'the record lacks a section that its kind must have' },
  'kind-unknown': { zh: '本版本不认识这种记录', en: 'this version does not know this kind of record' },
  'section-unknown': {
    zh: '记录含有本版本不认识的一节',
    en: 'the record has a section that this version does not know',
  },
  'record-version-unknown': {
    zh: '本版本不认识这个记录版本',
    en: 'this version does not know this version of records',
  },
  'section-repeated': { zh: '同一节披露了两次', en: 'a section is shown twice' },

  // The log
  'origin-differs': { zh: '记录与检查点属于不同的日志', en: 'record and checkpoint name different logs' },
  'index-outside-tree': { zh: '序号超出日志的大小', en: 'the index lies outside the tree' },
  'path-length-wrong': { zh: '证明路径的长度不对', en: 'the inclusion path has the wrong length' },
  'root-differs': {
    zh: '证明路径得不出检查点的默克尔根',
    en: 'the inclusion path does not lead to the root of the checkpoint',
  },
  'signature-wrong': { zh: '检查点的签名不成立', en: 'the signature of the checkpoint does not verify' },
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
  'no-trust': { zh: '没有信任文件，无从判定', en: 'there is no trust file to judge by' },
  'log-not-in-policy': {
    zh: '见证政策所列的日志密钥均未签署该检查点',
    en: 'no log key of the witness policy signed the checkpoint',
  },
  'cosignature-wrong': { zh: '见证节点的联署不成立', en: 'the cosignature of a witness does not verify' },
  'too-few-cosignatures': {
    zh: '联署的见证节点不足',
    en: 'fewer witnesses cosigned the checkpoint than the trust file demands',
  },
  'pin-not-connected': {
    zh: '没有材料能把回执与既存检查点连接起来',
    en: 'nothing connects the receipt with a pinned checkpoint',
  },
  'pin-proof-wrong': {
    zh: '连接既存检查点的一致性证明不成立',
    en: 'the consistency proof to a pinned checkpoint does not hold',
  },
  'pin-differs': { zh: '同一大小下与既存检查点的根不同', en: 'a pinned checkpoint of the same size has another root' },

  // The chain
  'chain-not-asked': { zh: '没有询问任何链上节点', en: 'no chain node was asked' },
  'no-answer': { zh: '链上节点没有给出可用的回答', en: 'the chain node gave no usable answer' },
  'answer-unreadable': { zh: '链上节点的回答无法读取', en: 'the answer of the chain node cannot be read' },
  'source-not-identified': { zh: '该节点不在信任文件所指的链上', en: 'the node is not on the chain of the trust file' },
  'not-before-unreadable': {
    zh: '记录所述的最早区块无法读取',
    en: 'the block after which the record says it was made cannot be read',
  },
  'other-pinned-block': {
    zh: '该节点的链上没有信任文件所列的区块',
    en: 'the chain of this node lacks a block that the trust file pins',
  },
  'pinned-block-differs': {
    zh: '锚定所在区块与信任文件所列的不同',
    en: 'the block of the anchor is another one than the trust file pins',
  },
  'block-not-pinned': {
    zh: '信任文件没有列出这个区块；用 evl trust pin-block 经节点核对后记入，即可离线核验',
    en: 'the trust file does not pin this block: "evl trust pin-block" does, once nodes have confirmed it',
  },
  'block-header-unreadable': { zh: '回执中的区块头无法读取', en: 'the block header in the receipt cannot be read' },
  'block-header-differs': {
    zh: '回执中的区块头不是所述区块的',
    en: 'the block header in the receipt is not that of the stated block',
  },
  'receipt-proof-wrong': {
    zh: '回执中的交易收据证明不成立',
    en: 'the proof of the transaction receipt does not hold',
  },
  'source-behind': { zh: '该节点尚未同步到锚定所在区块', en: 'the node has not reached the block of the anchor yet' },
  'sources-disagree': { zh: '各节点的回答互相矛盾', en: 'the chain nodes contradict each other' },
  'too-few-sources': { zh: '给出回答的节点少于信任文件的要求', en: 'fewer nodes answered than the trust file demands' },
  'other-chain': { zh: '链标识不是信任文件所列', en: 'the chain id is not that of the trust file' },
  'other-genesis': { zh: '创世区块不是信任文件所列', en: 'the genesis block is not that of the trust file' },
  'other-code': { zh: '合约代码不是信任文件所列', en: 'the contract code is not that of the trust file' },
  'anchor-size-differs': { zh: '锚定与检查点的大小不同', en: 'anchor and checkpoint have different sizes' },
  'anchor-root-differs': { zh: '锚定与检查点的根不同', en: 'anchor and checkpoint have different roots' },
  'anchor-elsewhere': {
    zh: '回执的锚定不在信任文件所指的链或合约上',
    en: 'the anchor is on another chain or contract than the trust file names',
  },
  'anchored-root-differs': { zh: '链上该大小的根与检查点不同', en: 'the chain holds another root at this size' },
  'root-not-anchored': { zh: '链上没有这个大小的检查点', en: 'the chain holds no checkpoint of this size' },
  'block-unknown': { zh: '该节点没有这个区块', en: 'the node does not have this block' },
  'block-differs': { zh: '链上该高度是另一个区块', en: 'the chain has another block at this height' },
  'event-missing': { zh: '所述交易中没有这条锚定事件', en: 'the transaction does not have this anchor event' },
  'event-differs': { zh: '锚定事件的内容与回执不同', en: 'the anchor event says something else than the receipt' },
  'not-anchored': { zh: '这份回执没有（或尚无）锚定信息', en: 'this receipt has no anchor (yet)' },
  'not-anchored-yet': { zh: '链上尚未锚定到这个大小', en: 'the chain does not reach this size yet' },
  'not-upgraded': {
    zh: '链上已经锚定到这个大小，请先更新回执（evl receipt upgrade）',
    en: 'the chain covers this size already: upgrade the receipt first (evl receipt upgrade)',
  },
  'not-final-yet': { zh: '锚定所在区块尚未最终确定', en: 'the block of the anchor is not final yet' },
  'pending-too-long': {
    zh: '等待上链的时间超过了信任文件所允许的上限',
    en: 'it has waited for the chain longer than the trust file allows',
  },
  'pending-since-unknown': {
    zh: '信任文件限制等待上链的时间，而接收时间未披露或不可用',
    en: 'the trust file limits the wait for the chain, and the time of receipt is withheld or unusable',
  },
  'too-few-endorsements': { zh: '背书少于信任文件的要求', en: 'fewer endorsements than the trust file demands' },
  'endorsement-too-small': {
    zh: '回执所附的背书未覆盖其检查点',
    en: 'an endorsement in the receipt does not cover its checkpoint',
  },
  'endorsement-root-differs': {
    zh: '回执所附的背书与锚定大小相同而根不同',
    en: 'an endorsement in the receipt has another root than the anchor, at the same size',
  },
  'endorsement-before-anchor': {
    zh: '回执所附的背书先于锚定，自相矛盾',
    en: 'an endorsement in the receipt comes before the anchor',
  },
  'endorsement-block-differs': {
    zh: '回执所附的背书与锚定（或另一背书）区块号相同而区块不同',
    en: 'an endorsement in the receipt names another block than the anchor, or than another endorsement, at the same height',
  },
  'endorsement/pinned-block-differs': {
    zh: '回执所附背书所在的区块与信任文件所列的不同',
    en: 'the block of an endorsement in the receipt is another one than the trust file pins',
  },
  'endorsement/event-missing': {
    zh: '所述交易中没有这条背书事件',
    en: 'the transaction does not have the event of an endorsement in the receipt',
  },
  'endorsement/event-differs': {
    zh: '背书事件的内容与回执不同',
    en: 'the event of an endorsement says something else than the receipt',
  },
  'not-before-after-anchor': {
    zh: '记录所引的区块晚于锚定所在区块，自相矛盾',
    en: 'the record refers to a block after the one that anchors it',
  },
  'not-before/other-chain': { zh: '记录所引的区块在另一条链上', en: 'the record refers to a block of another chain' },

  // What the caller could not bring
  'not-judged': { zh: '因前面的部分无法读取而未判定', en: 'not judged, because an earlier part cannot be read' },
  'receipt-missing': { zh: '手边没有回执，又不联网查询', en: 'there is no receipt at hand, and none may be asked for' },
  'no-such-record': { zh: '这个服务没有显示这样的登记记录', en: 'this service shows no such record' },
  'receipt-not-asked-for': {
    zh: '存证服务给出的是另一个文件的回执，不能作为答复',
    en: 'the service gave the receipt of another file, which is no answer',
  },
  'service-unreachable': { zh: '无法连接存证服务', en: 'the service cannot be reached' },
  'service-refused': { zh: '存证服务没有给出可用的回答', en: 'the service gave no usable answer' },
  'trust-changed': {
    zh: '服务给出的信任文件与先前记住的不同：用 evl trust diff 查看，并向运营方核实',
    en: 'the service now gives another trust file than the remembered one: see evl trust diff, and ask the operator why',
  },
  'trust-required': {
    zh: '要求自备信任文件，而手边没有',
    en: 'a trust file of your own is required, and there is none',
  },
  'trust-unavailable': { zh: '取不到信任文件', en: 'no trust file could be had' },
  'trust-unreadable': { zh: '信任文件无法读取', en: 'the trust file cannot be read' },

  // Two receipts of one record
  'header-differs': { zh: '两份回执的记录头不同', en: 'the two receipts have different record headers' },
  'index-differs': { zh: '两份回执的序号不同', en: 'the two receipts have different indexes' },
  'trees-differ': {
    zh: '两份回执的检查点不属于同一棵只增不改的树',
    en: 'the checkpoints of the two receipts are not of one append-only tree',
  },

  // What cannot be read at all
  'receipt-format-unknown': { zh: '这不是本系统认识的回执', en: 'this is no receipt of a known format' },
  'trust-format-unknown': { zh: '这不是本系统认识的信任文件', en: 'this is no trust file of a known format' },
  'shape-wrong': { zh: '结构不合格式', en: 'it does not have the shape that the format demands' },
  'json-invalid': { zh: '不是有效的 JSON', en: 'it is not valid JSON' },
  'json-duplicate-name': { zh: 'JSON 中有重复的名称', en: 'its JSON has a name twice' },
  'json-too-large': { zh: '超出大小上限', en: 'it is larger than the format allows' },
  'json-too-deep': { zh: 'JSON 嵌套过深', en: 'its JSON is nested too deep' },
  'json-number-unsafe': { zh: 'JSON 中有不能使用的数', en: 'its JSON has a number that is not allowed' },
  'json-type-unsupported': { zh: '含有 JSON 不能表示的值', en: 'it has a value that JSON cannot hold' },
  'text-not-utf8': { zh: '不是有效的 UTF-8 文本', en: 'it is not valid UTF-8' },
  'text-not-wellformed': { zh: '文本中有不成对的代理字符', en: 'a text has a lone surrogate' },
  'base64-invalid': { zh: 'base64 写法不规范', en: 'a value is not canonical base64' },
  'hex-invalid': { zh: '十六进制写法不规范', en: 'a value is not canonical hex' },
  'length-wrong': { zh: '某个值的长度不对', en: 'a value has the wrong length' },
  'decimal-invalid': { zh: '十进制数写法不规范', en: 'a value is not a canonical decimal' },
  'decimal-too-large': { zh: '十进制数过大', en: 'a decimal is too large' },
  'quantity-invalid': { zh: '链上数值写法不规范', en: 'a value of the chain is not a quantity' },
  'abi-length-wrong': { zh: '合约回答的长度不对', en: 'an answer of the contract has the wrong length' },
  'rlp-invalid': { zh: '不是规范的 RLP 编码', en: 'not canonical RLP' },
  'trie-proof-invalid': { zh: '前缀树证明不成立', en: 'the proof of the trie does not hold' },
  'receipt-status': { zh: '所证明的交易没有成功', en: 'the transaction that is proven failed' },
  'note-malformed': { zh: '签名文本的格式不对', en: 'the signed note is malformed' },
  'checkpoint-malformed': { zh: '检查点的格式不对', en: 'the checkpoint is malformed' },
  'proof-malformed': { zh: '包含证明的格式不对', en: 'the inclusion proof is malformed' },
  'origin-invalid': { zh: '日志标识的写法不对', en: 'the origin is malformed' },
  'vkey-malformed': { zh: '验证密钥的格式不对', en: 'a verifier key is malformed' },
  'vkey-id-wrong': { zh: '验证密钥的标识与内容不符', en: 'a verifier key does not match its key id' },
  'rotation-malformed': { zh: '密钥更换说明格式不对', en: 'the statement of a key rotation is not well-formed' },
  'policy-malformed': { zh: '见证政策不成其为见证政策', en: 'the witness policy is not well-formed' },
  'add-checkpoint-malformed': {
    zh: '提交检查点的请求格式不对',
    en: 'the request to add a checkpoint is not well-formed',
  },
  'vkey-type-unsupported': {
    zh: '本版本不支持这种验证密钥',
    en: 'this version does not support this type of verifier key',
  },
  'tile-path-invalid': { zh: '瓦片路径不规范', en: 'a tile path is not canonical' },
  'tile-too-short': { zh: '瓦片不完整', en: 'a tile is too short' },
  'bundle-too-short': { zh: '条目包不完整', en: 'an entry bundle is too short' },
  'bundle-trailing-bytes': { zh: '条目包有多余的字节', en: 'an entry bundle has bytes after its end' },
} as const satisfies Readonly<Record<string, Message>>;

/** The sentence of a step; the bare code where this table does not know it. */
export function stepSentence(step: string, code: string): Message {
  const table: Readonly<Record<string, Message>> = STEP_CODES;
  const passes: Readonly<Record<string, Message>> = PASS_SENTENCES;
  if (code === 'ok') return passes[step] ?? { zh: '通过', en: 'it passes' };
  return table[`${step}/${code}`] ?? table[code] ?? { zh: code, en: code };
}
