/**
 * The same is asked for again and again: records of some seconds name the same block, and many
 * stand under one anchor.
 */
const MAX_ANSWERS = 1024;
const MAX_WAIT_MS = 2000;

/**
 * What the chain says of a hash, and will always say. A receipt is better with it and good without:
 * who asks waits a moment at most, and a chain that is silent is not asked for the next one at
 * once.
 */
export class HeaderCache<Answer> {
  readonly #fetch: (hash: string) => Promise<Answer | undefined>;
  readonly #answers = new Map<string, Promise<Answer | undefined>>();

  constructor(fetch: (hash: string) => Promise<Answer | undefined>) {
    this.#fetch = fetch;
  }

  /** Undefined where the chain does not say it in time. */
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
    const asked = this.#fetch(hash).catch(() => undefined);
    this.#answers.set(hash, asked);
    if (this.#answers.size > MAX_ANSWERS) this.#answers.delete(this.#answers.keys().next().value!);
    void this.#forgetSilence(hash, asked);
    return asked;
  }

  async #forgetSilence(hash: string, asked: Promise<Answer | undefined>): Promise<void> {
    if ((await asked) === undefined) setTimeout(() => this.#answers.delete(hash), MAX_WAIT_MS).unref();
  }
}
