import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What every answer says to a browser: run nothing, frame nothing, keep nothing, and let no page of
 * elsewhere have it. There are no CORS headers at all. Routes whose answers may be kept, or whose
 * page must run, say so themselves.
 */
export const safeHeaders: readonly RequestHandler[] = [
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    frameguard: { action: 'deny' },
    hsts: false, // plain HTTP on this machine; whoever terminates TLS says it there
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
