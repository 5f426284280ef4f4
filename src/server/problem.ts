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
  'upload-unknown': 422,
  'idempotency-conflict': 422,
  internal: 500,
  'queue-full': 503,
  'clock-behind': 503,
  'log-halted': 503,
  'outside-head-missing': 503,
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
  if (error instanceof ProtocolError) return protocolProblem(error);
  if (error instanceof PortError) {
    const known = portProblem(error);
    if (known !== undefined) return known;
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new Problem('storage-full', 'there is no space left to store this; nothing was registered');
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'ABORT_ERR')) {
    return new Problem('body-incomplete', 'the request ended before its body was complete; nothing was stored');
  }
  onInternal(error);
  return new Problem('internal', 'an internal error; its cause is in the log of the service');
}

export function problemHandler(onInternal: (error: unknown) => void): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent || response.destroyed) next(error);
    else sendProblem(toProblem(error, onInternal), request, response);
  };
}

function protocolProblem(error: ProtocolError): Problem {
  if (error.code === 'json-too-large') return new Problem('body-too-large', error.message);
  return new Problem('json-invalid', error.message, [{ pointer: '', code: error.code, detail: error.message }]);
}

function portProblem(error: PortError): Problem | undefined {
  switch (error.code) {
    case 'queue-full':
    case 'clock-behind':
    case 'idempotency-conflict':
    case 'store-failed':
    case 'stopping':
    case 'outside-head-missing':
      return new Problem(error.code, error.message, [], { cause: error });
    case 'log-rolled-back':
    case 'log-forked':
      return new Problem('log-halted', error.message, [], { cause: error });
    default:
      return undefined;
  }
}
