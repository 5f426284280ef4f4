import type { Message } from './message.ts';

/** What exactly is wrong with a request: `detail` of a problem. */
export const DETAILS = {
  mediaType: { zh: '内容类型是 {found}，应为 {expected}', en: 'content type is {found}, should be {expected}' },
  contentEncoding: { zh: '内容编码是 {found}，应不压缩', en: 'content encoding is {found}, should be absent' },
  nothingGiven: { zh: '（未给出）', en: 'absent' },
  bodyTooLarge: { zh: '请求内容超过 {limit} 字节', en: 'body is larger than {limit} bytes' },
  lineTooLong: { zh: '该行超过 {limit} 字节', en: 'line is longer than {limit} bytes' },
  bodyIncomplete: {
    zh: '请求在内容传完之前中断；单条登记与上传未保存任何内容，批量登记中已传完的行可能已登记，请以相同的键重发',
    en: 'the request ended before its body was complete; of a registration or an upload nothing was stored, of a batch whole lines may be registered: send them again with the same keys',
  },
  bodyTooSlow: {
    zh: '内容传输过慢；单条登记与上传未保存任何内容，批量登记中已传完的行可能已登记，请以相同的键重发',
    en: 'the body came too slowly; of a registration or an upload nothing was kept, of a batch whole lines may be registered: send them again with the same keys',
  },
  notJson: { zh: '无法解析（{reason}）', en: '{reason}' },
  member: { zh: '{pointer}：{reason}', en: '{pointer}: {reason}' },
  wholeBody: { zh: '请求内容', en: 'the body' },
  noResource: { zh: '没有这个资源', en: 'there is no such resource' },
  wrongMethod: { zh: '此处只接受 {allowed}', en: 'this takes {allowed} alone' },
  pathUndecodable: { zh: '路径无法解码', en: 'the path cannot be decoded' },
  localOnly: { zh: '本服务只应答本机地址', en: 'this service answers to localhost alone' },
  crossOrigin: {
    zh: '此请求由其他来源的网页发出；未执行任何操作',
    en: 'a page of another origin had this request sent; nothing was done',
  },
  transferCoding: { zh: 'Transfer-Encoding 只能是 chunked', en: 'the transfer coding should be chunked alone' },
  oneHost: { zh: '应有且仅有一个 Host 请求头', en: 'there should be one Host header' },
  tooManyRequests: { zh: '请求过于频繁，请在 {seconds} 秒后再试', en: 'too many requests: try again in {seconds} s' },
  noCheckpoint: { zh: '尚未发布检查点', en: 'no checkpoint is published yet' },
  noTile: { zh: '日志中没有该数据块', en: 'the log has no such tile' },
  noRecord: { zh: '没有此编号的记录', en: 'there is no record with this id' },
  noContent: {
    zh: '该记录只登记了哈希值，没有内容',
    en: 'this record owns no content: only its digests were registered',
  },
  noRange: { zh: '内容没有所要求的范围', en: 'the content does not have this range' },
  cursor: { zh: '该分页标记不是本服务给出的', en: 'cursor is none that this service gave out' },
  oneQuestion: { zh: '{names} 每次只能用一个', en: 'ask by one of {names}, not by several' },
  receiptOrDigests: { zh: '请给出回执或哈希值', en: 'give a receipt, digests, or both' },
  idempotencyKey: {
    zh: 'Idempotency-Key 应为 1 至 255 个可见 ASCII 字符',
    en: 'Idempotency-Key should be 1 to 255 visible ASCII characters',
  },
  idempotencyConflict: {
    zh: '此幂等键已用于内容不同的请求；未登记任何内容',
    en: 'this key was used for another request; nothing was registered',
  },
  reprDigest: {
    zh: 'Repr-Digest 应为 "sha-256=:32 字节的 base64:"',
    en: 'Repr-Digest should be "sha-256=:base64 of 32 bytes:"',
  },
  declaredDigest: {
    zh: '内容的 SHA-256 是 {found}，Repr-Digest 给出 {declared}；未保存任何内容',
    en: 'the body has SHA-256 {found}, Repr-Digest says {declared}; nothing was kept',
  },
  uploadUnknown: { zh: 'uploadToken 无效，请重新上传内容', en: 'uploadToken is not known: upload the content again' },
  uploadDiffers: { zh: '是 {found}，所上传内容为 {expected}', en: 'is {found}, the uploaded content has {expected}' },
  noSpace: {
    zh: '没有空间可存；未登记任何内容',
    en: 'there is no space left to store this; nothing was registered',
  },
  reserve: {
    zh: '磁盘剩余空间已到预留下限；未保存也未登记任何内容',
    en: 'the disk is full up to its reserve; nothing was stored or registered',
  },
  tooManyFiles: {
    zh: '服务已无可用的文件句柄；未保存也未登记任何内容',
    en: 'the service has no file handle left; nothing was stored or registered',
  },
  queueFull: { zh: '等待登记的请求已达上限', en: 'as many registrations as may wait are waiting already' },
  clockBehind: {
    zh: '服务器时钟早于最近一条记录的时间；时钟恢复之前不登记',
    en: 'the clock is behind the time of the last record: nothing is registered until it has caught up',
  },
  logHalted: { zh: '日志与外部记录矛盾：{reason}', en: '{reason}' },
  externalHeadMissing: {
    zh: '合约或固定检查点尚未确认本日志',
    en: 'neither the contract nor a pinned checkpoint has confirmed this log yet',
  },
  selfCheck: {
    zh: '内存中的日志与已签署的不符；服务重新启动之前不登记',
    en: 'the log in memory is not the one that was signed: nothing is registered until the service runs anew',
  },
  storeFailed: {
    zh: '存储写入失败；服务重新启动之前不登记',
    en: 'the store has failed: nothing is registered until the service runs anew',
  },
  indexDamaged: {
    zh: '索引有一部分无法读取：所查内容可能存在',
    en: 'a part of the index cannot be read: what was asked for may be there',
  },
  contentDamaged: {
    zh: '所存内容与登记的不符；登记记录与回执不受影响',
    en: 'the stored content is not what was registered; record and receipt are',
  },
  stopping: { zh: '服务正在停止', en: 'the service is stopping' },
  internal: { zh: '内部错误，原因见服务日志', en: 'an internal error; its cause is in the log of the service' },
} as const satisfies Readonly<Record<string, Message>>;

