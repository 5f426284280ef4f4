import { BackOff } from '../protocol/back-off.ts';
import { pause } from './pause.ts';
import { ServiceProblem, ServiceUnreachable } from './service-errors.ts';

/**
 * How long to repeat a request while a service restarts. Only for requests that may be carried out
 * twice: reads, and registrations with a key.
 */
export interface RetryPolicy {
  readonly giveUpAfterMs: number;
  /** Ends a pause. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each pause. */
  readonly onRetry?: (error: ServiceUnreachable | ServiceProblem, pauseMs: number) => void;
}

const PAUSES = { firstMs: 200, longestMs: 4000 };

/**
 * Repeats an attempt, with growing pauses, that failed because no service was there (refused,
 * reset) or because it asked to wait (503 and 429 with Retry-After). Throws the last error of the
 * attempt once the next pause would end after the time to give up.
 */
export async function withRetry<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const backOff = new BackOff(PAUSES);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const retryAfterMs = error instanceof ServiceProblem ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.max(backOff.failedMs(), retryAfterMs);
      if (performance.now() - startMs + waitMs > policy.giveUpAfterMs) throw error;
      policy.onRetry?.(error, waitMs);
      await pause(waitMs, policy.signal);
    }
  }
}

function isTransient(error: unknown): error is ServiceUnreachable | ServiceProblem {
  if (error instanceof ServiceUnreachable) return error.reason === 'refused' || error.reason === 'reset';
  return (
    error instanceof ServiceProblem &&
    (error.status === 503 || error.status === 429) &&
    error.retryAfterMs !== undefined
  );
}
