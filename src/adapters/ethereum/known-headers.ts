/** Headers are asked for again and again: records of some seconds name the same block. */
const MAX_HEADERS = 1024;
const MAX_WAIT_MS = 2000;

/**
 * Headers of blocks, by hash. A receipt is better with them and good without: who asks waits a moment at most, and a chain that is silent is not asked for
 * the next one at once.
 */
export class KnownHeaders {
  readonly #fetch: (hash: string) => Promise<Uint8Array | undefined>;
  readonly #headers = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(fetch: (hash: string) => Promise<Uint8Array | undefined>) {
    this.#fetch = fetch;
  }

  /** RLP of the header; undefined where the chain does not say it in time. */
  async of(hash: string): Promise<Uint8Array | undefined> {
    const known = this.#headers.get(hash) ?? this.#ask(hash);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), MAX_WAIT_MS)));
    try {
      return await Promise.race([known, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(hash: string): Promise<Uint8Array | undefined> {
    const asked = this.#fetch(hash).catch(() => undefined);
    this.#headers.set(hash, asked);
    if (this.#headers.size > MAX_HEADERS) this.#headers.delete(this.#headers.keys().next().value!);
    void this.#forgetSilence(hash, asked);
    return asked;
  }

  async #forgetSilence(hash: string, asked: Promise<Uint8Array | undefined>): Promise<void> {
    if ((await asked) === undefined) setTimeout(() => this.#headers.delete(hash), MAX_WAIT_MS).unref();
  }
}
