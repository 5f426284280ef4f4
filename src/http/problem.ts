import type { ErrorRequestHandler, Request, Response } from 'express';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import type { HttpAnswer } from '../text/error-entry.ts';
import { CATALOGUE, type ErrorCode } from '../text/catalogue.ts';
import { LANGUAGE_TAGS, languageOf } from '../text/language.ts';
import { LedgerError, type MemberError } from '../text/ledger-error.ts';
import { format, type Lang, type Message } from '../text/message.ts';
import { parseErrorText } from '../text/error-text.ts';
import { problemHtml } from './problem-page.ts';

/** The codes of the catalogue that answer requests. */
export type ProblemCode = {
  [Code in ErrorCode]: (typeof CATALOGUE)[Code] extends { readonly http: HttpAnswer } ? Code : never;
}[ErrorCode];

export const PROBLEM_CODES = Object.keys(CATALOGUE).filter(isProblemCode) as [ProblemCode, ...ProblemCode[]];

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(CATALOGUE, code) && 'http' in CATALOGUE[code as ErrorCode];
}

/** Status, title and texts of a code. */
export function httpAnswer(code: ProblemCode): HttpAnswer {
  return CATALOGUE[code].http;
}

/** How a request is refused. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: Message;
  readonly errors: readonly MemberError[];
  /** When to try again, where the error knows better than its status. */
  readonly retryAfterSeconds?: number | undefined;
}

/** The problem of a code whose detail is always the same. */
function fixedProblem(code: ProblemCode): Problem {
  return { code, detail: httpAnswer(code).detail ?? CATALOGUE[code], errors: [] };
}

/** The problem of an error of the catalogue; undefined where its code answers no request. */
function problemOf({ code, text, errors, retryAfterSeconds }: LedgerError): Problem | undefined {
  return isProblemCode(code) ? { code, detail: httpAnswer(code).detail ?? text, errors, retryAfterSeconds } : undefined;
}

/** RFC 9457 members of a problem. */
export function problemJson({ code, detail, errors }: Problem, lang: Lang): JsonObject {
  const { status, title } = httpAnswer(code);
  const members = errors.map((error) => ({ ...error, detail: format(lang, error.detail) }));
  return {
    type: `/problems/${code}`,
    title: format(lang, title),
    status,
    code,
    detail: format(lang, detail),
    ...(members.length > 0 && { errors: members }),
  };
}

/**
 * Answers with a problem in the language that the request prefers: as JSON, and as a page to a
 * browser that goes to an address, which asks for a page first.
 */
export function sendProblem(problem: Problem, request: Request, response: Response): void {
  const { status } = httpAnswer(problem.code);
  if (problem.retryAfterSeconds !== undefined) response.setHeader('Retry-After', problem.retryAfterSeconds);
  else if (status === 503) response.setHeader('Retry-After', 1);
  // What follows on the connection may be read in two ways as well.
  if (problem.code === 'request-unreadable') response.setHeader('Connection', 'close');
  if (!request.complete) discardBody(request);
  // A route may have described its answer before it failed.
  for (const name of REPRESENTATION_HEADERS) response.removeHeader(name);
  response.setHeader('Cache-Control', 'no-store');
  const lang = languageOf(request.headers['accept-language']);
  response.setHeader('Content-Language', LANGUAGE_TAGS[lang]);
  response.vary('Accept').status(status);
  if (request.accepts('application/problem+json', 'text/html') === 'text/html') {
    const { code, detail } = problem;
    response.type('text/html').send(problemHtml({ code, answer: httpAnswer(code), meaning: detail }, lang));
  } else response.type('application/problem+json').send(JSON.stringify(problemJson(problem, lang)));
}

const REPRESENTATION_HEADERS = ['ETag', 'Accept-Ranges', 'Content-Disposition', 'X-Evidence-Media-Type'];
const DISCARD_TIMEOUT_MS = 10_000;

/**
 * Reads and drops the rest of a refused body for a while, so that a client that is still sending
 * gets to read the answer.
 */
function discardBody(request: Request): void {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, DISCARD_TIMEOUT_MS).unref();
}

/**
 * The problem that answers whatever was thrown. Unexpected errors are reported to `onInternal` and
 * show the client nothing but `internal`.
 */
export function toProblem(error: unknown, onInternal: (error: unknown) => void = () => {}): Problem {
  if (error instanceof URIError) {
    return { code: 'not-found', detail: CATALOGUE['path/not-found'], errors: [] };
  }
  if (error instanceof ProtocolError) return unreadableBody(error);
  if (error instanceof LedgerError) {
    // The client learns that something is damaged, the operator where.
    if (DAMAGES.has(error.code)) onInternal(error);
    const known = problemOf(HALTS.has(error.code) ? haltedBy(error) : error);
    if (known !== undefined && known.code !== 'internal') return known;
  }
  const code = error instanceof Error && 'code' in error ? SYSTEM_ERRORS[String(error.code)] : undefined;
  if (code !== undefined) return fixedProblem(code);
  onInternal(error);
  return fixedProblem('internal');
}

const DAMAGES: ReadonlySet<string> = new Set<ErrorCode>(['index-damaged', 'content-damaged']);
const HALTS: ReadonlySet<string> = new Set<ErrorCode>(['log-rolled-back', 'log-forked']);
const SYSTEM_ERRORS: Readonly<Record<string, ProblemCode>> = {
  ENOSPC: 'storage-full',
  EDQUOT: 'storage-full',
  EMFILE: 'too-many-files',
  ENFILE: 'too-many-files',
  ECONNRESET: 'body-incomplete',
  ABORT_ERR: 'body-incomplete',
};

function haltedBy(error: LedgerError): LedgerError {
  return new LedgerError('log-halted', { reason: error.text, cause: error });
}

/** The Express handler that answers every error with its problem. */
export function problemHandler(onInternal: (error: unknown) => void): ErrorRequestHandler {
  return (error, request, response, _next) => {
    // The answer has begun, or the client has gone: only the connection is left to be ended.
    if (response.headersSent || response.destroyed) {
      // Damage and faults of the program are reported all the same, a client that left is neither.
      if (error instanceof LedgerError) toProblem(error, onInternal);
      response.destroy();
    } else sendProblem(toProblem(error, onInternal), request, response);
  };
}

/** A body that the strict reader refuses; `errors` has the reader's own code. */
function unreadableBody(error: ProtocolError): Problem {
  const { code } = error;
  const detail = parseErrorText(error);
  if (code === 'json-too-large') return { code: 'body-too-large', detail, errors: [] };
  const { text } = new LedgerError('json-invalid', { reason: detail });
  return { code: 'json-invalid', detail: text, errors: [{ pointer: '', code, detail }] };
}
