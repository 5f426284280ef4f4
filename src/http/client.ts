import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { RequestHandler } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { LedgerError } from '../text/ledger-error.ts';
import { PeopleError } from '../text/people-error.ts';
import { plainAddress } from './addresses.ts';

/**
 * Who has sent a request, and how: of the connection itself, or of what a named proxy states. What
 * others state is not looked at.
 */
export interface HttpClient {
  /** IPv4 or IPv6 in plain spelling; an IPv4 address within an IPv6 one is that IPv4 address. */
  readonly address: string;
  /** Its connection is encrypted: to this service, or to the proxy that says so. */
  readonly isSecure: boolean;
  /** It runs on this machine, and no proxy lies in between. */
  readonly isLocal: boolean;
  /** It comes from a named proxy, which states nothing about who sent it. */
  readonly isUnstated?: boolean;
}

/** Bits of an IPv6 address that count as one client: who holds one address holds its network. */
const IPV6_PREFIX_BITS = 64;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);
const CLIENTS = new WeakMap<IncomingMessage, HttpClient>();

/** The client of a request; without `identifyClient` before, the one of its connection. */
export function clientOf(request: IncomingMessage): HttpClient {
  const known = CLIENTS.get(request);
  if (known !== undefined) return known;
  const { remoteAddress = '', localAddress } = request.socket;
  const address = plainAddress(remoteAddress);
  const isLocal = LOOPBACK.has(address) || remoteAddress === localAddress;
  const client = { address, isSecure: 'encrypted' in request.socket, isLocal };
  CLIENTS.set(request, client);
  return client;
}

/** What is limited together: an IPv4 address, or a network of 64 bits of IPv6. */
export function addressGroup({ address }: HttpClient): string {
  return isIP(address) === 0 ? address : ipKeyGenerator(address, IPV6_PREFIX_BITS);
}

/** Where the client has reached this service, without a path. */
export function addressedUrl(request: IncomingMessage): string {
  return `http${clientOf(request).isSecure ? 's' : ''}://${request.headers.host}`;
}

/**
 * Finds out who has sent a request. Where it comes from one of the proxies (addresses or prefixes),
 * their `X-Forwarded-For`, `-Proto` and `-Host` hold, or `Forwarded` (RFC 7239), the last entry
 * being the one that the proxy added itself. Both at once are refused: the proxy sets one of them,
 * and the other one would be the word of a stranger. `isOfThisMachine`: requests from the address
 * of a proxy that need no statement.
 */
export function identifyClient(
  proxies: readonly string[],
  isOfThisMachine: (request: IncomingMessage) => boolean,
): RequestHandler {
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address, bits] = proxy.split('/');
    const family = isIPv4(address!) ? 'ipv4' : 'ipv6';
    if (bits === undefined) trusted.addAddress(address!, family);
    else trusted.addSubnet(address!, Number(bits), family);
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return (request, _response, next) => {
    const peer = clientOf(request);
    const isOfProxy = proxies.length > 0 && isTrusted(peer.address);
    const stated = isOfProxy ? forwardingOf(request) : undefined;
    if (stated !== undefined) {
      const address = addressBefore(peer.address, stated.nodes, isTrusted);
      CLIENTS.set(request, { address, isSecure: stated.proto === 'https', isLocal: false });
      if (stated.host !== undefined) request.headers.host = stated.host;
    } else if (isOfProxy && !isOfThisMachine(request)) {
      CLIENTS.set(request, { ...peer, isLocal: false, isUnstated: true });
    }
    next();
  };
}

/**
 * Refuses what a named proxy forwards without a word about the sender: from a proxy on this machine
 * it would look as if a program of this machine had sent it.
 */
export const requireStatedClient: RequestHandler = (request, _response, next) => {
  if (clientOf(request).isUnstated === true) throw new PeopleError('proxy-silent');
  next();
};

interface Forwarding {
  /** Clients and proxies as they were written down, the nearest one last. */
  readonly nodes: readonly string[];
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

/** What a proxy states; undefined where it states nothing. */
function forwardingOf({ headers }: IncomingMessage): Forwarding | undefined {
  const [nodes, proto, host] = ['for', 'proto', 'host'].map((name) => listOf(headers[`x-forwarded-${name}`]));
  const isStated = [nodes, proto, host].some((list) => list!.length > 0);
  const { forwarded } = headers;
  if (forwarded === undefined) {
    return isStated ? { nodes: nodes!, proto: proto!.at(-1)?.toLowerCase(), host: host!.at(-1) } : undefined;
  }
  if (isStated) throw new LedgerError('host/request-unreadable');
  const hops = listOf(forwarded).map(parametersOf);
  const last = hops.at(-1);
  return {
    nodes: hops.map((hop) => hop.get('for') ?? ''),
    proto: last?.get('proto')?.toLowerCase(),
    host: last?.get('host'),
  };
}

/** The first address, from this service on, that no trusted proxy has. */
function addressBefore(peer: string, nodes: readonly string[], isTrusted: (address: string) => boolean): string {
  let address = peer;
  for (const node of nodes.toReversed()) {
    const next = addressOfNode(node);
    if (!isTrusted(address) || next === undefined) break;
    address = next;
  }
  return address;
}

/** The address of `192.0.2.7:4711`, `[2001:db8::1]:4711` or a bare one; undefined for others. */
function addressOfNode(node: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::[0-9]+)?|([0-9.]+)(?::[0-9]+)?)$/.exec(node) ?? [];
  const address = plainAddress(bracketed ?? plain ?? node);
  return isIP(address) === 0 ? undefined : address;
}

/** Elements of a header's list; a comma within quotes divides nothing. */
function listOf(header: string | readonly string[] | undefined): string[] {
  const elements = String(header ?? '').match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return elements.map((element) => element.trim()).filter((element) => element !== '');
}

function parametersOf(element: string): ReadonlyMap<string, string> {
  const pairs = element.match(/(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1).trim();
      return [pair.slice(0, at).trim().toLowerCase(), value.replace(/^"(.*)"$/, '$1').replaceAll(/\\(.)/g, '$1')];
    }),
  );
}
