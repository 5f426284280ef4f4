import type { Message } from './message.ts';

/** How a service is reached from other machines, and what is missing for that. */

export const SERVING_FAULTS = {
  bothFiles: {
    zh: '证书与私钥应一并指定（EVL_TLS_CERT 与 EVL_TLS_KEY）',
    en: 'certificate and key belong together (EVL_TLS_CERT and EVL_TLS_KEY)',
  },
  notCertificate: {
    zh: '证书文件不是完整的 PEM 证书',
    en: 'the file of the certificate is no complete PEM certificate',
  },
  notKey: {
    zh: '私钥文件不是未加密的 PEM 私钥',
    en: 'the file of the key is no PEM key, or it is encrypted',
  },
  mismatch: { zh: '证书与私钥不是一对', en: 'certificate and key do not belong together' },
} as const satisfies Readonly<Record<string, Message>>;

/** What a service lacks that is to be reached from other machines. */
export const SERVING_LACKS = {
  people: {
    zh: '账户：先在本机地址启动服务，用 evl org add 与 evl people add 用户名 --org 单位 --admin 建立第一个账户',
    en: 'accounts: start the service on its local address first, and make the first account with evl org add and evl people add NAME --org ORGANISATION --admin',
  },
  transport: {
    zh: '加密：自有证书（EVL_TLS_CERT 与 EVL_TLS_KEY），或指明反向代理（EVL_BEHIND_PROXY），或明知不加密仍要如此（EVL_INSECURE_HTTP=1）',
    en: 'encryption: a certificate (EVL_TLS_CERT and EVL_TLS_KEY), or a named reverse proxy (EVL_BEHIND_PROXY), or the decision to go without (EVL_INSECURE_HTTP=1)',
  },
  hosts: {
    zh: '浏览器访问本服务所用的主机名（EVL_PUBLIC_HOSTS）',
    en: 'the host names by which browsers reach it (EVL_PUBLIC_HOSTS)',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** What the operator of a running service reads about its connections. */
export const SERVING_EVENTS = {
  insecure: {
    zh: '注意：{host} 不加密（EVL_INSECURE_HTTP=1）：口令、会话和证据内容在网络上可被窃听和篡改；通行密钥不可用',
    en: 'caution: {host} is served without encryption (EVL_INSECURE_HTTP=1): passwords, sessions and evidence can be read and changed on the network, and passkeys do not work',
  },
  certificateChanged: {
    zh: '已换用新的 TLS 证书，有效期至 {until}',
    en: 'new connections get the new TLS certificate, which ends {until}',
  },
  certificateKept: {
    zh: 'TLS 证书文件已变动但不可用，继续使用原有证书：{reason}',
    en: 'the files of the TLS certificate have changed and cannot be used; the one before stays in use: {reason}',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** Several things in one sentence. */
export function listMessages(messages: readonly Message[]): Message {
  return { zh: messages.map(({ zh }) => zh).join('；'), en: messages.map(({ en }) => en).join('; ') };
}
