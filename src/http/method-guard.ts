import type { RequestHandler } from 'express';
import { DETAILS } from '../text/problem-details.ts';
import { bilingual } from '../text/message.ts';
import { Problem } from './problem.ts';

/** What a path takes; undefined where there is no such path. */
export type MethodsAt = (path: string) => readonly ('get' | 'post')[] | undefined;

/** Comes after all routes: a path that is there, asked with a method that it does not take. */
export const methodGuard =
  (methodsAt: MethodsAt): RequestHandler =>
  (request, response, next) => {
    const taken = methodsAt(request.path)?.map((method) => (method === 'get' ? 'GET, HEAD' : 'POST'));
    if (taken === undefined || taken.join(', ').split(', ').includes(request.method)) return next();
    const allowed = taken.join(', ');
    response.setHeader('Allow', allowed);
    throw new Problem('method-not-allowed', bilingual(DETAILS.wrongMethod, { allowed }));
  };

/**
 * Comes before all routes: each router would answer OPTIONS by itself, for its own part of a path.
 * No preflight of a browser is ever granted.
 */
export const refuseOptions = (methodsAt: MethodsAt): RequestHandler => {
  const refuse = methodGuard(methodsAt);
  return (request, response, next) => {
    if (request.method === 'OPTIONS') refuse(request, response, next);
    else next();
  };
};
