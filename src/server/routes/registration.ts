import { once } from 'node:events';
import { type Request, type Response, Router } from 'express';
import { BatchLine, contentMismatch, evidenceSections, Registration } from '../../kinds/evidence.ts';
import type { IdempotencyMark } from '../../log/model.ts';
import type { RecordDraft } from '../../log/new-record.ts';
import type { RegisteredRecord } from '../../log/sequencer.ts';
import { hashOfParts } from '../../protocol/encoding/hash.ts';
import { canonicalJson, type Json, parseJson } from '../../protocol/encoding/json.ts';
import { receiptJson } from '../../protocol/receipt.ts';
import { DETAILS } from '../../text/problem-details.ts';
import { bilingual } from '../../text/message.ts';
import { type BodyLine, requireMediaType, readBodyLines, readJsonBody, validate } from '../../http/body.ts';
import type { ServerContext } from '../context.ts';
import { Problem, problemJson, toProblem } from '../../http/problem.ts';
import type { FairQueue } from '../../http/fair-queue.ts';

const MAX_REGISTRATION_BYTES = 64 * 1024;
/**
 * Lines of a batch that may be under way at once, and those of all batches together; the answers of
 * each keep their order.
 */
const BATCH_WINDOW = 2048;
const ALL_WINDOWS = 5 * BATCH_WINDOW;
const SMALLEST_WINDOW = 64;
/**
 * Answers that clients have not read yet, of all batches together, before we stop reading from
 * those that leave much.
 */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const WRITE_CHARACTERS = 256 * 1024;
const MUCH_UNREAD_BYTES = 1024 * 1024;
const MAX_KEY_LENGTH = 255;
/** How long a batch may work before the others have their turn. */
const TURN_MS = 5;

/** `POST /v1/evidence` and `/v1/evidence/batch`: registrations, answered once they are durable. */
export function registrationRoutes(context: ServerContext, fairQueue: FairQueue): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const batches = new Set<Response>();

  router.post('/evidence', async (request, response) => {
    const key = idempotencyKey(request);
    const body = await readJsonBody(request, MAX_REGISTRATION_BYTES, fairQueue);
    const keyed = key === undefined ? undefined : { route: 'evidence', key };
    const registered = await register(context, validate(Registration, body), keyed);
    const receipt = receiptJson(await context.log.receiptOf(registered));
    if (registered.isReplayed) response.setHeader('Idempotent-Replayed', 'true');
    response.status(201).location(`/v1/evidence/${registered.record.header.id}`);
    // not by Express: nobody asks conditionally for what was just made, and its ETag costs a hash
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(receipt));
  });

  router.post('/evidence/batch', async (request, response) => {
    requireMediaType(request, 'application/x-ndjson');
    const key = idempotencyKey(request);
    const answer = request.query['receipts'] === 'false' ? identifiersOf : receiptOf(context);
    batches.add(response);
    response.once('close', () => batches.delete(response));
    await answerLines({ context, fairQueue, batches }, request, response, async (line, number) => {
      const { idempotencyKey: own, ...registration } = validate(BatchLine, parseLine(line));
      return answer(await register(context, registration, keyOfLine(key, own, number)));
    });
  });
  return router;
}

interface KeyedRoute {
  readonly route: string;
  readonly key: string;
}

type Outcome = RegisteredRecord & { readonly isReplayed: boolean };

/**
 * A line with a key of its own is the single registration with that key, so that lines may be put
 * into other batches when they are sent again.
 */
function keyOfLine(batchKey: string | undefined, own: string | undefined, number: number): KeyedRoute | undefined {
  if (own !== undefined) return { route: 'evidence', key: own };
  return batchKey === undefined ? undefined : { route: 'evidence/batch', key: `${batchKey}:${number}` };
}

async function register(
  context: ServerContext,
  { uploadToken, ...registration }: Registration,
  keyed: KeyedRoute | undefined,
): Promise<Outcome> {
  if (context.isStopping()) throw new Problem('stopping', DETAILS.stopping);
  const mark = keyed && markOf(context, keyed, registration);
  try {
    const draft = await draftOf(context, registration, uploadToken);
    const registered = await context.log.register({ ...draft, ...(mark !== undefined && { mark }) });
    return { ...registered, isReplayed: registered.head === undefined };
  } catch (error) {
    // What was carried out before is answered again, whatever is in the way of a new registration.
    const replayed = mark && (await context.log.replayed(mark));
    if (replayed === undefined) throw error;
    return { ...replayed, isReplayed: true };
  }
}

/**
 * What the log is to take; refused where there is no room, or where the upload is unknown or
 * another one.
 */
