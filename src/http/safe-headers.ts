import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { clientOf } from './client.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * What every answer allows a browser: run nothing, frame nothing, keep nothing, and share nothing
 * with pages of other origins (there are no CORS headers at all). Routes whose answers may be
 * cached, or whose page runs scripts, override these headers.
 */
export const safeHeaders: readonly RequestHandler[] = [
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    frameguard: { action: 'deny' },
    hsts: false, // below, where the client has come by https
    originAgentCluster: false, // no pages that could share anything
    dnsPrefetchControl: false,
    ieNoOpen: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }),
  (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    // of other names of the domain nothing is known here
    if (clientOf(request).isSecure) response.setHeader('Strict-Transport-Security', `max-age=${YEAR_SECONDS}`);
    next();
  },
];
