import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { RouteTable } from './route-table.ts';

/**
 * A request that has ended. Neither path nor query are kept: they hold digests and case numbers.
 */
export interface AccessLogEntry {
  readonly id: string;
  readonly method: string;
  /** Template of the route, or `none`. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** The client left before it had the whole answer. */
  readonly isAborted: boolean;
}

/** Too short for a digest, and without the dot of a file name: it is logged. */
const GIVEN_ID = /^[\w-]{1,36}$/;

/**
 * Gives every request an id, its own `X-Request-Id` where that is plain, and reports to the
 * listeners how each request ended.
 */
export function reportAccess(
  listeners: readonly ((entry: AccessLogEntry) => void)[],
  table: RouteTable,
): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', id);
    // A write to a client that has left fails, and is no failure of the service.
    response.on('error', () => {});
    const route = table.at(request.path)?.path ?? 'none';
    const startedMs = performance.now();
    response.once('close', () => {
      const entry = {
        id,
        method: request.method,
        route,
        status: response.statusCode,
        durationMs: performance.now() - startedMs,
        isAborted: !response.writableFinished,
      };
      for (const listener of listeners) listener(entry);
    });
    next();
  };
}
