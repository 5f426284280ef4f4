import { LedgerError } from '../../text/ledger-error.ts';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { fileFailure } from './file-errors.ts';
import { baseName, joinPath, type PathBytes, pathText } from './path-bytes.ts';
import { isExcluded, LEFT_BY_PROGRAMS } from './exclusions.ts';
import { holdsReceipt } from './receipt-content.ts';
import { isNamedAsReceipt, isUnfinishedReceipt } from './receipt-names.ts';

/**
 * Why a path is not listed as a file of evidence. `receipt`: its content is a receipt, whatever its
 * name; `no-receipt`: it has the name of one, and its content is none; `unfinished`: what a killed
 * run left of one; `excluded`: a pattern, or a name of what programs leave in folders.
 */
export type SkipReason = 'symlink' | 'special' | 'receipt' | 'no-receipt' | 'unfinished' | 'ledger' | 'excluded';

/**
 * One entry at a path or under a folder. `name` is relative to that folder, with slashes; for a
 * single file its last part.
 */
export type Found =
  | { readonly kind: 'file'; readonly path: PathBytes; readonly name: PathBytes }
  | {
      readonly kind: 'skipped';
      readonly path: PathBytes;
      readonly name: PathBytes;
      readonly reason: SkipReason;
    }
  | { readonly kind: 'failed'; readonly path: PathBytes; readonly failure: LedgerError };

/** What a search passes over. */
interface Rules {
  /** Patterns of `isExcluded`. */
  readonly excluded: readonly string[];
  readonly entersLedgers: boolean;
}

/**
 * Yields the files at a path that may be registered: itself, or all in the folder and its
 * subfolders, ordered by the bytes of their paths. The path itself may be a symbolic link; links
 * within a folder are reported and not followed, since they may lead outside of the folder that the
 * user named. Folders that look like a ledger's own data are not entered. `excluded` are patterns
 * of `isExcluded`; within a folder what programs leave there is excluded too.
 */
export async function* findFiles(path: PathBytes, excluded: readonly string[] = []): AsyncGenerator<Found> {
  const name = baseName(path);
  if (await isFolder(path)) {
    yield* inFolder(path, Buffer.alloc(0), { excluded: [...excluded, ...LEFT_BY_PROGRAMS], entersLedgers: false });
  } else if (isExcluded(name, excluded)) yield { kind: 'skipped', path, name, reason: 'excluded' };
  else yield regularFile(path, name);
}

/**
 * Yields all that is at a path, for a check of it: no name is excluded, and every folder
 * is entered, since who changes a file can also choose names.
 */
export async function* findAll(path: PathBytes): AsyncGenerator<Found> {
  if (await isFolder(path)) yield* inFolder(path, Buffer.alloc(0), { excluded: [], entersLedgers: true });
  else yield regularFile(path, baseName(path));
}

/** Throws `file-not-regular` for what is neither a folder nor a file. */
async function isFolder(path: PathBytes): Promise<boolean> {
  const stats = await stat(path).catch((error: unknown) => Promise.reject(fileFailure('file-unreadable', path, error)));
  if (!stats.isDirectory() && !stats.isFile()) {
    throw new LedgerError('file-not-regular', { file: pathText(path).text });
  }
  return stats.isDirectory();
}

async function* inFolder(folder: PathBytes, prefix: PathBytes, rules: Rules): AsyncGenerator<Found> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    const failed = fileFailure('file-unreadable', folder, error);
    if (failed === error) throw error;
    yield { kind: 'failed', path: folder, failure: failed as LedgerError };
    return;
  }
  if (!rules.entersLedgers && isLedger(entries)) {
    yield { kind: 'skipped', path: folder, name: prefix, reason: 'ledger' };
    return;
  }
  for (const entry of entries.toSorted((a, b) => Buffer.compare(sortKey(a), sortKey(b)))) {
    const path = joinPath(folder, entry.name);
    const name = joinPath(prefix, entry.name);
    if (isExcluded(name, rules.excluded)) yield { kind: 'skipped', path, name, reason: 'excluded' };
    else if (entry.isDirectory()) yield* inFolder(path, name, rules);
    else if (entry.isSymbolicLink()) yield { kind: 'skipped', path, name, reason: 'symlink' };
    else if (!entry.isFile()) yield { kind: 'skipped', path, name, reason: 'special' };
    else yield regularFile(path, name);
  }
}

function regularFile(path: PathBytes, name: PathBytes): Found {
  if (isUnfinishedReceipt(baseName(name))) return { kind: 'skipped', path, name, reason: 'unfinished' };
  if (holdsReceipt(path)) return { kind: 'skipped', path, name, reason: 'receipt' };
  return isNamedAsReceipt(name) ? { kind: 'skipped', path, name, reason: 'no-receipt' } : { kind: 'file', path, name };
}

/**
 * Whether this is a data folder: registering it would register what the service writes meanwhile,
 * without end.
 */
function isLedger(entries: readonly Dirent<Buffer>[]): boolean {
  const names = new Set(entries.map(({ name }) => name.toString('latin1')));
  return ['version', 'journal', 'index', 'keys'].every((name) => names.has(name));
}

/** The key by which whole paths sort: a folder by its name and the slash after it. */
function sortKey(entry: Dirent<Buffer>): Buffer {
  return entry.isDirectory() ? Buffer.concat([entry.name, Buffer.from('/')]) : entry.name;
}
