import type { RequestHandler } from 'express';
import { LedgerError } from '../text/ledger-error.ts';
import { PeopleError } from '../text/people-error.ts';
import { clientOf } from './client.ts';
import { plainHost } from './plain-host.ts';

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?$/i;

/** Whether a Host header names this machine by its loopback address. */
export function isLocalHost(host: string | undefined): boolean {
  return LOCAL_HOST.test(host ?? '');
}

/**
 * Serves requests that name one of `publicHosts`, and requests of this machine that name its
 * loopback address. A host without a port stands for the default port and the one that this service
 * listens on. A page whose own name points here (DNS rebinding) is refused.
 */
export function requireKnownHost(publicHosts: readonly string[]): RequestHandler {
  const known = [false, true].map((isSecure) => new Set(publicHosts.map((host) => plainHost(host, isSecure))));
  return (request, _response, next) => {
    const { host = '' } = request.headers;
    const { isSecure, isLocal } = clientOf(request);
    const named = plainHost(host, isSecure);
    const names = known[Number(isSecure)]!;
    const isKnown =
      named !== undefined && (names.has(named) || names.has(withoutPort(named, request.socket.localPort)));
    if (!isKnown && !(isLocal && isLocalHost(host))) throw new LedgerError('host-unknown');
    next();
  };
}

function withoutPort(host: string, port: number | undefined): string {
  return host.endsWith(`:${port}`) ? host.slice(0, -`:${port}`.length) : host;
}

export interface Admission {
  /** Whether the ledger has accounts. */
  readonly hasPeople: () => boolean;
  /** The operator accepts that passwords and contents are sent unencrypted. */
  readonly isInsecureAllowed: boolean;
}

/** Serves other machines only where there are accounts, and by https unless told otherwise. */
export function admitMachines({ hasPeople, isInsecureAllowed }: Admission): RequestHandler {
  return (request, _response, next) => {
    const { isLocal, isSecure } = clientOf(request);
    if (!isLocal && !hasPeople()) throw new PeopleError('accounts-missing');
    if (!isLocal && !isSecure && !isInsecureAllowed) throw new PeopleError('https-required');
    next();
  };
}

/**
 * Reads a target in absolute form, as proxies write it: its authority takes the place of the Host
 * header (RFC 9112 §3.2.2).
 */
export const takeAbsoluteTarget: RequestHandler = (request, _response, next) => {
  const [, authority, rest] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url) ?? [];
  if (authority !== undefined) {
    request.headers.host = authority;
    request.url = rest!.startsWith('/') ? rest! : `/${rest}`;
  }
  next();
};

/** Refuses requests that a proxy in front of this service may have read in another way. */
export const requireOneReading: RequestHandler = ({ rawHeaders, headers }, _response, next) => {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host');
  // RFC 9112 §3.2: of two Host headers, a proxy may have judged the other one.
  if (hosts.length !== 1) throw new LedgerError('host/request-unreadable');
  // §6.1: a coding that is not undone would be taken for content, and a proxy would read it
  // otherwise.
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    throw new LedgerError('transfer-coding/request-unreadable');
  }
  next();
};
