import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** What an honest client saw since it was asked last. */
export interface Seen {
  readonly requests: number;
  /** Answers that it should not have got, or none. */
  readonly failures: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const PAUSE_MS = 10;

/**
 * An honest client with a thread of its own: what it measures is the service, not what else this
 * process does.
 */
export class HonestClient {
  readonly #worker: Worker;

  constructor(url: string) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: { url } });
  }

  async seen(): Promise<Seen> {
    const seen = once(this.#worker, 'message');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.#worker.postMessage('seen');
    return ((await seen) as [Seen])[0];
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

if (parentPort !== null) {
  const { url } = workerData as { url: string };
  let latenciesMs: number[] = [];
  let failures: string[] = [];
  parentPort.on('message', () => {
    const sorted = latenciesMs.toSorted((a, b) => a - b);
    const at = (quantile: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
    const seen: Seen = {
      requests: sorted.length,
      failures,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1),
    };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    parentPort!.postMessage(seen);
    [latenciesMs, failures] = [[], []];
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; ; n++) {
    const startMs = performance.now();
    try {
      await (n % 2 === 0 ? register(n) : look());
    } catch (error) {
      failures.push(String(error));
    }
    latenciesMs.push(performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  function register(n: number): Promise<void> {
    const sha256 = createHash('sha256').update(`honest ${n}`).digest('hex');
    const body = JSON.stringify({ case: { number: 'honest' }, file: { name: `${n}`, size: 1 }, digests: { sha256 } });
    return ask('POST', '/v1/evidence', 201, body);
  }

  function look(): Promise<void> {
    return ask('GET', '/v1/evidence?limit=1', 200);
  }

  function ask(method: string, path: string, expected: number, body?: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === expected) resolve();
        else reject(new Error(`${method} ${path} was answered ${response.statusCode}`));
      });
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      // an idle connection that the service was just closing: any client asks again
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(ask(method, path, expected, body));
      else reject(error);
    });
    sent.end(body);
    return promise;
  }
}
