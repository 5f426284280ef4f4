import { ProtocolError } from '../protocol/encoding/errors.ts';
import { CONNECTION_HINTS, httpStatus } from '../text/answer-faults.ts';
import type { ErrorEntry } from '../text/error-entry.ts';
import { ERRORS } from '../text/errors.ts';
import { EXIT } from '../text/exit-codes.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { languageOf } from '../text/language.ts';
import { bilingual, type Lang, type Message } from '../text/message.ts';
import { parseErrorText } from '../text/error-text.ts';

/** Codes that the client itself gives to an answer of the 2xx class that it cannot use. */
type AnswerFault = 'answer-unreadable' | 'answer-too-large';

/**
 * The service answered, and either refused (RFC 9457) or gave an answer that cannot be used. `code`
 * is the service's own; `http-<status>` where the answer names none.
 */
export class ServiceProblem extends LedgerError<'service-refused' | AnswerFault> {
  override readonly name = 'ServiceProblem';
  readonly status: number;
  /** The service's own sentence, in the language of its answer; English for a fault found here. */
  readonly detail: string;
  /** How long the service asks to wait before the next attempt; undefined where it does not. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: string, detail: Message, { retryAfterMs, lang = 'en' }: ProblemOptions = {}) {
    const isFault = code === 'answer-unreadable' || code === 'answer-too-large';
    super(isFault ? code : 'service-refused', { detail, code, relayed: code, exit: exitOf(status) });
    this.status = status;
    this.detail = detail[lang];
    this.retryAfterMs = retryAfterMs;
  }
}

interface ProblemOptions {
  readonly retryAfterMs?: number | undefined;
  /** The language of the service's own sentence. */
  readonly lang?: Lang;
}

/** What a service states about a request that it refuses (RFC 9457). */
export interface StatedProblem {
  readonly status: number;
  /** Undefined where the answer is not one of our service's. */
  readonly code: string | undefined;
  /** In one language, that of the header `Content-Language`; English where it names none. */
  readonly detail: string | undefined;
  readonly contentLanguage: string | null;
  readonly retryAfterMs?: number | undefined;
}

/**
 * The error for a problem. Its detail is in one language: for a reader of the other one the
 * catalogue's title of the code stands in its place, and the status where the code is not known.
 */
export function serviceProblem(stated: StatedProblem): ServiceProblem {
  const { status, code = `http-${status}`, detail, contentLanguage, retryAfterMs } = stated;
  const title = titleOf(code) ?? httpStatus(status);
  const lang = languageOf(contentLanguage ?? undefined);
  return new ServiceProblem(status, code, { ...title, [lang]: detail ?? title[lang] }, { retryAfterMs, lang });
}

function titleOf(code: string): Message | undefined {
  const catalogue: Readonly<Record<string, ErrorEntry>> = ERRORS;
  return Object.hasOwn(catalogue, code) ? catalogue[code]!.http?.title : undefined;
}

/** No answer arrived. Whether the request was carried out is unknown. */
export class ServiceUnreachable extends LedgerError<'service-unreachable'> {
  override readonly name = 'ServiceUnreachable';
  readonly url: string;
  readonly reason: 'refused' | 'reset' | 'timeout' | 'other';

  constructor(url: string, reason: ServiceUnreachable['reason'], cause?: unknown) {
    super('service-unreachable', { url, cause, hint: connectionHint(cause) });
    this.url = url;
    this.reason = reason;
  }
}

/** What to do about a connection that was made, and failed by TLS; undefined for all others. */
function connectionHint(cause: unknown): Message | undefined {
  for (let error = cause; typeof error === 'object' && error !== null; error = (error as { cause?: unknown }).cause) {
    const code = String((error as { code?: unknown }).code);
    if (/^(?:EPROTO|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST))$/.test(code)) {
      return CONNECTION_HINTS.noTls;
    }
    if (/CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/.test(code)) {
      return bilingual(CONNECTION_HINTS.certificate, { code });
    }
  }
  return undefined;
}

/** An answer with this status that cannot be parsed; every other error unchanged. */
export function unreadable(status: number, error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  return new ServiceProblem(status, 'answer-unreadable', parseErrorText(error));
}

function exitOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  // Below 300 the service did its part, and the answer could not be used.
  return status >= 500 || status < 300 ? EXIT.indeterminate : EXIT.usage;
}
