import type { RequestHandler } from 'express';
import { LedgerError } from '../text/ledger-error.ts';
import type { RouteTable } from './route-table.ts';

/** Comes after all routes: refuses a method that an existing path does not take. */
export function methodGuard(table: RouteTable): RequestHandler {
  return (request, response, next) => {
    const routes = table.at(request.path)?.routes;
    const methods = routes?.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
    if (methods === undefined || methods.includes(request.method)) return next();
    const allowed = methods.join(', ');
    response.setHeader('Allow', allowed);
    throw new LedgerError('method-not-allowed', { allowed });
  };
}

/**
 * Comes before all routes: a router of Express would answer OPTIONS by itself. No preflight of a
 * browser is ever granted.
 */
export function refuseOptions(table: RouteTable): RequestHandler {
  const refuse = methodGuard(table);
  return (request, response, next) => {
    if (request.method === 'OPTIONS') refuse(request, response, next);
    else next();
  };
}
