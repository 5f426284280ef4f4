import type { CosignerAnswer } from '../../log/model.ts';
import type { Cosigner } from '../../log/ports.ts';
import { BodyTooLarge, parseRetryAfter, readBoundedBody } from '../../protocol/encoding/http.ts';
import {
  type AddCheckpoint,
  formatAddCheckpoint,
  parseStatedSize,
  witnessCheckpointPath,
} from '../../protocol/note/add-checkpoint.ts';
import { utf8Text } from '../../protocol/encoding/bytes.ts';
import type { WitnessKey } from '../../protocol/note/cosignature.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { MAX_NOTE_BYTES } from '../../protocol/note/note.ts';
import { httpStatus } from '../../text/answer-faults.ts';
import { WITNESS_FAULTS } from '../../text/log.ts';
import { errorText } from '../../text/error-text.ts';
import { bilingual, type Message } from '../../text/message.ts';

/** How long a witness has for a whole answer. */
export interface WitnessTimeouts {
  readonly addMs: number;
  readonly latestMs: number;
}

const TIMEOUTS: WitnessTimeouts = { addMs: 15_000, latestMs: 5000 };
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * A witness by HTTP, C2SP tlog-witness, with the deviations of existing programs: 403 for an
 * unknown log, 409 without a size where the checkpoint contradicts. `fetch` keeps connections;
 * redirections are not followed, so that no other server answers in the witness's place.
 */
export class WitnessClient implements Cosigner {
  readonly name: string;
  readonly key: WitnessKey;
  readonly #url: string;
  readonly #origin: string;
  readonly #timeouts: WitnessTimeouts;
  readonly #closing = new AbortController();

  constructor(
    { name, key, url }: { readonly name: string; readonly key: WitnessKey; readonly url: string },
    origin: string,
    timeouts = TIMEOUTS,
  ) {
    this.name = name;
    this.key = key;
    this.#url = url.replace(/\/+$/, '');
    this.#origin = origin;
    this.#timeouts = timeouts;
  }

  async add(request: AddCheckpoint): Promise<CosignerAnswer> {
    const body = formatAddCheckpoint(request);
    return this.#ask('/add-checkpoint', { method: 'POST', body }, this.#timeouts.addMs, judgeAdd, unavailable);
  }

  async latest(): Promise<string | undefined> {
    const read = async (response: Response) =>
      response.status === 200 ? textOf(response, MAX_NOTE_BYTES) : withoutBody(response, undefined);
    return this.#ask(witnessCheckpointPath(this.#origin), {}, this.#timeouts.latestMs, read, () => undefined);
  }

  /** Whether there is an HTTP answer at its address, whatever its status. */
  async isReachable(): Promise<boolean> {
    return this.#ask(
      '/',
      {},
      this.#timeouts.latestMs,
      (response) => withoutBody(response, true),
      () => false,
    );
  }

  /** Ends the requests under way as unavailable. */
  close(): void {
    this.#closing.abort(new Stopping());
  }

  async #ask<T>(
    path: string,
    init: RequestInit,
    timeoutMs: number,
    read: (response: Response) => Promise<T>,
    failed: (reason: Message) => T,
  ): Promise<T> {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    try {
      return await read(await fetch(this.#url + path, { ...init, signal, redirect: 'manual' }));
    } catch (error) {
      // A foreign server may do anything: cut off, send too much, or bytes that are no text. The
      // reason is reported, and the witness is asked again.
      return failed(reasonOf(error));
    }
  }
}

async function judgeAdd(response: Response): Promise<CosignerAnswer> {
  const { status } = response;
  if (status === 200) return { status: 'cosigned', lines: await textOf(response, MAX_ANSWER_BYTES) };
  if (status === 409) return judgeConflict(await textOf(response, MAX_ANSWER_BYTES));
  if (status === 422) return withoutBody(response, { status: 'conflict', reason: httpStatus(422) });
  if (isRefusal(status)) return withoutBody(response, { status: 'refused', reason: httpStatus(status) });
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
  return withoutBody(response, {
    status: 'unavailable',
    reason: httpStatus(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** A repetition would get the same answer; 408 and 429 ask for a later one. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function judgeConflict(body: string): CosignerAnswer {
  try {
    return { status: 'other-size', size: parseStatedSize(body) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { status: 'conflict', reason: WITNESS_FAULTS.conflictWithoutSize };
  }
}

async function textOf(response: Response, limitBytes: number): Promise<string> {
  return utf8Text(await readBoundedBody(response, limitBytes));
}

/** The answer that the status alone determines; the body is not read. */
async function withoutBody<T>(response: Response, answer: T): Promise<T> {
  await response.body?.cancel();
  return answer;
}

function unavailable(reason: Message): CosignerAnswer {
  return { status: 'unavailable', reason };
}

/** `fetch` rejects with "fetch failed" and has the reason as its cause. */
function reasonOf(error: unknown): Message {
  if (error instanceof Stopping) return WITNESS_FAULTS.stopping;
  if (error instanceof BodyTooLarge) return bilingual(WITNESS_FAULTS.answerTooLong, { limit: error.limitBytes });
  if (error instanceof Error && error.name === 'TimeoutError') return WITNESS_FAULTS.noAnswer;
  return errorText(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}

class Stopping extends Error {}
