/**
 * Start-up timeout for the contract and the witnesses, whose heads are compared before the first
 * signature.
 */
const EXTERNAL_TIMEOUT_MS = 10_000;

/**
 * Undefined where the promise rejects or takes longer than the timeout: problems of the chain are
 * reported by the anchoring.
 */
export function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  return withTimeout(promise.catch(() => undefined));
}

/** Undefined where the promise takes longer than the timeout; a rejection passes through. */
export function withTimeout<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, sleep(EXTERNAL_TIMEOUT_MS).then(() => undefined)]);
}

/** Does not keep the process alive. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
