import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { createFolder, publishStaged, removeStale, stagingPath } from '../adapters/files/staging.ts';
import { createWitnessKey, readWitnessKey } from '../adapters/keys/witness-key.ts';
import { FileWitnessState } from '../adapters/witness-state/file-state.ts';
import { createWitnessFolders, watchedLogs, witnessPaths } from '../adapters/witness-state/witness-folder.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import { isKeyName } from '../protocol/note/note.ts';
import type { VerifierKey } from '../protocol/note/vkey.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { CosignedCheckpoint, WitnessedLog } from '../witness/ports.ts';
import { registerLog, type RegisteredLog, removeLogKey } from '../witness/register-log.ts';

/**
 * Creates a witness that watches no log yet: its key and its folder. The folder is put together
 * next to its place, so that there is a whole one or none. Throws `witness-name-invalid`,
 * `witness-exists` or `folder-not-empty`.
 */
export async function createWitness(dir: string, name: string): Promise<{ key: WitnessKey; keyFile: string }> {
  if (!isKeyName(name)) throw new LedgerError('witness-name-invalid');
  const paths = witnessPaths(dir);
  if (existsSync(paths.logs)) throw new LedgerError('witness-exists', { dir });
  if (existsSync(dir) && readdirSync(dir).length > 0) throw new LedgerError('folder-not-empty', { dir });
  removeStale(dir, 'init');
  createFolder(dirname(dir));
  const staging = witnessPaths(stagingPath(dir, 'init'));
  mkdirSync(staging.dir, { mode: 0o700 });
  try {
    const { key } = createWitnessKey(staging.key, name);
    await createWitnessFolders(staging);
    await publishStaged(staging.dir, dir);
    return { key, keyFile: paths.key };
  } catch (error) {
    rmSync(staging.dir, { recursive: true, force: true });
    throw error;
  }
}

/**
 * `registerLog` of src/witness; a witness that runs takes the log over with its next request.
 * Throws `locked` while another process changes the list.
 */
export async function registerLogIn(dir: string, origin: string, key: VerifierKey): Promise<RegisteredLog> {
  return whileChanging(dir, async () => {
    const paths = witnessPaths(dir);
    const state = await FileWitnessState.open(paths.state, readWitnessKey(paths.key).key);
    return registerLog(watchedLogs(paths), state, origin, key);
  });
}

/**
 * `removeLogKey` of src/witness; a witness that runs cosigns nothing more by that key. Throws
 * `locked` while another process changes the list.
 */
export async function removeLogKeyIn(dir: string, origin: string, key: VerifierKey): Promise<WitnessedLog> {
  return whileChanging(dir, () => removeLogKey(watchedLogs(witnessPaths(dir)), origin, key));
}

export interface WitnessView {
  readonly key: WitnessKey;
  readonly logs: readonly WitnessedLog[];
  /** Throws `state-missing`, `state-damaged` or `state-unreadable`. */
  readonly latest: (origin: string) => Promise<CosignedCheckpoint | undefined>;
}

/** Opens a witness's folder for reading, also while the witness runs. */
export async function openWitnessFolder(dir: string): Promise<WitnessView> {
  const paths = witnessPaths(dir);
  const logs = watchedLogs(paths).read();
  const { key } = readWitnessKey(paths.key);
  const state = await FileWitnessState.open(paths.state, key);
  return { key, logs, latest: (origin) => state.latest(origin) };
}

async function whileChanging<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const paths = witnessPaths(dir);
  // Throws `witness-missing` before a lock is created where there is nothing to lock.
  watchedLogs(paths).read();
  const lock = acquireFileLock(paths.changes);
  try {
    return await work();
  } finally {
    lock.release();
  }
}
