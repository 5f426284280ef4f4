/**
 * Receipts ask for few hashes many times: records of some seconds name the same block or anchor.
 */
const MAX_ANSWERS = 1024;
const MAX_WAIT_MS = 2000;

/**
 * Caches what belongs to a hash of the chain for ever, such as a block's header. A receipt is
 * better with it and valid without: a caller waits 2 s at most, and after a failure the next
 * request for the same hash fails at once for 2 s.
 */
export class HeaderCache<Answer> {
  readonly #fetch: (hash: string) => Promise<Answer | undefined>;
  readonly #answers = new Map<string, Promise<Answer | undefined>>();

  constructor(fetch: (hash: string) => Promise<Answer | undefined>) {
    this.#fetch = fetch;
  }

  /** Undefined where the chain does not answer in time. */
  async of(hash: string): Promise<Answer | undefined> {
    const known = this.#answers.get(hash) ?? this.#ask(hash);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), MAX_WAIT_MS)));
    try {
      return await Promise.race([known, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(hash: string): Promise<Answer | undefined> {
    const answer = this.#fetch(hash).catch(() => undefined);
    this.#answers.set(hash, answer);
    if (this.#answers.size > MAX_ANSWERS) this.#answers.delete(this.#answers.keys().next().value!);
    void this.#forgetFailure(hash, answer);
    return answer;
  }

  async #forgetFailure(hash: string, answer: Promise<Answer | undefined>): Promise<void> {
    if ((await answer) === undefined) setTimeout(() => this.#answers.delete(hash), MAX_WAIT_MS).unref();
  }
}