/** What a member of a request should be. Schemas name these; `src/server/body.ts` says them. */
export const MEMBER_RULES = {
  'member-missing': { zh: '缺少该项', en: 'is missing' },
  'member-unknown': { zh: '不认识的项', en: 'unknown member' },
  'type-wrong': { zh: '类型不对，应为 {expected}', en: 'has the wrong type, should be {expected}' },
  'too-small': { zh: '过小或过短', en: 'is too small or too short' },
  'too-large': { zh: '过大或过长', en: 'is too large or too long' },
  'format-wrong': { zh: '格式不对', en: 'has the wrong form' },
  'value-wrong': { zh: '值不在允许之列', en: 'is not a value that is allowed' },
  hex64: { zh: '应为 64 个小写十六进制字符', en: 'must be 64 lower-case hex digits' },
  mediaType: { zh: '应为媒体类型，如 application/pdf', en: 'must be a media type like application/pdf' },
  plainText: { zh: '不得含有 NUL 或不成对的代理字符', en: 'must be text without NUL or lone surrogates' },
  nameTooLong: { zh: '不得超过 4096 字节', en: 'must be at most 4096 bytes' },
  caseTooLong: { zh: '归一化后过长', en: 'must be shorter once its characters are normalised' },
  limit: { zh: '应为 1 至 1000 的数', en: 'must be a number from 1 to 1000' },
} as const satisfies Readonly<Record<string, Message>>;

export type MemberRule = keyof typeof MEMBER_RULES;
