import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { readWitnessKey } from '../adapters/keys/witness-key.ts';
import { FileWitnessState } from '../adapters/witness-state/file-state.ts';
import { readLogs, type WitnessPaths, writeLogs } from '../adapters/witness-state/witness-folder.ts';
import { utf8Bytes } from '../protocol/encoding/bytes.ts';
import { formatVkey, type VerifierKey } from '../protocol/note/vkey.ts';
import { type CosignedCheckpoint, type WitnessedLog, WitnessError } from '../witness/ports.ts';

export interface RegisteredLog extends WitnessedLog {
  /** Undefined where nothing was cosigned yet. */
  readonly latest: CosignedCheckpoint | undefined;
}

const MAX_ORIGIN_BYTES = 255;

/**
 * Has the witness watch a log, or take one more key of a log that it watches. Only a log that is
 * new gets a state; that of one which is known must be there, and is kept.
 */
export async function registerLog(paths: WitnessPaths, origin: string, key: VerifierKey): Promise<RegisteredLog> {
  requireOrigin(origin);
  readLogs(paths); // `witness-missing`, before a lock is made where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  try {
    const state = await FileWitnessState.open(paths.state, readWitnessKey(paths.key).key);
    const logs = readLogs(paths);
    const known = logs.find((log) => log.origin === origin);
    // first the state: stopped in between, the log is not watched yet, and the next run finds the
    // state empty as it is
    if (known === undefined) await state.register(origin);
    const latest = await state.latest(origin);
    const keys = known?.keys ?? [];
    const isNew = !keys.some((each) => formatVkey(each) === formatVkey(key));
    const log: WitnessedLog = { origin, keys: isNew ? [...keys, key] : keys };
    if (isNew) await writeLogs(paths, [...logs.filter((each) => each !== known), log]);
    return { ...log, latest };
  } finally {
    lock.release();
  }
}

/**
 * From now on the witness cosigns nothing that this key signs. What it remembers of the log stays,
 * and is not needed for this.
 */
export async function removeLogKey(paths: WitnessPaths, origin: string, key: VerifierKey): Promise<WitnessedLog> {
  readLogs(paths); // `witness-missing`, before a lock is made where there is nothing to lock
  const lock = acquireFileLock(paths.lock);
  try {
    const logs = readLogs(paths);
    const known = logs.find((log) => log.origin === origin);
    const keys = known?.keys.filter((each) => formatVkey(each) !== formatVkey(key));
    if (keys === undefined || keys.length === known?.keys.length) {
      throw new WitnessError('key-wrong', `${formatVkey(key)} is no key that this witness has of the log ${origin}`);
    }
    const log = { origin, keys };
    await writeLogs(
      paths,
      logs.map((each) => (each === known ? log : each)),
    );
    return log;
  } finally {
    lock.release();
  }
}

/** The first line of a checkpoint: more than a key name may be. */
function requireOrigin(origin: string): void {
  const isLine = origin.isWellFormed() && !/[\u0000-\u001f]/.test(origin);
  if (origin === '' || !isLine || utf8Bytes(origin).length > MAX_ORIGIN_BYTES) {
    throw new WitnessError('origin-invalid', 'origin is empty, over 255 bytes, or no single line of text');
  }
}
