import { isJsonObject, type Json, parseJson } from '../protocol/encoding/json.ts';
import { ANSWER_FAULTS } from '../text/answer-faults.ts';
import { bilingual } from '../text/message.ts';
import { BodyTooLarge, type LineLimits, parseRetryAfter, readBoundedBody } from '../protocol/encoding/http.ts';
import { Deadline } from './deadline.ts';
import { ServiceProblem, serviceProblem, ServiceUnreachable, unreadable } from './service-errors.ts';
import { type Upload, UploadAttempt } from './upload.ts';

/** Where a service is, and how requests to it are made. */
export interface Service {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  /** Language of problem texts. */
  readonly language?: string | undefined;
  /** A faster GET than `fetch`, for a reader of many small pages. */
  readonly get?: Get | undefined;
  /** Ends every request. */
  readonly signal?: AbortSignal | undefined;
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

export interface Call {
  readonly method: 'GET' | 'POST';
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Upload;
  readonly limitBytes: number;
  /** Of an answer of lines. */
  readonly lines?: LineLimits;
  /**
   * From the request to the last byte of the answer, so that an answer that trickles in ends too.
   * Only an upload may take longer, as long as it moves: each chunk that is taken restarts the
   * time.
   */
  readonly timeoutMs?: number | undefined;
  /** `manual`: a redirection is reported as a problem. */
  readonly redirect?: 'manual' | 'follow';
}

export interface Answer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: Uint8Array;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_PROBLEM_BYTES = 256 * 1024;

/**
 * Makes one request and gives its answer of the 2xx class. Throws `ServiceProblem`,
 * `ServiceUnreachable`, or unchanged what an upload's own source throws.
 */
export async function send(service: Service, call: Call): Promise<Answer> {
  const deadline = new Deadline(call.timeoutMs ?? DEFAULT_TIMEOUT_MS, service.signal);
  const upload = isUpload(call.body) ? new UploadAttempt(call.body, deadline) : undefined;
  try {
    deadline.signal.throwIfAborted();
    const answer =
      (await tryGet(service, call, deadline.signal)) ?? (await fetchWhole(service, call, upload, deadline.signal));
    if (answer.status < 200 || answer.status > 299) throw problemOf(answer);
    return answer;
  } catch (error) {
    if (error instanceof ServiceProblem) throw error;
    if (error instanceof BodyTooLarge) {
      throw new ServiceProblem(200, 'answer-too-large', bilingual(ANSWER_FAULTS.tooLarge, { limit: call.limitBytes }));
    }
    if (upload?.failure !== undefined) throw upload.failure.cause;
    throw new ServiceUnreachable(service.url, deadline.signal.aborted ? 'timeout' : reasonOf(error), error);
  } finally {
    deadline.end();
    upload?.end();
  }
}

/** Makes one request and parses its answer as JSON. Throws what `send` throws. */
export async function sendForJson(service: Service, call: Call): Promise<Json> {
  const { status, body } = await send(service, call);
  try {
    return parseJson('answer', body, call.limitBytes);
  } catch (error) {
    throw unreadable(status, error);
  }
}

async function tryGet(
  service: Service,
  { method, path, headers, limitBytes }: Call,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  if (service.get === undefined || method !== 'GET') return undefined;
  return service.get(service.url + path, { headers: headersOf(service, headers), limitBytes, signal });
}

async function fetchWhole(
  service: Service,
  call: Call,
  upload: UploadAttempt | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(service.url + call.path, requestInit(service, call, upload, signal));
  const body = response.ok
    ? await readBoundedBody(response, call.limitBytes, call.lines)
    : await readBoundedBody(response, MAX_PROBLEM_BYTES);
  return { status: response.status, headers: response.headers, body };
}

function requestInit(
  service: Service,
  { method, body, headers: own, redirect = 'follow' }: Call,
  upload: UploadAttempt | undefined,
  signal: AbortSignal,
): RequestInit {
  const headers = headersOf(service, own);
  if (upload === undefined || !isUpload(body)) {
    return { method, headers, signal, redirect, ...(body !== undefined && { body: body as string }) };
  }
  if (body.lengthBytes !== undefined) headers['content-length'] = String(body.lengthBytes);
  return { method, headers, body: upload.stream(), duplex: 'half', signal, redirect };
}

function headersOf(service: Service, own: Call['headers']): Record<string, string> {
  return {
    ...(service.language !== undefined && { 'accept-language': service.language }),
    ...(service.apiKey !== undefined && { authorization: `Bearer ${service.apiKey}` }),
    ...own,
  };
}

function isUpload(body: Call['body']): body is Upload {
  return typeof body === 'object' && 'chunks' in body;
}

function problemOf({ status, headers, body }: Answer): ServiceProblem {
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'));
  let problem: Json = null;
  try {
    problem = parseJson('problem', body, MAX_PROBLEM_BYTES);
  } catch {
    // Not of our service, or cut short: only the status is reported.
  }
  const member = (name: string) => {
    const value = isJsonObject(problem) ? problem[name] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return serviceProblem({
    status,
    code: member('code'),
    detail: member('detail') ?? member('title'),
    contentLanguage: headers.get('content-language'),
    retryAfterMs,
  });
}

function reasonOf(error: unknown): ServiceUnreachable['reason'] {
  const codes = causesOf(error).map((cause) => (cause as { code?: unknown }).code);
  if (codes.includes('ECONNREFUSED')) return 'refused';
  return codes.some((code) => ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(code))) ? 'reset' : 'other';
}

/** The error and all its causes. */
function causesOf(error: unknown): object[] {
  if (typeof error !== 'object' || error === null) return [];
  return [error, ...causesOf((error as { cause?: unknown }).cause)];
}
