import type { RequestHandler } from 'express';
import { DETAILS } from '../text/problem-details.ts';
import { filled } from '../text/words.ts';
import { routeOf } from './api/route-of.ts';
import { Problem } from './problem.ts';

/** Comes after all routes: a path that is there, asked with a method that it does not take. */
export const methodGuard: RequestHandler = (request, response, next) => {
  const taken = routeOf(request.path)?.operations.map(({ method }) => (method === 'get' ? 'GET, HEAD' : 'POST'));
  if (taken === undefined || taken.join(', ').split(', ').includes(request.method)) return next();
  const allowed = taken.join(', ');
  response.setHeader('Allow', allowed);
  throw new Problem('method-not-allowed', filled(DETAILS.wrongMethod, { allowed }));
};

/** Comes before all routes: each router would answer OPTIONS by itself, for its own part of a path. No preflight of a browser is ever granted. */
export const refuseOptions: RequestHandler = (request, response, next) => {
  if (request.method === 'OPTIONS') methodGuard(request, response, next);
  else next();
};
