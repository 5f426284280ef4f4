import { ServiceProblem, ServiceUnreachable } from './service-errors.ts';

/**
 * How long to go on trying while a service restarts. Only for requests that may be carried out
 * twice: reads, and keyed registrations.
 */
export interface RetryPolicy {
  readonly giveUpAfterMs: number;
  /** Ends a pause. */
  readonly signal?: AbortSignal | undefined;
  /** Told before each pause. */
  readonly onRetry?: (error: ServiceUnreachable | ServiceProblem, pauseMs: number) => void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 4000;

/**
 * Repeats what failed because nobody was there (refused, reset) or asked to wait (503 and 429 with
 * Retry-After), with growing pauses.
 */
export async function withRetry<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const askedMs = error instanceof ServiceProblem ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.max(pauseMs, askedMs);
      if (performance.now() - startMs + waitMs > policy.giveUpAfterMs) throw error;
      policy.onRetry?.(error, waitMs);
      await pause(waitMs, policy.signal);
    }
  }
}

async function pause(pauseMs: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, pauseMs);
    signal?.addEventListener('abort', end);
  });
}

function isPassing(error: unknown): error is ServiceUnreachable | ServiceProblem {
  if (error instanceof ServiceUnreachable) return error.reason === 'refused' || error.reason === 'reset';
  return (
    error instanceof ServiceProblem &&
    (error.status === 503 || error.status === 429) &&
    error.retryAfterMs !== undefined
  );
}
