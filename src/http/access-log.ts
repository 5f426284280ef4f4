import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

/** A request that has ended. Neither path nor query: these hold digests and case numbers. */
export interface AccessLogEntry {
  readonly id: string;
  readonly method: string;
  /** Template of the route, or `none`. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** The client was gone before it had the whole answer. */
  readonly isAborted: boolean;
}

/** Too short for a digest, and without the dot of a file name: it is logged. */
const GIVEN_ID = /^[\w-]{1,36}$/;

/**
 * Gives every request an id, the client's own where it has a plain one, and tells how each ended.
 */
export function reportAccess(
  listeners: readonly ((request: AccessLogEntry) => void)[],
  templateOf: (path: string) => string | undefined,
): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', id);
    response.on('error', () => {}); // a client that has gone is no failure of ours, however late something is written to it
    const route = templateOf(request.path) ?? 'none'; // while the path is whole
    const startedMs = performance.now();
    response.once('close', () => {
      const ended = {
        id,
        method: request.method,
        route,
        status: response.statusCode,
        durationMs: performance.now() - startedMs,
        isAborted: !response.writableFinished,
      };
      for (const listener of listeners) listener(ended);
    });
    next();
  };
}
