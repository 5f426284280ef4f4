/** How chain nodes are named in reports and told apart. */

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The name of a node in reports: its URL without user, password and query, and without path parts
 * that look like access keys.
 */
export function nodeName(url: string): string {
  if (!URL.canParse(url)) return 'unreadable URL';
  const { protocol, host, pathname } = new URL(url);
  const path = pathname.replaceAll(/[A-Za-z0-9_-]{24,}/g, '…').replace(/\/$/, '');
  return `${protocol}//${host}${path}`;
}

/**
 * Host and port of a node, by which nodes are counted: a path, a user or another spelling of one
 * host does not make a second node. That two hosts are two parties does not follow.
 */
export function nodeAddress(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, port } = new URL(url);
  return `${hostOf(url)}:${port === '' ? (DEFAULT_PORTS[protocol] ?? '') : port}`;
}

/**
 * The host of a URL without its port. All names of the loopback interface are `localhost`, and an
 * IPv4 address within an IPv6 one is that IPv4 address.
 */
export function hostOf(url: string): string {
  const host = withoutMapping(new URL(url).hostname.replace(/\.$/, ''));
  const isLoopback =
    /(^|\.)localhost$/.test(host) || host.startsWith('127.') || ['0.0.0.0', '[::]', '[::1]'].includes(host);
  return isLoopback ? 'localhost' : host;
}

/** IPv4-mapped and NAT64 addresses of RFC 4291 §2.5.5.2 and RFC 6052 reach an IPv4 host. */
const EMBEDDED_IPV4 = /^\[(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

function withoutMapping(host: string): string {
  const [, high, low] = EMBEDDED_IPV4.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const [left, right] = [parseInt(high, 16), parseInt(low, 16)];
  return [left >> 8, left & 255, right >> 8, right & 255].join('.');
}
