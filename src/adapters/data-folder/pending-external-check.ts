import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { syncFolder } from '../files/sync-folder.ts';
import { type Json } from '../../protocol/encoding/json.ts';
import { members, text, wrong } from '../../protocol/encoding/shape.ts';
import type { DataPaths, PendingExternalCheck } from '../../operations/ports.ts';

const MAX_NOTE_BYTES = 256 * 1024;

export async function writePendingExternalCheck(paths: DataPaths, check: PendingExternalCheck): Promise<void> {
  await writeFile(paths.externalCheckPolicy, `${JSON.stringify(check)}\n`, { flag: 'wx', flush: true });
}

/**
 * The pending check; undefined where there is none. A file that cannot be read counts as a pending
 * check, and stops the start with `identity-unreadable`.
 */
export function readPendingExternalCheck(paths: DataPaths): PendingExternalCheck | undefined {
  if (!existsSync(paths.externalCheckPolicy)) return undefined;
  try {
    const value = JSON.parse(readFileSync(paths.externalCheckPolicy, 'utf8')) as Json;
    const check = members('pending check', value, ['isChainRestored'], ['contradictedBy']);
    const { isChainRestored, contradictedBy } = check;
    if (typeof isChainRestored !== 'boolean')
      throw wrong('isChainRestored should be true or false', { place: 'isChainRestored', expected: 'true | false' });
    if (contradictedBy === undefined) return { isChainRestored };
    return { isChainRestored, contradictedBy: text('contradictedBy', contradictedBy, MAX_NOTE_BYTES) };
  } catch (cause) {
    throw new LedgerError('identity-unreadable', { file: paths.externalCheckPolicy, reason: errorText(cause), cause });
  }
}

export async function removePendingExternalCheck(paths: DataPaths): Promise<void> {
  await rm(paths.externalCheckPolicy, { force: true });
  await syncFolder(paths.dir);
}
