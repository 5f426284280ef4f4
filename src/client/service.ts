import type { Registration } from '../kinds/evidence.ts';
import { fromHex, toBase64, utf8Bytes, utf8Text } from '../protocol/encoding/bytes.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { type Json, parseJson } from '../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES } from '../protocol/receipt.ts';
import { list, members, text, wrong } from '../protocol/encoding/shape.ts';
import { MAX_ROTATIONS_BYTES, parseRotations, type Rotations } from '../protocol/key-rotation.ts';
import { MAX_TRUST_BYTES } from '../protocol/trust.ts';
import { type Call, send, sendForJson, type Service } from './http.ts';
import { ServiceProblem, unreadable } from './service-errors.ts';
import type { Upload } from './upload.ts';

/**
 * The HTTP API of the service (design: `/v1`), one function a route. Answers are checked as far as
 * they are used.
 */

export interface StoredContent {
  readonly digests: { readonly sha256: string; readonly sm3: string };
  readonly size: number;
  /** Lets one registration own the bytes; forgotten when the service restarts. */
  readonly uploadToken: string;
}

export interface EvidenceItem {
  readonly id: string;
  readonly number: string;
  readonly index: string;
  readonly state: string;
}

export interface AnchorView {
  readonly state: string;
  readonly size: bigint;
  readonly txHash: string | undefined;
  readonly blockNumber: string | undefined;
  readonly blockTime: string | undefined;
  /** Code of why it failed. */
  readonly failure: string | undefined;
  /** Numbers of the blocks that it was in and that the chain gave up. */
  readonly formerBlocks: readonly string[];
}

