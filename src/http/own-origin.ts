import type { RequestHandler } from 'express';
import { LedgerError } from '../text/ledger-error.ts';
import { clientOf } from './client.ts';
import { plainHost } from './plain-host.ts';

const READS = new Set(['GET', 'HEAD']);
/** `none`: typed or opened by the user, not sent by a page. */
const OWN_SITES = new Set(['same-origin', 'none']);

/** What is asked for here costs work, and is for programs and pages of this service. */
const INTERFACE = '/v1/';

/**
 * Refuses what a page of another origin makes a browser send, unless it only reads a page or the
 * log. Programs other than browsers send neither header.
 */
export const requireOwnOrigin: RequestHandler = (request, _response, next) => {
  const { origin, host = '' } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isForeign =
    (site !== undefined && !OWN_SITES.has(site)) ||
    (origin !== undefined && !isOriginOf(origin, host, clientOf(request).isSecure));
  const isHarmless = READS.has(request.method) && !request.path.startsWith(INTERFACE);
  if (isForeign && !isHarmless) throw new LedgerError('cross-origin');
  next();
};

/**
 * Whether an origin is the one that a request was sent to. `null` and everything else that is no
 * URL is another one, and so is http where the service is reached by https.
 */
function isOriginOf(origin: string, host: string, isSecure: boolean): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: named } = new URL(origin);
  const isHttps = protocol === 'https:';
  return named === plainHost(host, isHttps) && (isHttps || !isSecure);
}
