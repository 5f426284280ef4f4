import { utf8Text } from '../protocol/encoding/bytes.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { readBoundedBody } from '../protocol/encoding/http.ts';
import {
  formatAddCheckpoint,
  parseStatedSize,
  sizeQuestion,
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

/**
 * The size that a witness remembers of a log, by the question of `sizeQuestion`.
 *
 * @param checkpoint the size of a checkpoint that the log signed, and its note
 * @returns the size; `refused` where the witness states none; `unreachable` where it does not
 *   answer
 */
export async function fetchWitnessSize(
  url: string,
  checkpoint: { readonly size: bigint; readonly note: string },
  signal: AbortSignal | undefined,
): Promise<bigint | 'refused' | 'unreachable'> {
  const timeout = AbortSignal.timeout(SIZE_TIMEOUT_MS);
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint(sizeQuestion(checkpoint)),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      redirect: 'manual',
    });
    const body = utf8Text(await readBoundedBody(response, MAX_SIZE_BYTES));
    if (response.status === 200) return checkpoint.size;
    return response.status === 409 ? parseStatedSize(body) : 'refused';
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof ProtocolError ? 'refused' : 'unreachable';
  }
}
