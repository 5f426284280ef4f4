import { createHash } from 'node:crypto';
import type { Service } from '../e2e/program.ts';

/** Registers under the name as idempotency key: the same name again is the same request. */
export function register(service: Pick<Service, 'url'>, name: string): Promise<Response> {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return fetch(`${service.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': name },
    body: JSON.stringify({ case: { number: 'faults' }, file: { name, size: name.length }, digests: { sha256 } }),
  });
}

/**
 * Clients that register one thing after the other until they are stopped, and keep the answers. A
 * client that lost an answer retries at the next start.
 */
export class Writers {
  readonly #service: Service;
  readonly #count: number;
  #next = 0;
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();
  /** Names whose answer was lost with the connection: it is unknown whether they are registered. */
  readonly unanswered: string[] = [];
  /**
   * How connections broke during a request, as error codes; a connection that was never made does
   * not count.
   */
  readonly broken: string[] = [];
  /** Receipt text by the name of what was registered. */
  readonly acknowledged = new Map<string, string>();
  /** Answers that were no receipt, by status. */
  readonly refused = new Map<number, number>();

  constructor(service: Service, count = 64) {
    this.#service = service;
    this.#count = count;
  }

  start(): void {
    this.#isOver = false;
    this.#running = Promise.all(Array.from({ length: this.#count }, () => this.#write()));
  }

  /** Resolves when each has its last answer, or has lost its connection. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const name = this.unanswered.pop() ?? `${this.#next++}`;
      try {
        const answer = await register(this.#service, name);
        const text = await answer.text();
        if (answer.status === 201) this.acknowledged.set(name, text);
        else this.refused.set(answer.status, (this.refused.get(answer.status) ?? 0) + 1);
        await pause(Number(answer.headers.get('retry-after') ?? 0));
      } catch (error) {
        this.unanswered.push(name);
        const { code, isMade } = failureOf(error);
        if (isMade) this.broken.push(code);
        return; // the service has gone
      }
    }
  }
}

/** `isMade`: there was a connection; else the code is that of the attempt to make one. */
function failureOf(error: unknown): { readonly code: string; readonly isMade: boolean } {
  const { cause } = error as { cause?: { code?: string; syscall?: string } };
  return { code: cause?.code ?? String(error), isMade: cause?.syscall !== 'connect' };
}

async function pause(seconds: number): Promise<void> {
  if (seconds > 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
