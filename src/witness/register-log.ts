import { utf8Bytes } from '../protocol/encoding/bytes.ts';
import { formatVkey, type VerifierKey } from '../protocol/note/vkey.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { CosignedCheckpoint, RegisteringState, WatchedLogs, WitnessedLog } from './ports.ts';

export interface RegisteredLog extends WitnessedLog {
  /** Undefined where nothing was cosigned yet. */
  readonly latest: CosignedCheckpoint | undefined;
}

const MAX_ORIGIN_BYTES = 255;

/**
 * Makes the witness watch a log, or accept one more key of a log that it watches. Only a new log
 * gets an entry in the state; the entry of a known one must exist, and is kept. Throws
 * `origin-invalid`.
 */
export async function registerLog(
  watched: WatchedLogs,
  state: RegisteringState,
  origin: string,
  key: VerifierKey,
): Promise<RegisteredLog> {
  requireOrigin(origin);
  const logs = watched.read();
  const known = logs.find((log) => log.origin === origin);
  // The state first: after a crash in between the log is not watched yet, and the next run finds
  // its entry empty as it is.
  if (known === undefined) await state.register(origin);
  const latest = await state.latest(origin);
  const keys = known?.keys ?? [];
  const isNew = !keys.some((each) => formatVkey(each) === formatVkey(key));
  const log: WitnessedLog = { origin, keys: isNew ? [...keys, key] : keys };
  if (isNew) await watched.write([...logs.filter((each) => each !== known), log]);
  return { ...log, latest };
}

/**
 * Removes a key of a log: the witness cosigns nothing more that this key signs. Neither reads nor
 * changes the state. Throws `key-wrong` where the witness does not have the key.
 */
export async function removeLogKey(watched: WatchedLogs, origin: string, key: VerifierKey): Promise<WitnessedLog> {
  const logs = watched.read();
  const vkey = formatVkey(key);
  const known = logs.find((log) => log.origin === origin);
  const keys = known?.keys.filter((each) => formatVkey(each) !== vkey);
  if (keys === undefined || keys.length === known?.keys.length) {
    throw new LedgerError('witness/key-wrong', { vkey, origin });
  }
  const log = { origin, keys };
  await watched.write(logs.map((each) => (each === known ? log : each)));
  return log;
}

/** An origin is the first line of a checkpoint, which may be more than a key name. */
function requireOrigin(origin: string): void {
  const isLine = origin.isWellFormed() && !/[\u0000-\u001f]/.test(origin);
  if (origin === '' || !isLine || utf8Bytes(origin).length > MAX_ORIGIN_BYTES) {
    throw new LedgerError('origin-invalid');
  }
}
