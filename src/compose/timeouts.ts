/**
 * How long a start waits for those outside, whose word on the log is to be heard before anything is
 * signed.
 */
const EXTERNAL_TIMEOUT_MS = 10_000;

/**
 * Undefined where it fails or does not answer in time: problems of the chain are told by the
 * heartbeat.
 */
export function orUndefined<T>(question: Promise<T>): Promise<T | undefined> {
  return withTimeout(question.catch(() => undefined));
}

/** Undefined where it takes too long; what it fails with passes through. */
export function withTimeout<T>(question: Promise<T>): Promise<T | undefined> {
  return Promise.race([question, sleep(EXTERNAL_TIMEOUT_MS).then(() => undefined)]);
}

/** Keeps no process from ending. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
