import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What every answer allows a browser: run nothing, frame nothing, keep nothing, and share nothing
 * with pages of other origins (there are no CORS headers at all). Routes whose answers may be
 * cached, or whose page runs scripts, override these headers.
 */
export const safeHeaders: readonly RequestHandler[] = [
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    frameguard: { action: 'deny' },
    hsts: false, // plain HTTP on this machine; a proxy that terminates TLS sets it
    originAgentCluster: false, // no pages that could share anything
    dnsPrefetchControl: false,
    ieNoOpen: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }),
  (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  },
];
