import { bilingual, type Message } from './message.ts';

/** What is wrong with an answer of the service that the client cannot use. */
export const ANSWER_FAULTS = {
  tooLarge: { zh: '超过 {limit} 字节', en: 'it has more than {limit} bytes' },
  publicOnly: {
    zh: '未登录者只能查知公开的记录存在与否，查看记录需要登录或 API 密钥',
    en: 'strangers learn which public records exist; to see records, sign in or show an API key',
  },
  emptyPage: { zh: '没有记录的一页却有下一页', en: 'a page without records has a next page' },
  repeatedCursor: { zh: '分页标记重复出现', en: 'a cursor was repeated' },
  otherRecord: {
    zh: '所列的记录 {number} 不是所查的，或顺序不对',
    en: 'it lists {number}, which was not asked for or is out of order',
  },
  tooManyPages: { zh: '超过 {limit} 页', en: 'it has more than {limit} pages' },
  tooManyRecords: { zh: '超过 {limit} 条记录', en: 'it lists more than {limit} records' },
  tileLength: {
    zh: '哈希分片有 {found} 字节，应为 {expected} 字节',
    en: 'a tile has {found} bytes, should have {expected}',
  },
} as const;

const HTTP_STATUS = { zh: 'HTTP {status}', en: 'HTTP {status}' } as const;

/** The status of an answer that has no sentence of its own. */
export function httpStatus(status: number): Message {
  return bilingual(HTTP_STATUS, { status });
}

/** What to do where a connection fails by TLS. */
export const CONNECTION_HINTS = {
  noTls: {
    zh: '该端口不使用 TLS：地址以 http:// 开头试试',
    en: 'there is no TLS at this port: begin the address with http:// instead of https://',
  },
  certificate: {
    zh: '其证书不受本机信任（{code}）；请核对地址，或以 NODE_EXTRA_CA_CERTS 指明签发机构的证书',
    en: 'its certificate is not trusted here ({code}); check the address, or name the issuer with NODE_EXTRA_CA_CERTS',
  },
} as const satisfies Readonly<Record<string, Message>>;