export interface AnchorsView {
  readonly head: { readonly size: bigint };
  /** Newest first. */
  readonly anchors: readonly AnchorView[];
  readonly chain: { readonly isReachable: boolean; readonly problem: string | undefined };
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 120_000;
const MAX_FOUND = 1000;
const MAX_PAGES = 100;

/** Throws where the service is not there or not well. */
export async function checkHealth(service: Service, timeoutMs: number): Promise<void> {
  await send(service, { method: 'GET', path: '/healthz', limitBytes: MAX_ANSWER_BYTES, timeoutMs });
}

/** Sends the bytes of a file; with the expected digest the service refuses any others. */
export async function uploadContent(
  service: Service,
  upload: Upload | Uint8Array,
  sha256?: string,
): Promise<StoredContent> {
  const headers = {
    'content-type': 'application/octet-stream',
    ...(sha256 !== undefined && { 'repr-digest': `sha-256=:${toBase64(fromHex('sha256', sha256, 32))}:` }),
  };
  const call: Call = {
    method: 'POST',
    path: '/v1/contents',
    headers,
    body: upload,
    limitBytes: MAX_ANSWER_BYTES,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  };
  return readAnswer(await sendForJson(service, call), (value) => {
    const answer = members('answer', value);
    const digests = members('digests', answer['digests']);
    return {
      digests: { sha256: hexText('sha256', digests['sha256']), sm3: hexText('sm3', digests['sm3']) },
      size: count('size', answer['size']),
      uploadToken: text('uploadToken', answer['uploadToken'], 4096),
    };
  });
}

/**
 * Registers one item; the answer is its receipt. The same key and content give the same record,
 * however often it is sent.
 */
export async function registerEvidence(
  service: Service,
  registration: Omit<Registration, 'uploadToken'>,
  idempotencyKey: string,
  uploadToken?: string,
): Promise<Json> {
  const body = JSON.stringify({ ...registration, ...(uploadToken !== undefined && { uploadToken }) });
  return sendForJson(service, {
    method: 'POST',
    path: '/v1/evidence',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body,
    limitBytes: MAX_RECEIPT_BYTES,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
}

/** One line of a batch: a registration, with the key that makes it happen once. */
export type KeyedRegistration = Omit<Registration, 'uploadToken'> & { readonly idempotencyKey: string };

/**
 * Registers many by one request. The answers are in their order, receipts or problems; a line of a
 * batch and a single registration with the same key are the same.
 */
export async function registerBatch(
  service: Service,
  lines: readonly KeyedRegistration[],
): Promise<(Json | ServiceProblem)[]> {
  const { status, body } = await send(service, {
    method: 'POST',
    path: '/v1/evidence/batch',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    limitBytes: lines.length * MAX_RECEIPT_BYTES,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  try {
    const answers = utf8Text(body)
      .split('\n')
      .filter((line) => line !== '');
    if (answers.length !== lines.length) throw wrong(`${answers.length} answers, should be ${lines.length}`);
    return answers.map((line) => readBatchAnswer(parseJson('answer', utf8Bytes(line), MAX_RECEIPT_BYTES)));
  } catch (error) {
    throw unreadable(status, error);
  }
}

/** A problem is told by its members `status` and `code`, which no receipt has. */
function readBatchAnswer(answer: Json): Json | ServiceProblem {
  const { status, code, detail } = members('answer', answer);
  if (typeof status !== 'number' || typeof code !== 'string') return answer;
  return new ServiceProblem(status, code, typeof detail === 'string' ? detail : code);
}

/**
 * All records that have this digest or number, page after page. Bounded, since whoever answers may
 * never come to an end: a cursor that comes again, a page without records that promises more, and
 * more pages or records than anybody registers of one file are no usable answer.
 */
export async function* findEvidence(
  service: Service,
  query: { readonly sha256: string } | { readonly number: string },
): AsyncGenerator<EvidenceItem> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let records = 0;
  do {
    const search = new URLSearchParams({ ...query, ...(cursor !== undefined && { cursor }) });
    const path = `/v1/evidence?${search.toString()}`;
    const value = await sendForJson(service, { method: 'GET', path, limitBytes: MAX_ANSWER_BYTES });
    const page = readAnswer(value, readPage);
    cursor = page.nextCursor;
    if (cursor !== undefined && page.items.length === 0) throw endless('a page without records has a next one');
    if (cursor !== undefined && cursors.has(cursor)) throw endless('a cursor came again');
    if (cursor !== undefined) cursors.add(cursor);
    records += page.items.length;
    if (records > MAX_FOUND || cursors.size >= MAX_PAGES) throw endless(`more than ${MAX_FOUND} records`);
    yield* page.items;
  } while (cursor !== undefined);
}

/** The newest receipt of a record, as the service words it: still to be parsed and verified. */
export async function fetchReceipt(service: Service, id: string): Promise<Json> {
  const path = `/v1/evidence/${encodeURIComponent(id)}/receipt`;
  return sendForJson(service, { method: 'GET', path, limitBytes: MAX_RECEIPT_BYTES });
}

/** Every change of keys that the operator states. */
export async function fetchRotations(service: Service): Promise<Rotations> {
  const { status, body } = await send(service, {
    method: 'GET',
    path: '/rotations.json',
    limitBytes: MAX_ROTATIONS_BYTES,
  });
  try {
    return parseRotations(body);
  } catch (error) {
    throw unreadable(status, error);
  }
}

/** The operator's trust file as text. */
export async function fetchTrust(service: Service, timeoutMs?: number): Promise<string> {
  const { status, body } = await send(service, {
    method: 'GET',
    path: '/trust.json',
    limitBytes: MAX_TRUST_BYTES,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  try {
    return utf8Text(body);
  } catch (error) {
    throw unreadable(status, error);
  }
}

/**
 * Asks for an anchor now. The service accepts it at once (202) and anchors as soon as it can; more
 * of the same wish change nothing.
 */
export async function requestAnchor(service: Service): Promise<void> {
  await send(service, { method: 'POST', path: '/v1/anchors', limitBytes: MAX_ANSWER_BYTES });
}

export async function fetchAnchors(service: Service): Promise<AnchorsView> {
  const value = await sendForJson(service, { method: 'GET', path: '/v1/anchors', limitBytes: MAX_ANSWER_BYTES });
  return readAnswer(value, (answer) => {
    const view = members('answer', answer);
    const chain = members('chain', view['chain']);
    const problem = chain['problem'];
    return {
      head: { size: treeSize(members('head', view['head'])['size']) },
      anchors: list('anchors', view['anchors'], 100_000).map((item) => {
        const anchor = members('anchor', item);
        const shown = (name: string) => (anchor[name] === undefined ? undefined : text(name, anchor[name], 200));
        return {
          state: text('state', anchor['state'], 64),
          size: treeSize(anchor['size']),
          txHash: shown('txHash'),
          blockNumber: shown('blockNumber'),
          blockTime: shown('blockTime'),
          failure: shown('failure'),
          formerBlocks: list('formerBlocks', anchor['formerBlocks'] ?? [], 1000).map((block) =>
            text('blockNumber', members('block', block)['blockNumber'], 200),
          ),
        };
      }),
      chain: { isReachable: chain['reachable'] === true, problem: typeof problem === 'string' ? problem : undefined },
    };
  });
}

function endless(reason: string): ServiceProblem {
  return new ServiceProblem(200, 'answer-unreadable', reason);
}

function readPage(value: Json): { items: EvidenceItem[]; nextCursor: string | undefined } {
  const page = members('answer', value);
  const { nextCursor } = page;
  return {
    items: list('items', page['items'], 10_000).map((entry) => {
      const item = members('item', entry);
      return {
        id: text('id', item['id'], 64),
        number: text('number', item['number'], 64),
        index: text('index', item['index'], 20),
        state: typeof item['state'] === 'string' ? item['state'] : 'registered',
      };
    }),
    nextCursor: typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined,
  };
}

function readAnswer<T>(value: Json, read: (value: Json) => T): T {
  try {
    return read(value);
  } catch (error) {
    throw unreadable(200, error);
  }
}

function hexText(what: string, value: Json | undefined): string {
  const digest = text(what, value, 64);
  fromHex(what, digest, 32);
  return digest;
}

function count(what: string, value: Json | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string' && /^[0-9]{1,15}$/.test(value)) return Number(value);
  throw wrong(`${what} should be a count of bytes`);
}

function treeSize(value: Json | undefined): bigint {
  if (typeof value === 'string' && /^[0-9]{1,20}$/.test(value)) return BigInt(value);
  throw new ProtocolError('shape-wrong', 'size should be a decimal');
}
