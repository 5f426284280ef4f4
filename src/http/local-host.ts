import type { RequestHandler } from 'express';
import { LedgerError } from '../text/ledger-error.ts';

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?$/i;

/** Whether a Host header names this machine by its loopback address. */
export function isLocalHost(host: string | undefined): boolean {
  return LOCAL_HOST.test(host ?? '');
}

/**
 * Serves requests to this machine only, as long as there is no access control. A page whose own
 * name points here (DNS rebinding) is refused.
 */
export const requireLocalHost: RequestHandler = ({ headers }, _response, next) => {
  if (!isLocalHost(headers.host)) throw new LedgerError('host-unknown');
  next();
};

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
