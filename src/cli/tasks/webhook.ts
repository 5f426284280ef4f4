import { pause } from '../../client/pause.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { httpStatus } from '../../text/answer-faults.ts';
import type { Message } from '../../text/message.ts';
import { osErrorText } from '../../text/os-errors.ts';
import { WATCH } from '../../text/watch.ts';

const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const ATTEMPTS = 8;
const MAX_QUEUED = 100;
const CLOSE_TIMEOUT_MS = 5000;

/** Called when a delivery fails; `isLost`: the message was dropped. */
export type OnWebhookFailure = (reason: Message, isLost: boolean) => void;

/**
 * Posts messages one after the other, and retries each with growing pauses. Sending never waits:
 * while the receiver is unavailable messages are queued, and beyond the limit the oldest ones are
 * dropped and reported. Redirections are not followed: the address is the configured one.
 */
export class Webhook {
  readonly #url: string;
  readonly #onFailure: OnWebhookFailure;
  readonly #stop = new AbortController();
  #queue: JsonObject[] = [];
  #delivering: Promise<void> | undefined;

  constructor(url: string, onFailure: OnWebhookFailure) {
    this.#url = url;
    this.#onFailure = onFailure;
  }

  /** The number of messages that are not delivered yet. */
  get queued(): number {
    return this.#queue.length;
  }

  send(message: JsonObject): void {
    if (this.#queue.length >= MAX_QUEUED) {
      // the first one is being delivered
      this.#queue.splice(this.#delivering === undefined ? 0 : 1, 1);
      this.#onFailure(WATCH.queueFull, true);
    }
    this.#queue.push(message);
    this.#delivering ??= this.#deliver().finally(() => (this.#delivering = undefined));
  }

  /** Gives queued messages a last few seconds. */
  async close(): Promise<void> {
    const isDone = new AbortController();
    await Promise.race([this.#delivering, pause(CLOSE_TIMEOUT_MS, isDone.signal)]);
    isDone.abort();
    this.#stop.abort();
    await this.#delivering;
  }

  async #deliver(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      await this.#deliverOne(this.#queue[0]!);
      this.#queue.shift();
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

  /** Why the delivery failed; undefined if it succeeded. */
  async #post(message: JsonObject): Promise<Message | undefined> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : httpStatus(response.status);
    } catch (error) {
      const { cause, name } = error as Error;
      return name === 'TimeoutError' ? WATCH.timeout : (osErrorText(cause) ?? WATCH.noAnswer);
    }
  }
}
