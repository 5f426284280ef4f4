import { batchPath, registrationPath } from '../kinds/paths.ts';
import type { AnyRegistration, RegistrableView, Stated } from '../kinds/view.ts';
import { fromHex, toBase64, utf8Bytes, utf8Text } from '../protocol/encoding/bytes.ts';
import { type Json, parseJson } from '../protocol/encoding/json.ts';
import { members, text, wrong } from '../protocol/encoding/shape.ts';
import { MAX_RECEIPT_BYTES } from '../protocol/receipt.ts';
import { byteCount, digestText, readAnswer } from './answers.ts';
import { send, sendForJson, type Service } from './http.ts';
import { ServiceProblem, serviceProblem, unreadable } from './service-errors.ts';
import type { Upload } from './upload.ts';

/** One line of a batch: a registration, with the key that makes it happen once. */
export interface KeyedRegistration<Registration extends AnyRegistration> {
  readonly registration: Stated<Registration>;
  readonly idempotencyKey: string;
}

export interface StoredContent {
  /** Lower-case hex, as the service computed them. */
  readonly digests: { readonly sha256: string; readonly sm3: string };
  /** Bytes. */
  readonly size: number;
  /** Lets one registration own the bytes; forgotten when the service restarts. */
  readonly uploadToken: string;
}

const MAX_STORED_BYTES = 64 * 1024;
/** Of all lines of a batch together, for each of them: several times a receipt with its anchor. */
const MEAN_ANSWER_BYTES = 256 * 1024;
const UPLOAD_TIMEOUT_MS = 120_000;

/**
 * Sends the bytes of a file to the service, which keeps them for a registration.
 *
 * @param service where to send them
 * @param content the bytes, or a source of them that is streamed
 * @param sha256 the expected digest in lower-case hex; with it the service refuses any other bytes
 * @returns the digests that the service computed, and the token for the registration
 * @throws ServiceProblem, ServiceUnreachable, and unchanged what the source of the bytes throws
 */
export async function uploadContent(
  service: Service,
  content: Upload | Uint8Array,
  sha256?: string,
): Promise<StoredContent> {
  const answer = await sendForJson(service, {
    method: 'POST',
    path: '/v1/contents',
    headers: {
      'content-type': 'application/octet-stream',
      ...(sha256 !== undefined && { 'repr-digest': `sha-256=:${toBase64(fromHex('sha256', sha256, 32))}:` }),
    },
    body: content,
    limitBytes: MAX_STORED_BYTES,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  return readAnswer(answer, (value) => {
    const stored = members('answer', value);
    const digests = members('digests', stored['digests']);
    return {
      digests: { sha256: digestText('sha256', digests['sha256']), sm3: digestText('sm3', digests['sm3']) },
      size: byteCount('size', stored['size']),
      uploadToken: text('uploadToken', stored['uploadToken'], 4096),
    };
  });
}

/**
 * Registers one record of a kind. The same key and content give the same record, however often they
 * are sent.
 *
 * @param service where to register
 * @param kind the view of the kind
 * @param registration what the kind's records state
 * @param idempotencyKey 1 to 255 visible ASCII characters that belong to this registration only
 * @param uploadToken of the uploaded bytes; undefined where only the digests are registered
 * @returns the receipt, still to be parsed and verified
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function registerRecord<Registration extends AnyRegistration>(
  service: Service,
  kind: RegistrableView<Registration>,
  registration: Stated<Registration>,
  idempotencyKey: string,
  uploadToken?: string,
): Promise<Json> {
  return sendForJson(service, {
    method: 'POST',
    path: registrationPath(kind),
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({ ...registration, ...(uploadToken !== undefined && { uploadToken }) }),
    limitBytes: MAX_RECEIPT_BYTES,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
}

/**
 * Registers many records of a kind by one request. The answers, receipts or problems, are in the
 * order of the lines. A line of a batch and a single registration with the same key are the same
 * registration. Throws `ServiceProblem` and `ServiceUnreachable` where the whole request fails.
 */
export async function registerBatch<Registration extends AnyRegistration>(
  service: Service,
  kind: RegistrableView<Registration>,
  lines: readonly KeyedRegistration<Registration>[],
): Promise<(Json | ServiceProblem)[]> {
  const { status, headers, body } = await send(service, {
    method: 'POST',
    path: batchPath(kind),
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines
      .map((line) => `${JSON.stringify({ ...line.registration, idempotencyKey: line.idempotencyKey })}\n`)
      .join(''),
    limitBytes: Math.max(MAX_RECEIPT_BYTES, lines.length * MEAN_ANSWER_BYTES),
    lines: { count: lines.length, lengthBytes: MAX_RECEIPT_BYTES },
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  try {
    const answers = utf8Text(body)
      .split('\n')
      .filter((line) => line !== '');
    if (answers.length !== lines.length) {
      const facts = { found: answers.length, expected: lines.length, unit: 'lines' } as const;
      throw wrong(`${answers.length} answers, should be ${lines.length}`, facts);
    }
    const contentLanguage = headers.get('content-language');
    return answers.map((line) =>
      readBatchAnswer(parseJson('answer', utf8Bytes(line), MAX_RECEIPT_BYTES), contentLanguage),
    );
  } catch (error) {
    throw unreadable(status, error);
  }
}

/** A problem has the members `status` and `code`, which no receipt has. */
function readBatchAnswer(answer: Json, contentLanguage: string | null): Json | ServiceProblem {
  const { status, code, detail } = members('answer', answer);
  if (typeof status !== 'number' || typeof code !== 'string') return answer;
  return serviceProblem({
    status,
    code,
    detail: typeof detail === 'string' ? detail : undefined,
    contentLanguage,
  });
}
