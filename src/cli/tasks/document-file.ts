import { stat } from 'node:fs/promises';
import { fileFailure } from '../../adapters/files/file-errors.ts';
import { argumentPaths, joinPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { createWholeFile } from '../../adapters/files/whole-file.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { isTaken } from './receipt-file.ts';

/** Where documents are put: one file, or a folder. */
export interface DocumentPlace {
  /** The path of the document of this name. */
  pathOf(name: string): PathBytes;
}

/**
 * The place that `-o` names: a folder where there is one, where the path ends with a slash, or for
 * several documents; else a file. The current folder where nothing was named.
 */
export async function documentPlace(named: string | undefined, isSeveral: boolean): Promise<DocumentPlace> {
  const path = named === undefined ? undefined : argumentPaths([named])[0]!;
  if (path === undefined) return { pathOf: (name) => Buffer.from(name) };
  const isFolder = isSeveral || /[/\\]$/.test(named!) || (await isExistingFolder(path));
  return { pathOf: (name) => (isFolder ? joinPath(path, Buffer.from(name)) : path) };
}

async function isExistingFolder(path: PathBytes): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Throws `document-exists` before anything is made for a path that has a file. */
export async function requireFreePath(path: PathBytes): Promise<void> {
  if (await isTaken(path)) throw documentExists(path);
}

/**
 * Durable when it returns; never over another file. Throws `document-exists`, `file-unwritable`.
 */
export async function createDocument(path: PathBytes, content: Uint8Array): Promise<void> {
  try {
    await createWholeFile(path, content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw documentExists(path);
    throw fileFailure('file-unwritable', path, error);
  }
}

function documentExists(path: PathBytes): LedgerError {
  return new LedgerError('document-exists', { file: pathText(path).text });
}
