import type { Message } from './message.ts';

/** Holders of an external head of the log: the subject of a sentence. */
export const EXTERNAL_HOLDERS = {
  contract: { zh: '合约', en: 'the contract' },
  pinnedCheckpoint: { zh: '留存检查点', en: 'the pinned checkpoint' },
  witness: { zh: '见证节点 {name} ', en: 'the witness {name}' },
} as const satisfies Readonly<Record<string, Message>>;

/** Why no external head has confirmed the log. */
export const UNCONFIRMED = {
  awaiting: {
    zh: '合约、留存检查点与见证节点均尚未确认',
    en: 'no external head has confirmed this log yet',
  },
  restored: {
    zh: '恢复之后须先启动服务，得到一次外部确认',
    en: 'after a restore, start the service first: an external head must confirm the log',
  },
  unchecked: {
    zh: '这可能是存证日志的旧副本：未能询问链（{problem}），也没有留存检查点或见证节点确认；--accept-unheard 则照样更换密钥',
    en: 'this may be an older copy of the log: the chain could not be asked ({problem}), and no pinned checkpoint or witness confirms it; --accept-unheard changes the key all the same',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** Why a pinned checkpoint cannot be used. */
export const PIN_FAULTS = {
  unreadableFile: { zh: '无法读取 {file}', en: '{file} cannot be read' },
  otherLog: {
    zh: '它属于存证日志 {found}，应属于 {expected}',
    en: 'it is of the log {found}, should be of {expected}',
  },
  unsigned: { zh: '没有 {origin} 的密钥的签名', en: 'no key of {origin} signed it' },
} as const satisfies Readonly<Record<string, Message>>;

/** What the check before signing compares. */
export const SELF_CHECKED = {
  size: { zh: '记录数', en: 'the size' },
  signedRoot: { zh: '上次签署的根', en: 'the root that was signed last' },
  newRoot: { zh: '新的根', en: 'the new root' },
  commitment: { zh: '“{name}”一节的加盐哈希', en: 'the commitment of section {name}' },
} as const satisfies Readonly<Record<string, Message>>;

/** Why a witness did not cosign. A reason of the witness itself is its HTTP status. */
export const WITNESS_FAULTS = {
  noCosignature: {
    zh: '应答中没有以其密钥对该检查点作出的联署',
    en: 'its answer has no cosignature by its key over this checkpoint',
  },
  sizeAhead: { zh: '其大小为 {found}，所提交的是 {size}', en: 'it has size {found}, the request had {size}' },
  sizeChanges: { zh: '每次请求得到的大小都不同', en: 'it reports another size for each request' },
  showsNothing: {
    zh: '{reason}；它没有出示本存证日志签署过的检查点',
    en: '{reason}; it shows nothing that this log has signed',
  },
  showsSize: {
    zh: '{reason}；它出示的本存证日志的检查点大小为 {size}',
    en: '{reason}; it shows size {size} of this log',
  },
  conflictWithoutSize: { zh: 'HTTP 409，未附大小', en: 'HTTP 409 without a size' },
  answerTooLong: { zh: '应答超过 {limit} 字节', en: 'the answer has more than {limit} bytes' },
  noAnswer: { zh: '未在规定时间内应答', en: 'no answer in time' },
  stopping: { zh: '服务正在停止', en: 'the service is stopping' },
} as const satisfies Readonly<Record<string, Message>>;
