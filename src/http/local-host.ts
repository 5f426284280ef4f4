import type { RequestHandler } from 'express';
import { DETAILS } from '../text/problem-details.ts';
import { Problem } from './problem.ts';

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?$/i;

/**
 * Until there is access control, only this machine is served; a page that points its own name here
 * (DNS rebinding) is not.
 */
export const requireLocalHost: RequestHandler = ({ headers }, _response, next) => {
  if (!LOCAL_HOST.test(headers.host ?? '')) throw new Problem('host-unknown', DETAILS.localOnly);
  next();
};

/** What a proxy before this one may have read in another way. */
export const requireOneReading: RequestHandler = ({ rawHeaders, headers }, _response, next) => {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host');
  // RFC 9112 §3.2: of two, a proxy may have judged the other one
  if (hosts.length !== 1) throw new Problem('request-unreadable', DETAILS.oneHost);
  // §6.1: a coding that is not undone would be taken for content, and read otherwise by a proxy
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    throw new Problem('request-unreadable', DETAILS.transferCoding);
  }
  next();
};
