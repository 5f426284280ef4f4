import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/http.ts';
import { ANSWER_PROBLEMS } from '../../text/answer-problems.ts';
import type { Message } from '../../text/message.ts';

/**
 * What the client of the service throws, as a failure of the command; every other error unchanged.
 */
export function serviceFailure(error: unknown): unknown {
  if (error instanceof ServiceUnreachable) {
    return new LedgerError('service-unreachable', { url: error.url, cause: error });
  }
  if (error instanceof ServiceProblem) {
    const { code, status } = error;
    return new LedgerError('service-refused', {
      code,
      detail: detailOf(error),
      relayed: code,
      exit: exitOf(status),
      cause: error,
    });
  }
  return error;
}

/**
 * The service speaks the reader's language; what the client found wrong with an answer has its
 * words here.
 */
function detailOf({ status, code, detail }: ServiceProblem): Message | string {
  const table: Readonly<Record<string, Message>> = ANSWER_PROBLEMS;
  const words = Object.hasOwn(table, code) ? table[code] : undefined;
  if (words !== undefined) return { zh: words.zh, en: detail };
  return code === `http-${status}` ? { zh: `HTTP ${status}`, en: detail } : detail;
}

function exitOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  // An answer of the 2xx class ends up here where it could not be used.
  return status >= 500 || status < 300 ? EXIT.indeterminate : EXIT.usage;
}
