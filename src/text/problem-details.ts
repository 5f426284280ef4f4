import type { Message } from './message.ts';

/**
 * The variants of `{detail}` and `{reason}` of the codes that answer requests: what exactly is
 * wrong with this one.
 */
export const DETAILS = {
  mediaType: { zh: '内容类型是 {found}，应为 {expected}', en: 'content type is {found}, should be {expected}' },
  contentEncoding: { zh: '内容编码是 {found}，应不压缩', en: 'content encoding is {found}, should be absent' },
  nothingGiven: { zh: '（未给出）', en: 'absent' },
  bodyTooLarge: { zh: '请求内容超过 {limit} 字节', en: 'the body is larger than {limit} bytes' },
  lineTooLong: { zh: '该行超过 {limit} 字节', en: 'the line is longer than {limit} bytes' },
  chunkTooLarge: { zh: '分块传输的附加信息过长', en: 'the extensions of the chunked coding are too long' },
  member: { zh: '{pointer}：{reason}', en: '{pointer}: {reason}' },
  wholeBody: { zh: '请求内容', en: 'the body' },
  noPage: { zh: '没有这个页面（接口）', en: 'there is no such page or operation' },
  pathUndecodable: { zh: '地址无法解码', en: 'the path cannot be decoded' },
  noRecord: { zh: '没有这个标识的记录', en: 'there is no record with this id' },
  noContent: {
    zh: '该记录只登记了哈希值，没有内容',
    en: 'this record has no content: only its digests were registered',
  },
  noCheckpoint: { zh: '尚未公布检查点', en: 'no checkpoint is published yet' },
  noProblem: { zh: '没有这个问题代码', en: 'there is no such problem code' },
  notHttp: { zh: '收到的内容不是 HTTP 请求', en: 'the bytes received are not an HTTP request' },
  oneHost: { zh: '应有且仅有一个 Host 请求头', en: 'there should be exactly one Host header' },
  transferCoding: { zh: 'Transfer-Encoding 只能是 chunked', en: 'Transfer-Encoding should be chunked' },
  oneLookup: { zh: '{names} 每次只能用一个', en: 'use one of {names} at a time' },
  receiptOrDigests: { zh: '请给出回执或哈希值', en: 'give a receipt, digests, or both' },
  declaredDigest: {
    zh: '内容的 SHA-256 是 {found}，Repr-Digest 给出 {declared}；未保存任何内容',
    en: 'the body has SHA-256 {found}, Repr-Digest states {declared}; nothing was stored',
  },
  uploadDiffers: { zh: '是 {found}，所上传内容为 {expected}', en: 'is {found}, the uploaded content has {expected}' },
  diskReserve: { zh: '已到预留下限', en: 'the free space is down to its reserve' },
} as const satisfies Readonly<Record<string, Message>>;
