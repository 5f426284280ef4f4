import { ProtocolError } from '../protocol/encoding/errors.ts';
import { EXIT } from '../text/exit-codes.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Message } from '../text/message.ts';
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
  /** The service's own sentence, in the language of the request; English for a fault found here. */
  readonly detail: string;
  /** How long the service asks to wait before the next attempt; undefined where it does not. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: string, detail: Message | string, retryAfterMs?: number) {
    const isFault = code === 'answer-unreadable' || code === 'answer-too-large';
    super(isFault ? code : 'service-refused', { detail, code, relayed: code, exit: exitOf(status) });
    this.status = status;
    this.detail = typeof detail === 'string' ? detail : detail.en;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer arrived. Whether the request was carried out is unknown. */
export class ServiceUnreachable extends LedgerError<'service-unreachable'> {
  override readonly name = 'ServiceUnreachable';
  readonly url: string;
  readonly reason: 'refused' | 'reset' | 'timeout' | 'other';

  constructor(url: string, reason: ServiceUnreachable['reason'], cause?: unknown) {
    super('service-unreachable', { url, cause });
    this.url = url;
    this.reason = reason;
  }
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
