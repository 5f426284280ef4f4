import { type Lang, format, type Message } from './message.ts';

/** Titles of the problems that the service answers with, by their stable code. */
export const PROBLEMS = {
  'json-invalid': { zh: '请求不是有效的 JSON', en: 'The request is not valid JSON' },
  'validation-failed': { zh: '请求内容不符合要求', en: 'The request does not have the required form' },
  'body-incomplete': { zh: '请求内容不完整', en: 'The request ended too early' },
  'digest-mismatch': { zh: '哈希值与内容不一致', en: 'The digest does not match the content' },
  'cursor-invalid': { zh: '分页标记无效', en: 'The cursor is not valid' },
  'idempotency-key-invalid': { zh: '幂等键无效', en: 'The idempotency key is not valid' },
  'repr-digest-invalid': { zh: 'Repr-Digest 无效', en: 'The Repr-Digest is not valid' },
  'cross-origin': { zh: '拒绝来自其他网站的请求', en: 'A request from a page of elsewhere is refused' },
  'not-found': { zh: '未查到', en: 'Not found' },
  'method-not-allowed': { zh: '不支持这种请求方法', en: 'This method is not supported here' },
  'range-unsatisfiable': { zh: '所要求的范围不存在', en: 'The range is not there' },
  'too-many-requests': { zh: '请求过于频繁', en: 'Too many requests' },
  'tile-not-found': { zh: '日志中没有该数据块', en: 'The log has no such tile' },
  'request-unreadable': { zh: '请求不符合 HTTP 规范', en: 'The request is not valid HTTP' },
  'headers-too-large': { zh: '请求头过大', en: 'The request headers are too large' },
  'body-timeout': { zh: '请求传输超时', en: 'The request took too long' },
  'body-too-large': { zh: '请求内容过大', en: 'The request is too large' },
  'media-type-unsupported': { zh: '不支持的内容类型', en: 'The content type is not supported' },
  'host-unknown': { zh: '本服务仅供本机访问', en: 'This service serves this machine alone' },
  'upload-unknown': { zh: '未找到已上传的内容，请重新上传', en: 'The upload is not known: upload again' },
  'idempotency-conflict': { zh: '幂等键已用于另一请求', en: 'The idempotency key was used for another request' },
  internal: { zh: '内部错误', en: 'Internal error' },
  'index-damaged': { zh: '索引损坏，无法查询', en: 'The index is damaged: this cannot be looked up' },
  'content-damaged': { zh: '所存内容损坏或缺失', en: 'The stored content is damaged or missing' },
  'queue-full': { zh: '登记请求过多，请稍后再试', en: 'Too many registrations are waiting: try again' },
  'clock-behind': { zh: '服务器时钟落后，暂停登记', en: 'The clock of the service is behind: nothing is registered' },
  'too-many-files': { zh: '服务打开的文件过多，请稍后再试', en: 'The service has too many files open: try again' },
  'log-halted': {
    zh: '日志与外部记录矛盾，已停止登记',
    en: 'The log contradicts what is known of it outside: nothing is registered',
  },
  'outside-head-missing': {
    zh: '尚无外部记录确认日志，暂停登记',
    en: 'Nobody outside has confirmed the log yet: nothing is registered',
  },
  'self-check-failed': {
    zh: '签署前自检未通过，已停止登记',
    en: 'The check before signing failed: nothing is registered',
  },
  'store-failed': { zh: '存储故障，已停止登记', en: 'The store has failed: nothing is registered' },
  stopping: { zh: '服务正在停止', en: 'The service is stopping' },
  'storage-full': { zh: '存储空间不足', en: 'There is no space left' },
} as const satisfies Readonly<Record<string, Message>>;

export function problemTitle(lang: Lang, code: keyof typeof PROBLEMS): string {
  return format(lang, PROBLEMS[code]);
}
