import { utf8Text } from '../protocol/encoding/bytes.ts';
import { parseDecimal } from '../protocol/encoding/decimal.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { readBoundedBody } from '../protocol/encoding/http.ts';
import { formatAddCheckpoint, witnessCheckpointPath } from '../protocol/note/add-checkpoint.ts';
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
 * The size that a witness has cosigned last of a log: learned from every C2SP tlog-witness, also
 * from those that show no checkpoint, by submitting a checkpoint of the log as the first one
 * (`old 0`), to which a witness that knows a larger tree answers with its size.
 *
 * @param note a checkpoint that the log signed
 * @returns the size; `accepted` where the witness had none and cosigned this one; `refused` where
 *   it states no size; `unreachable` where it does not answer
 */
export async function fetchWitnessSize(
  url: string,
  note: string,
  signal: AbortSignal | undefined,
): Promise<bigint | 'accepted' | 'refused' | 'unreachable'> {
  const timeout = AbortSignal.timeout(SIZE_TIMEOUT_MS);
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint({ oldSize: 0n, proof: [], note }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      redirect: 'manual',
    });
    const body = utf8Text(await readBoundedBody(response, MAX_SIZE_BYTES));
    if (response.status === 200) return 'accepted';
    return response.status === 409 ? parseDecimal('size', body.replace(/\n$/, '')) : 'refused';
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof ProtocolError ? 'refused' : 'unreachable';
  }
}
