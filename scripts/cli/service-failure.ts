import { ServiceProblem, ServiceUnreachable } from '../../src/client/http.ts';
import { FAILURES } from '../../src/text/failures.ts';
import { filled } from '../../src/text/words.ts';
import { CliFailure, EXIT, extended, failure } from './failure.ts';

/** What the client of the service throws, as a failure of the command; every other error unchanged. */
export function serviceFailure(error: unknown): unknown {
  if (error instanceof ServiceUnreachable) {
    const from = failure(EXIT.indeterminate, 'service-unreachable', { url: error.url });
    return extended(from, { hint: filled(FAILURES['start-the-service']), cause: error });
  }
  if (error instanceof ServiceProblem) {
    const words = filled(FAILURES['service-refused'], { code: error.code, detail: error.detail });
    return new CliFailure(exitOf(error.status), error.code, words, { cause: error });
  }
  return error;
}

function exitOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  // An answer of the 2xx class ends up here where it could not be used.
  return status >= 500 || status < 300 ? EXIT.indeterminate : EXIT.usage;
}
