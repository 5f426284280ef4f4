import { once } from 'node:events';
import type { Request, Response } from 'express';
import { type BodyLine, readBodyLines } from '../http/body.ts';
import { problemJson, toProblem } from '../http/problem.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { LANGUAGE_TAGS, languageOf } from '../text/language.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { ServerParts } from './operation.ts';
import { MAX_REGISTRATION_BYTES } from './registering.ts';

/**
 * Lines of one batch that may be under way at once, and those of all batches together; the answers
 * of a batch keep the order of its lines.
 */
const BATCH_WINDOW = 2048;
const ALL_WINDOWS = 5 * BATCH_WINDOW;
const MIN_WINDOW = 64;
/**
 * Unread answers of all batches together above which batches with much unread are not read any
 * further.
 */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const MUCH_UNREAD_BYTES = 1024 * 1024;
const WRITE_CHARACTERS = 256 * 1024;
/** A client that sends this many lines which are no registrations is not read any further. */
const MAX_UNREADABLE_LINES = 1000;
const UNREADABLE: ReadonlySet<string> = new Set(['json-invalid', 'validation-failed', 'body-too-large']);
/** How long a batch may work before the others have their turn. */
const TURN_MS = 5;

/** The answer to one line, pending or ready. */
interface LineAnswer {
  readonly text: Promise<string>;
  ready?: string;
}

/**
 * Handles the lines of a body as they arrive, several at once, and writes one answer for each line
 * in their order: the result of `handle`, or a problem.
 */
export async function answerLines(
  { fairQueue, batches, onInternalError }: ServerParts,
  request: Request,
  response: Response,
  handle: (line: BodyLine, number: number) => Promise<Json>,
): Promise<void> {
  batches.add(response);
  response.once('close', () => batches.delete(response));
  const lang = languageOf(request.headers['accept-language']);
  response.setHeader('Content-Language', LANGUAGE_TAGS[lang]); // of the problems among the answers
  const answers = new OrderedAnswers(response);
  let [number, unreadable, turnMs] = [0, 0, performance.now()];
  for await (const line of readBodyLines(request, MAX_REGISTRATION_BYTES)) {
    // What is under way is carried out all the same; there is nobody to answer.
    if (response.destroyed) return;
    if (performance.now() - turnMs > TURN_MS) {
      await fairQueue.next();
      turnMs = performance.now();
    }
    number++;
    const problem = (error: unknown): Json => {
      const { code, ...more } = toProblem(error, onInternalError);
      if (UNREADABLE.has(code)) unreadable++;
      return problemJson({ code, ...more }, lang);
    };
    if (unreadable >= MAX_UNREADABLE_LINES) {
      // what is left of the body is dropped as it arrives: nothing in it is looked at
      answers.push(Promise.resolve(problem(new LedgerError('batch/body-too-large', { limit: MAX_UNREADABLE_LINES }))));
      request.resume();
      break;
    }
    answers.push(handle(line, number).catch(problem));
    await answers.shrinkTo(windowOf(batches.size) - 1);
    // Many clients send everything before they read: they must not wait for us while we wait for
    // them. But memory is shared by all.
    if (response.writableLength > MUCH_UNREAD_BYTES && unreadBytes(batches) > MAX_UNREAD_BYTES) await drained(response);
  }
  await answers.shrinkTo(0);
  startLines(response);
  response.end();
}

/** The answers of one batch: computed in any order, written in that of the lines. */
class OrderedAnswers {
  readonly #response: Response;
  readonly #pending: LineAnswer[] = [];
  #isWriting = false;

  constructor(response: Response) {
    this.#response = response;
  }

  /**
   * Takes the next answer, which is written as soon as it and all before it are ready: a client
   * that sends slowly, or waits for an answer before its next line, learns what was done.
   */
  push(value: Promise<Json>): void {
    const answer: LineAnswer = {
      text: value.then((json) => {
        answer.ready = `${JSON.stringify(json)}\n`;
        if (!this.#isWriting) setImmediate(() => this.#writeReady());
        this.#isWriting = true;
        return answer.ready;
      }),
    };
    this.#pending.push(answer);
  }

  /** Resolves when at most `count` answers are pending, or the client has left. */
  async shrinkTo(count: number): Promise<void> {
    while (this.#pending.length > count && !this.#response.destroyed) {
      await this.#pending[0]!.text;
      this.#writeReady();
    }
  }

  #writeReady(): void {
    this.#isWriting = false;
    const pending = this.#pending;
    while (pending[0]?.ready !== undefined && !this.#response.destroyed) {
      let text = '';
      while (pending[0]?.ready !== undefined && text.length < WRITE_CHARACTERS) text += pending.shift()!.ready!;
      startLines(this.#response);
      // As bytes: a queued string takes up to twice as much memory and is counted as less.
      this.#response.write(Buffer.from(text));
    }
  }
}

function startLines(response: Response): void {
  if (!response.headersSent) response.status(200).type('application/x-ndjson');
}

function windowOf(batches: number): number {
  return Math.max(MIN_WINDOW, Math.min(BATCH_WINDOW, ALL_WINDOWS / batches));
}

/** Resolves when what was written has been sent, or the client has left. */
async function drained(response: Response): Promise<void> {
  if (response.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    over.abort();
  }
}

function unreadBytes(batches: ReadonlySet<Response>): number {
  let bytes = 0;
  for (const { writableLength } of batches) bytes += writableLength;
  return bytes;
}
