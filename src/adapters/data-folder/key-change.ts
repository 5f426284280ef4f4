import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../files/sync-folder.ts';
import {
  MAX_ROTATIONS_BYTES,
  NO_ROTATIONS,
  parseRotations,
  type Rotations,
  rotationsJson,
} from '../../protocol/key-rotation.ts';
import { trustJson } from '../../protocol/trust-file.ts';
import { sealOf, sealPath } from './data-folder.ts';
import type { DataPaths, KeyChange } from '../../operations/ports.ts';

/** What the folder may hold; the file `key` names the file in `keys` that is replaced. */
const FILES = ['trust.json', 'trust.json.sha256', 'rotations.json'] as const;
const KEY = 'key';

/** The path of a key that is created but not in use yet. */
export function nextKeyPath(path: string): string {
  return `${path}.next`;
}

/**
 * Creates the next key once, however often the run that creates it is interrupted: under another
 * name first, since half a key would stop every later run. Resolves to its path.
 */
export async function makeNextKey(
  { keys }: DataPaths,
  path: string,
  create: (partial: string) => void,
): Promise<string> {
  const next = nextKeyPath(path);
  if (existsSync(next)) return next;
  const partial = `${next}.partial`;
  await rm(partial, { force: true });
  create(partial);
  await rename(partial, next);
  await syncFolder(keys);
  return next;
}

/** All changes of keys so far, none where there is no file. Fails with `identity-unreadable`. */
export function readRotations({ rotations }: DataPaths): Rotations {
  if (!existsSync(rotations)) return NO_ROTATIONS;
  try {
    const bytes = readFileSync(rotations);
    if (bytes.length > MAX_ROTATIONS_BYTES) {
      const reason = `file has ${bytes.length} bytes, should have at most ${MAX_ROTATIONS_BYTES}`;
      const facts = { found: bytes.length, limit: MAX_ROTATIONS_BYTES, unit: 'bytes' } as const;
      throw new ProtocolError('json-too-large', reason, facts);
    }
    return parseRotations(bytes);
  } catch (cause) {
    throw new LedgerError('identity-unreadable', { file: rotations, reason: errorText(cause), cause });
  }
}

/**
 * Another key, another identity or both, as one step that happens or does not. What the ledger is
 * to be from now on is written into a folder next to it; the moment that folder gets its name, the
 * change is decided. From there it is completed by this run, the next one, or the next start of the
 * service, whichever comes first. The caller holds the folder's lock and has made the next key
 * durable.
 */
export async function changeKeys(paths: DataPaths, { key, trust, rotations }: KeyChange): Promise<void> {
  const staging = `${paths.keyChange}.partial`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: 0o700 });
  const write = (name: string, text: string) => writeFile(join(staging, name), text, { flag: 'wx', flush: true });
  if (trust !== undefined) {
    const text = `${JSON.stringify(trustJson(trust), null, 2)}\n`;
    await write('trust.json', text);
    await write('trust.json.sha256', sealOf(Buffer.from(text)));
  }
  await write('rotations.json', `${JSON.stringify(rotationsJson(rotations), null, 2)}\n`);
  if (key !== undefined) await write(KEY, key);
  await syncFolder(staging);
  // A crash up to here leaves the ledger as it was; after it, the change is completed.
  await rename(staging, paths.keyChange);
  await syncFolder(paths.dir);
  await completeKeyChange(paths);
}

/**
 * Completes a decided change, if there is one; may be killed anywhere and run again. The caller
 * holds the folder's lock.
 */
export async function completeKeyChange(paths: DataPaths): Promise<void> {
  if (!existsSync(paths.keyChange)) return;
  const key = join(paths.keyChange, KEY);
  if (existsSync(key)) await putInPlace(readFileSync(key, 'utf8') === 'log' ? paths.logKey : paths.chainKey, paths);
  const places = { 'trust.json': paths.trust, 'trust.json.sha256': sealPath(paths), 'rotations.json': paths.rotations };
  for (const name of FILES) {
    const from = join(paths.keyChange, name);
    if (existsSync(from)) await rename(from, places[name]);
  }
  await syncFolder(paths.dir);
  await rm(paths.keyChange, { recursive: true });
  await syncFolder(paths.dir);
}

/**
 * Puts the next key in its place. The key that was in use is kept next to it: the operator decides
 * whether to destroy it.
 */
async function putInPlace(path: string, { keys }: DataPaths): Promise<void> {
  const next = nextKeyPath(path);
  if (!existsSync(next)) return; // it is in its place already
  if (existsSync(path)) await rename(path, oldKeyPath(path));
  await rename(next, path);
  await syncFolder(keys);
}

function oldKeyPath(path: string): string {
  let n = 1;
  while (existsSync(`${path}.${n}`)) n++;
  return `${path}.${n}`;
}