async function draftOf(
  context: ServerContext,
  registration: Omit<Registration, 'uploadToken'>,
  uploadToken: string | undefined,
): Promise<RecordDraft> {
  await context.disk.requireRoom();
  const seen = uploadToken === undefined ? undefined : context.uploads.open(uploadToken);
  if (uploadToken !== undefined && seen === undefined) throw new Problem('upload-unknown', DETAILS.uploadUnknown);
  const mismatch = seen && contentMismatch(registration, seen);
  if (mismatch !== undefined) {
    const { pointer, found, expected } = mismatch;
    const detail = bilingual(DETAILS.uploadDiffers, { found, expected });
    throw new Problem('digest-mismatch', bilingual(DETAILS.member, { pointer, reason: detail }), [
      { pointer, code: 'digest-mismatch', detail },
    ]);
  }
  return {
    kind: 'evidence',
    ...evidenceSections(registration, context.registrant, seen),
    ...(seen !== undefined && { content: seen.sha256 }),
  };
}

/** The upload token is not part of what is asked for: a retry comes with another one. */
function markOf(context: ServerContext, { route, key }: KeyedRoute, registration: object): IdempotencyMark {
  const digest = (value: Json) => hashOfParts(context.hash, canonicalJson(value));
  return { scope: digest([context.registrant, route, key]), request: digest(registration as Json) };
}

function idempotencyKey(request: Request): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key) || key.length > MAX_KEY_LENGTH) {
    throw new Problem('idempotency-key-invalid', DETAILS.idempotencyKey);
  }
  return key;
}

function parseLine(line: BodyLine): Json {
  if ('tooLong' in line)
    throw new Problem('body-too-large', bilingual(DETAILS.lineTooLong, { limit: MAX_REGISTRATION_BYTES }));
  return parseJson('line', line.bytes, MAX_REGISTRATION_BYTES);
}

function receiptOf({ log }: ServerContext): (registered: RegisteredRecord) => Promise<Json> {
  return async (registered) => receiptJson(await log.receiptOf(registered));
}

function identifiersOf({ index, record }: RegisteredRecord): Json {
  const { id, number } = record.header;
  return { id, number, index: index.toString() };
}

/** One line of answer, on its way or ready. */
interface Answer {
  readonly text: Promise<string>;
  ready?: string;
}

function answerOf(value: Promise<unknown>, onReady: () => void): Answer {
  const answer: Answer = {
    text: value.then((json) => {
      answer.ready = `${JSON.stringify(json)}\n`;
      onReady();
      return answer.ready;
    }),
  };
  return answer;
}

interface Batching {
  readonly context: ServerContext;
  readonly fairQueue: FairQueue;
  /** Under way now. */
  readonly batches: ReadonlySet<Response>;
}

/**
 * Handles lines as they come, several at once, and writes one answer a line in their order: what
 * `handle` gives, or a problem.
 */
async function answerLines(
  { context, fairQueue, batches }: Batching,
  request: Request,
  response: Response,
  handle: (line: BodyLine, number: number) => Promise<Json>,
): Promise<void> {
  const underWay: Answer[] = [];
  let isWriting = false;
  /**
   * Goes out as soon as it is ready: who sends slowly, or waits for an answer before the next line,
   * is told what was done.
   */
  const writeReady = () => {
    isWriting = false;
    while (underWay[0]?.ready !== undefined && !response.destroyed) {
      let text = '';
      while (underWay[0]?.ready !== undefined && text.length < WRITE_CHARACTERS) text += underWay.shift()!.ready!;
      if (!response.headersSent) response.status(200).type('application/x-ndjson');
      response.write(Buffer.from(text)); // as bytes: a waiting string takes up to twice as much, and counts for less
    }
  };
  const writeSoon = () => {
    if (!isWriting) setImmediate(writeReady);
    isWriting = true;
  };
  let [number, turnMs] = [0, performance.now()];
  for await (const line of readBodyLines(request, MAX_REGISTRATION_BYTES)) {
    if (response.destroyed) return; // what is under way is carried out, and nobody is told
    if (performance.now() - turnMs > TURN_MS) {
      await fairQueue.next();
      turnMs = performance.now();
    }
    number++;
    const answer = handle(line, number).catch((error: unknown) =>
      problemJson(toProblem(error, context.onInternalError), request),
    );
    underWay.push(answerOf(answer, writeSoon));
    while (underWay.length >= windowOf(batches.size) && !response.destroyed) {
      await underWay[0]!.text;
      writeReady();
    }
    // Many clients send all before they read: they must not wait for us while we wait for them. But
    // memory is shared by all.
    if (response.writableLength > MUCH_UNREAD_BYTES && unreadBytes(batches) > MAX_UNREAD_BYTES) await drained(response);
  }
  while (underWay.length > 0 && !response.destroyed) {
    await underWay[0]!.text;
    writeReady();
  }
  if (!response.headersSent) response.status(200).type('application/x-ndjson');
  response.end();
}

function windowOf(batches: number): number {
  return Math.max(SMALLEST_WINDOW, Math.min(BATCH_WINDOW, ALL_WINDOWS / batches));
}

/** Resolves when what was written has gone out, or nobody is there to take it. */
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
