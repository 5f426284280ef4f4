import { connect, type Socket } from 'node:net';

/** The result of a load: answers a second, and how long they took. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Keeps `connections` busy for a time, each sending one request after the other on one socket. Of
 * an answer it reads only status and length: the generator shares the machine with what it
 * measures.
 */
export async function load(
  url: string,
  options: { readonly connections: number; readonly seconds: number; readonly request: (n: number) => Buffer },
): Promise<LoadResult> {
  const { connections, seconds, request } = options;
  const { hostname, port } = new URL(url);
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  const begin = performance.now();
  const endMs = begin + seconds * 1000;
  let next = 0;
  const client = async () => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    const answers = new AnswerReader(socket);
    while (performance.now() < endMs) {
      const bytes = request(next++);
      const startedMs = performance.now();
      socket.write(bytes);
      const { status, isLast } = await answers.next();
      latenciesMs.push(performance.now() - startedMs);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (isLast) {
        socket.destroy();
        return client();
      }
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, client));
  const elapsedSeconds = (performance.now() - begin) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (quantile: number) => latenciesMs[Math.floor(latenciesMs.length * quantile)] ?? Number.NaN;
  return { perSecond: latenciesMs.length / elapsedSeconds, p50Ms: at(0.5), p99Ms: at(0.99), statuses };
}

/** A request as bytes, ready to be sent again and again. */
export function httpRequest(method: string, path: string, headers: Record<string, string> = {}, body = ''): Buffer {
  const all = {
    host: '127.0.0.1',
    ...headers,
    ...(method === 'POST' && { 'content-length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** Answers with a content length, one after the other. */
class AnswerReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Of the answer that is being read, head and body; undefined until the head is whole. */
  #wanted: number | undefined;
  #status = 0;
  #isLast = false;
  #resolve: ((answer: { status: number; isLast: boolean }) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('error', (error) => this.#reject?.(error));
    socket.once('close', () => this.#reject?.(new Error('the connection was closed before the answer')));
  }

  next(): Promise<{ status: number; isLast: boolean }> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#wanted === undefined) this.#readHead();
    if (this.#wanted === undefined || this.#length < this.#wanted) return;
    this.#chunks = [];
    this.#length = 0;
    this.#wanted = undefined;
    this.#resolve?.({ status: this.#status, isLast: this.#isLast });
  }

  #readHead(): void {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    this.#isLast = /^connection: close/im.test(head);
    this.#wanted = end + HEAD_END.length + Number(/^content-length: ([0-9]+)/im.exec(head)?.[1] ?? 0);
  }
}
