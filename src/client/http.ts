import { ProtocolError } from '../protocol/encoding/errors.ts';
import { isJsonObject, type Json, parseJson } from '../protocol/encoding/json.ts';
import { BodyTooLarge, readBody } from './bounded-body.ts';

/** Where a service is and how to speak to it. */
export interface Service {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string;
  /** Language of problem texts. */
  readonly language?: string;
  /** A faster way to GET than `fetch`, for who reads very much. */
  readonly get?: Get;
  /** Ends every request. */
  readonly signal?: AbortSignal;
}

/**
 * One GET, whatever its status. Undefined where `fetch` has to do it: for a redirection. Rejects as
 * `fetch` does, and with `BodyTooLarge`.
 */
export type Get = (
  url: string,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly limitBytes: number;
    readonly signal: AbortSignal;
  },
) => Promise<Answer | undefined>;

/** The service answered, and refused: RFC 9457. */
export class ServiceProblem extends Error {
  override readonly name = 'ServiceProblem';
  readonly status: number;
  /** Stable; `http-<status>` where the answer names none. */
  readonly code: string;
  readonly detail: string;
  /** What the service asks to wait before trying again. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: string, detail: string, retryAfterMs?: number) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nobody answered. Whether the request was carried out is not known. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
  readonly url: string;
  readonly reason: 'refused' | 'reset' | 'timeout' | 'other';

  constructor(url: string, reason: ServiceUnreachable['reason'], cause?: unknown) {
    super(`${url} cannot be reached: ${reason}`, { cause });
    this.url = url;
    this.reason = reason;
  }
}

export interface Call {
  readonly method: 'GET' | 'POST';
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Upload;
  readonly limitBytes: number;
  /**
   * From the request to the last byte of the answer: an answer that trickles in is none. Only an
   * upload may take longer, as long as it moves: each chunk that is taken starts the time anew.
   */
  readonly timeoutMs?: number;
  /** A redirection is an answer, and no good one. */
  readonly redirect?: 'manual';
}

/** A body that is streamed. */
export interface Upload {
  /** Undefined where it is not known before the end. */
  readonly lengthBytes: number | undefined;
  /** Called once for each attempt. */
  readonly chunks: () => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: Uint8Array;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_PROBLEM_BYTES = 256 * 1024;

/**
 * One request, one answer of the 2xx class; else `ServiceProblem` or `ServiceUnreachable`. Errors
 * of an upload's own source pass unchanged.
 */
export async function send(service: Service, call: Call): Promise<Answer> {
  const watch = new Watch(call.timeoutMs ?? DEFAULT_TIMEOUT_MS, service.signal);
  const source = new UploadSource(call.body, watch);
  try {
    watch.signal.throwIfAborted();
    const answer =
      (await getBy(service, call, watch.signal)) ?? (await fetchWhole(service, call, source, watch.signal));
    if (answer.status < 200 || answer.status > 299) throw problemOf(answer);
    return answer;
  } catch (error) {
    if (error instanceof ServiceProblem) throw error;
    if (error instanceof BodyTooLarge) throw new ServiceProblem(200, 'answer-too-large', error.message);
    if (source.failure !== undefined) throw source.failure.cause;
    throw new ServiceUnreachable(service.url, watch.signal.aborted ? 'timeout' : reasonOf(error), error);
  } finally {
    watch.stop();
  }
}

async function getBy(service: Service, { method, path, headers, limitBytes }: Call, signal: AbortSignal) {
  if (service.get === undefined || method !== 'GET') return undefined;
  return service.get(service.url + path, { headers: headersOf(service, headers), limitBytes, signal });
}

async function fetchWhole(service: Service, call: Call, source: UploadSource, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(service.url + call.path, requestInit(service, call, source, signal));
  const body = await readBody(response, response.ok ? call.limitBytes : MAX_PROBLEM_BYTES);
  return { status: response.status, headers: response.headers, body };
}

/** The same, with an answer of JSON. */
export async function sendForJson(service: Service, call: Call): Promise<Json> {
  const { status, body } = await send(service, call);
  try {
    return parseJson('answer', body, call.limitBytes);
  } catch (error) {
    throw unreadable(status, error);
  }
}

/** An answer of the 2xx class that is not what the service promises. */
export function unreadable(status: number, error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  return new ServiceProblem(status, 'answer-unreadable', error.message);
}

function requestInit(service: Service, call: Call, source: UploadSource, signal: AbortSignal): RequestInit {
  const headers = headersOf(service, call.headers);
  const { redirect = 'follow' } = call;
  if (call.body === undefined) return { method: call.method, headers, signal, redirect };
  if (isWhole(call.body)) return { method: call.method, headers, body: call.body as string, signal, redirect };
  if (call.body.lengthBytes !== undefined) headers['content-length'] = String(call.body.lengthBytes);
  return { method: call.method, headers, body: source.stream(), duplex: 'half', signal, redirect };
}

function headersOf(service: Service, own: Call['headers']): Record<string, string> {
  return {
    ...(service.language !== undefined && { 'accept-language': service.language }),
    ...(service.apiKey !== undefined && { authorization: `Bearer ${service.apiKey}` }),
    ...own,
  };
}

function isWhole(body: string | Uint8Array | Upload): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function problemOf({ status, headers, body }: Answer): ServiceProblem {
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  let problem: Json = null;
  try {
    problem = parseJson('problem', body, MAX_PROBLEM_BYTES);
  } catch {
    // Not of our service, or cut short: the status alone is reported.
  }
  const member = (name: string) => {
    const value = isJsonObject(problem) ? problem[name] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const code = member('code') ?? `http-${status}`;
  const detail = member('detail') ?? member('title') ?? `HTTP ${status}`;
  return new ServiceProblem(status, code, detail, retryAfterMs);
}

/** Whole seconds; the form with a date is not used by our service. */
function retryAfter(header: string | null): number | undefined {
  return header !== null && /^[0-9]{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}

function reasonOf(error: unknown): ServiceUnreachable['reason'] {
  const codes = causes(error).map((cause) => (cause as { code?: unknown }).code);
  if (codes.includes('ECONNREFUSED')) return 'refused';
  return codes.some((code) => ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(code))) ? 'reset' : 'other';
}

function causes(error: unknown): object[] {
  if (typeof error !== 'object' || error === null) return [];
  return [error, ...causes((error as { cause?: unknown }).cause)];
}

/** Aborts when the time since its start, or its last restart, is over; or when it is told to. */
class Watch {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #told: AbortSignal | undefined;
  readonly #abort = () => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, told: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#told = told;
    this.#timer = this.#start();
    if (told?.aborted === true) this.#abort();
    told?.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#told?.removeEventListener('abort', this.#abort);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(this.#abort, this.#timeoutMs);
  }
}

/**
 * Hands an upload over chunk by chunk, and remembers an error of its source apart from errors of
 * the network.
 */
class UploadSource {
  readonly #body: Call['body'];
  readonly #watch: Watch;
  failure: { readonly cause: unknown } | undefined;

  constructor(body: Call['body'], watch: Watch) {
    this.#body = body;
    this.#watch = watch;
  }

  stream(): ReadableStream<Uint8Array> {
    return ReadableStream.from<Uint8Array>(this.#chunks());
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    if (this.#body === undefined || isWhole(this.#body)) return;
    const chunks = this.#body.chunks()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#nextChunk(chunks);
        if (next.done === true) return;
        this.#watch.restart();
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }

  async #nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await chunks.next();
    } catch (cause) {
      this.failure = { cause };
      throw cause;
    }
  }
}
