import { utf8Text } from '../protocol/encoding/bytes.ts';
import { witnessCheckpointPath } from '../protocol/note/add-checkpoint.ts';
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
