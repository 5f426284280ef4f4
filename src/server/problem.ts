import type { ErrorRequestHandler, Request, Response } from 'express';
import { PortError } from '../log/ports.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { languageOf } from '../text/language.ts';
import { problemTitle } from '../text/problems.ts';

/** One member of a request that is wrong. `pointer` is an RFC 6901 JSON pointer into the body. */
export interface ProblemError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** HTTP status of each problem code. Codes are API; they are listed in PROTOCOL.md. */
const STATUS = {
  'request-unreadable': 400,
  'json-invalid': 400,
  'validation-failed': 400,
  'body-incomplete': 400,
  'digest-mismatch': 400,
  'cursor-invalid': 400,
  'idempotency-key-invalid': 400,
  'repr-digest-invalid': 400,
  'not-found': 404,
  'tile-not-found': 404,
  'body-timeout': 408,
  'body-too-large': 413,
  'media-type-unsupported': 415,
  'host-unknown': 421,
  'headers-too-large': 431,
  'upload-unknown': 422,
  'idempotency-conflict': 422,
  internal: 500,
  'index-damaged': 500,
  'content-damaged': 500,
  'queue-full': 503,
  'clock-behind': 503,
  'too-many-files': 503,
  'log-halted': 503,
  'outside-head-missing': 503,
  'self-check-failed': 503,
  'store-failed': 503,
  stopping: 503,
  'storage-full': 507,
} as const;

export type ProblemCode = keyof typeof STATUS;

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly ProblemError[];

  constructor(code: ProblemCode, detail: string, errors: readonly ProblemError[] = [], options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.errors = errors;
  }
}

/** RFC 9457 members of a problem, its title in the language that the request prefers. */
export function problemJson(problem: Problem, request: Request): Record<string, unknown> {
  return {
    type: `about:blank#${problem.code}`,
    title: problemTitle(languageOf(request.headers['accept-language']), problem.code),
    status: STATUS[problem.code],
    code: problem.code,
    detail: problem.message,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
  };
}

export function sendProblem(problem: Problem, request: Request, response: Response): void {
  const status = STATUS[problem.code];
  if (status === 503) response.setHeader('Retry-After', '1');
  if (!request.complete) discardBody(request);
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemJson(problem, request)));
}

const DISCARD_PATIENCE_MS = 10_000;

/** Lets the rest of a refused body run into the void for a while, so that a client that is still sending gets to read the answer. */
function discardBody(request: Request): void {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, DISCARD_PATIENCE_MS).unref();
}

/** Turns whatever was thrown into a problem. Unexpected errors are told to `onInternal` and say nothing to the client. */
export function toProblem(error: unknown, onInternal: (error: unknown) => void): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError) return new Problem('not-found', 'the path cannot be decoded');
  if (error instanceof ProtocolError) return protocolProblem(error);
  if (error instanceof PortError) {
    if (isDamage(error)) onInternal(error); // the client is told what it is, the operator where
    const known = portProblem(error);
    if (known !== undefined) return known;
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new Problem('storage-full', 'there is no space left to store this; nothing was registered');
  }
  if (error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')) {
    return new Problem('too-many-files', 'the service has no file handle left; nothing was stored or registered');
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'ABORT_ERR')) {
    return new Problem('body-incomplete', 'the request ended before its body was complete; nothing was stored');
  }
  onInternal(error);
  return new Problem('internal', 'an internal error; its cause is in the log of the service');
}

export function problemHandler(onInternal: (error: unknown) => void): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // The answer is on its way or nobody waits for it: all that is left is to end the connection.
    if (response.headersSent || response.destroyed) {
      if (error instanceof PortError) onInternal(error);
      response.destroy();
    } else sendProblem(toProblem(error, onInternal), request, response);
  };
}

function protocolProblem(error: ProtocolError): Problem {
  if (error.code === 'json-too-large') return new Problem('body-too-large', error.message);
  return new Problem('json-invalid', error.message, [{ pointer: '', code: error.code, detail: error.message }]);
}

function isDamage(error: unknown): boolean {
  return error instanceof PortError && (error.code === 'index-damaged' || error.code === 'content-damaged');
}

function portProblem(error: PortError): Problem | undefined {
  switch (error.code) {
    case 'queue-full':
    case 'clock-behind':
    case 'idempotency-conflict':
    case 'self-check-failed':
    case 'too-many-files':
    case 'stopping':
    case 'outside-head-missing':
      return new Problem(error.code, error.message, [], { cause: error });
    case 'store-failed': // its message names paths of this machine
      return new Problem(error.code, 'the store has failed: nothing is registered until the service runs anew', [], {
        cause: error,
      });
    case 'index-damaged':
      return new Problem(error.code, 'a part of the index cannot be read: what was asked for may be there', [], {
        cause: error,
      });
    case 'content-damaged':
      return new Problem(error.code, 'the stored content is not what was registered; record and receipt are', [], {
        cause: error,
      });
    case 'log-rolled-back':
    case 'log-forked':
      return new Problem('log-halted', error.message, [], { cause: error });
    default:
      return undefined;
  }
}
