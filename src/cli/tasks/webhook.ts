import type { JsonObject } from '../../protocol/encoding/json.ts';
import { pause } from '../../client/pause.ts';

const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const ATTEMPTS = 8;
const MAX_WAITING = 100;
const LAST_WAIT_MS = 5000;

/** Why a message could not be delivered: an HTTP status, or what the network said. */
export type OnWebhookFailure = (reason: string, isLost: boolean) => void;

/**
 * Hands messages on by POST, one after the other, each tried again with growing pauses. Whoever
 * sends never waits, and where nobody takes them messages are lost, the oldest first, and counted.
 * Redirections are not followed: the address is the one that was given.
 */
export class Webhook {
  readonly #url: string;
  readonly #onFailure: OnWebhookFailure;
  readonly #stop = new AbortController();
  #waiting: JsonObject[] = [];
  #delivering: Promise<void> | undefined;

  constructor(url: string, onFailure: OnWebhookFailure) {
    this.#url = url;
    this.#onFailure = onFailure;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  send(message: JsonObject): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#waiting.splice(this.#delivering === undefined ? 0 : 1, 1);
      this.#onFailure('queue', true);
    }
    this.#waiting.push(message);
    this.#delivering ??= this.#deliver().finally(() => (this.#delivering = undefined));
  }

  /** What still waits gets a last moment. */
  async close(): Promise<void> {
    const isDone = new AbortController();
    await Promise.race([this.#delivering, pause(LAST_WAIT_MS, isDone.signal)]);
    isDone.abort();
    this.#stop.abort();
    await this.#delivering;
  }

  async #deliver(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      await this.#deliverOne(this.#waiting[0]!);
      this.#waiting.shift();
    }
  }

  async #deliverOne(message: JsonObject): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let attempt = 1; attempt <= ATTEMPTS && !this.#stop.signal.aborted; attempt++) {
      const reason = await this.#post(message);
      if (reason === undefined) return;
      this.#onFailure(reason, attempt === ATTEMPTS);
      if (attempt < ATTEMPTS) await pause(pauseMs, this.#stop.signal);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** Why it was not taken; undefined where it was. */
  async #post(message: JsonObject): Promise<string | undefined> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `HTTP ${response.status}`;
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      return cause?.code ?? name;
    }
  }
}
