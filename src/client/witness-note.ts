import { toHex, utf8Bytes, utf8Text } from '../protocol/encoding/bytes.ts';
import { sha256 } from '../protocol/encoding/hash.ts';
import { MAX_NOTE_BYTES } from '../protocol/note/note.ts';
import { send } from './http.ts';
import { ServiceProblem, unreadable } from './service-errors.ts';

/**
 * Fetches the newest checkpoint of a log that a witness has cosigned, as it publishes it (C2SP
 * tlog-witness); undefined where it has none. Throws `ServiceProblem` and `ServiceUnreachable`.
 */
export async function fetchWitnessNote(url: string, origin: string, signal?: AbortSignal): Promise<string | undefined> {
  const path = `/${toHex(sha256(utf8Bytes(origin)))}/checkpoint`;
  try {
    const { status, body } = await send(
      { url: url.replace(/\/+$/, ''), signal },
      { method: 'GET', path, limitBytes: MAX_NOTE_BYTES, redirect: 'manual' },
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

/**
 * Whether a URL is http or https without credentials, query and fragment, so that a path can be
 * appended to it and no secret is in it.
 */
export function isPlainAddress(url: string): boolean {
  const { protocol, username, password, search, hash } = URL.canParse(url) ? new URL(url) : new URL('none:');
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
}
