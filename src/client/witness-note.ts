import { utf8Text } from '../protocol/encoding/bytes.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { readBoundedBody } from '../protocol/encoding/http.ts';
import {
  type AddCheckpoint,
  formatAddCheckpoint,
  parseStatedSize,
  witnessCheckpointPath,
} from '../protocol/note/add-checkpoint.ts';
import { MAX_NOTE_BYTES } from '../protocol/note/note.ts';
import { send } from './http.ts';
import { ServiceProblem, unreadable } from './service-errors.ts';

/**
 * Fetches the newest checkpoint of a log that a witness has cosigned, as it publishes it (C2SP
 * tlog-witness); undefined where it has none. Throws `ServiceProblem` and `ServiceUnreachable`.
 */
export async function fetchWitnessNote(url: string, origin: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const { status, body } = await send(
      { url: url.replace(/\/+$/, ''), signal },
      { method: 'GET', path: witnessCheckpointPath(origin), limitBytes: MAX_NOTE_BYTES, redirect: 'manual' },
    );
    try {
      return utf8Text(body);
    } catch (error) {
      throw unreadable(status, error);
    }
  } catch (error) {
    if (error instanceof ServiceProblem && error.status === 404) return undefined;
    throw error;
  }
}

const SIZE_TIMEOUT_MS = 10_000;
const MAX_SIZE_BYTES = 64 * 1024;

/** What a witness answers to a checkpoint that is submitted to it. */
export type WitnessAnswer =
  /** It remembers a tree of this size: the submitted one, where it has cosigned. */
  | { readonly outcome: 'size'; readonly size: bigint }
  /** It remembers a tree that the submitted one does not extend. */
  | { readonly outcome: 'disagrees' }
  /** It states nothing. */
  | { readonly outcome: 'refused' | 'unreachable' };

/**
 * Submits a checkpoint to a witness (C2SP tlog-witness); by `sizeQuestion` it states what it
 * remembers.
 *
 * @param submitted a checkpoint that the log signed, and the size that it is said to extend
 */
export async function submitCheckpoint(
  url: string,
  submitted: AddCheckpoint & { readonly size: bigint },
  signal: AbortSignal | undefined,
): Promise<WitnessAnswer> {
  const timeout = AbortSignal.timeout(SIZE_TIMEOUT_MS);
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint(submitted),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      redirect: 'manual',
    });
    const body = utf8Text(await readBoundedBody(response, MAX_SIZE_BYTES));
    if (response.status === 200) return { outcome: 'size', size: submitted.size };
    if (response.status === 409) return { outcome: 'size', size: parseStatedSize(body) };
    return { outcome: response.status === 422 ? 'disagrees' : 'refused' };
  } catch (error) {
    signal?.throwIfAborted();
    return { outcome: error instanceof ProtocolError ? 'refused' : 'unreachable' };
  }
}
