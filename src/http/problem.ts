import { LedgerError } from '../text/ledger-error.ts';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { languageOf } from '../text/language.ts';
import { DETAILS } from '../text/problem-details.ts';
import { problemTitle } from '../text/problems.ts';
import { bilingual, format, type Message } from '../text/message.ts';

/** One member of a request that is wrong. `pointer` is an RFC 6901 JSON pointer into the body. */
export interface ProblemError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: Message;
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
  'cross-origin': 403,
  'not-found': 404,
  'tile-not-found': 404,
  'method-not-allowed': 405,
  'body-timeout': 408,
  'body-too-large': 413,
  'media-type-unsupported': 415,
  'range-unsatisfiable': 416,
  'host-unknown': 421,
  'too-many-requests': 429,
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
export const PROBLEM_CODES = Object.keys(STATUS) as [ProblemCode, ...ProblemCode[]];

export function statusOf(code: ProblemCode): number {
  return STATUS[code];
}

/** What a request is refused with. `message` is its detail in English, for the operator's log. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: Message;
  readonly errors: readonly ProblemError[];

  constructor(code: ProblemCode, detail: Message, errors: readonly ProblemError[] = [], options?: ErrorOptions) {
    super(detail.en, options);
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}

/** RFC 9457 members of a problem, in the language that the request prefers. */
export function problemJson(problem: Problem, request: Request): Record<string, unknown> {
  const lang = languageOf(request.headers['accept-language']);
  const errors = problem.errors.map((error) => ({ ...error, detail: format(lang, error.detail) }));
  return {
    type: `about:blank#${problem.code}`,
    title: problemTitle(lang, problem.code),
    status: STATUS[problem.code],
    code: problem.code,
    detail: format(lang, problem.detail),
    ...(errors.length > 0 && { errors }),
  };
}

export function sendProblem(problem: Problem, request: Request, response: Response): void {
  const status = STATUS[problem.code];
  if (status === 503) response.setHeader('Retry-After', '1');
  if (!request.complete) discardBody(request);
  // a route may have said how its answer is to be kept, before it had none
  for (const name of REPRESENTATION_HEADERS) response.removeHeader(name);
  response.setHeader('Cache-Control', 'no-store');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemJson(problem, request)));
}

const REPRESENTATION_HEADERS = ['ETag', 'Accept-Ranges', 'Content-Disposition', 'X-Evidence-Media-Type'];
const DISCARD_TIMEOUT_MS = 10_000;

/**
 * Lets the rest of a refused body run into the void for a while, so that a client that is still
 * sending gets to read the answer.
 */
function discardBody(request: Request): void {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, DISCARD_TIMEOUT_MS).unref();
}

/**
 * Turns whatever was thrown into a problem. Unexpected errors are told to `onInternal` and say
 * nothing to the client.
 */
export function toProblem(error: unknown, onInternal: (error: unknown) => void): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError) return new Problem('not-found', DETAILS.pathUndecodable);
  if (error instanceof ProtocolError) return protocolProblem(error);
  if (error instanceof LedgerError) {
    if (isDamage(error)) onInternal(error); // the client is told what it is, the operator where
    const known = portProblem(error);
    if (known !== undefined) return known;
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new Problem('storage-full', DETAILS.noSpace);
  }
  if (error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')) {
    return new Problem('too-many-files', DETAILS.tooManyFiles);
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'ABORT_ERR')) {
    return new Problem('body-incomplete', DETAILS.bodyIncomplete);
  }
  onInternal(error);
  return new Problem('internal', DETAILS.internal);
}

export function problemHandler(onInternal: (error: unknown) => void): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // The answer is on its way or nobody waits for it: all that is left is to end the connection.
    if (response.headersSent || response.destroyed) {
      if (error instanceof LedgerError) onInternal(error);
      response.destroy();
    } else sendProblem(toProblem(error, onInternal), request, response);
  };
}

function protocolProblem(error: ProtocolError): Problem {
  const detail = bilingual(DETAILS.notJson, { reason: error.message });
  if (error.code === 'json-too-large') return new Problem('body-too-large', detail);
  return new Problem('json-invalid', detail, [{ pointer: '', code: error.code, detail }]);
}

function isDamage(error: unknown): boolean {
  return error instanceof LedgerError && (error.code === 'index-damaged' || error.code === 'content-damaged');
}

/**
 * What of the store's and the log's failures a client is told. Their messages may name paths of
 * this machine, and are for the operator.
 */
const PORT_PROBLEMS: Readonly<Record<string, readonly [ProblemCode, Message]>> = {
  'queue-full': ['queue-full', DETAILS.queueFull],
  'clock-behind': ['clock-behind', DETAILS.clockBehind],
  'idempotency-conflict': ['idempotency-conflict', DETAILS.idempotencyConflict],
  'self-check-failed': ['self-check-failed', DETAILS.selfCheck],
  'too-many-files': ['too-many-files', DETAILS.tooManyFiles],
  stopping: ['stopping', DETAILS.stopping],
  'outside-head-missing': ['outside-head-missing', DETAILS.externalHeadMissing],
  'store-failed': ['store-failed', DETAILS.storeFailed],
  'index-damaged': ['index-damaged', DETAILS.indexDamaged],
  'content-damaged': ['content-damaged', DETAILS.contentDamaged],
};

function portProblem(error: LedgerError): Problem | undefined {
  if (error.code === 'log-rolled-back' || error.code === 'log-forked') {
    return new Problem('log-halted', bilingual(DETAILS.logHalted, { reason: error.message }), [], { cause: error });
  }
  const known = PORT_PROBLEMS[error.code];
  return known && new Problem(...known, [], { cause: error });
}
