import { resolve } from 'node:path';
import { findFiles, type Found, type SkipReason } from '../../adapters/files/folder.ts';
import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { fileOfReceiptPath } from '../../adapters/files/receipt-names.ts';
import { SKIP_REASONS } from '../../text/skip-reasons.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { ADDING } from '../../text/adding.ts';
import { type AddSettings, type Source, sourceOf } from './add-item.ts';

/** A path that is not registered, and why. */
export interface SkippedFile {
  readonly path: PathBytes;
  readonly reason: SkipReason;
}

/** A path that should be registered and cannot be. */
export interface FailedPath {
  readonly path: PathBytes;
  readonly failure: LedgerError;
}

/** All that was found: each path is in one of the lists. */
export interface FileListing {
  readonly files: readonly (Source | FailedPath)[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Lists all that is to be registered, and what is not. Only paths are held: a few hundred bytes for
 * each file. Throws `receipts-clash` where two files would have one receipt, before anything is
 * registered.
 */
export async function listFiles(
  settings: Pick<AddSettings, 'receiptFolder'>,
  paths: readonly PathBytes[],
  excluded: readonly string[],
): Promise<FileListing> {
  const files: (Source | FailedPath)[] = [];
  const skipped: SkippedFile[] = [];
  for (const path of paths) {
    const found: Found[] = [];
    for await (const item of findFiles(path, excluded)) found.push(item);
    const names = new Set(found.flatMap((item) => (item.kind === 'file' ? keyOf(item.path) : [])));
    const before = files.length;
    const others = skipped.length;
    for (const item of found) {
      if (item.kind === 'failed') files.push(item);
      else if (item.kind === 'file') files.push(sourceOf(settings, item.path, item.name));
      else if (item.reason === 'no-receipt' && !isDamagedReceipt(item.path, names)) files.push(noReceipt(item));
      else skipped.push(item);
    }
    if (files.length === before) files.push(nothingIn(path, skipped.slice(others)));
  }
  return { files: withoutRepeated(files), skipped };
}

/** A file with the name of a receipt is one, though damaged, where its file is next to it. */
function isDamagedReceipt(path: PathBytes, files: ReadonlySet<string>): boolean {
  const file = fileOfReceiptPath(path);
  return file !== undefined && files.has(keyOf(file));
}

function keyOf(path: PathBytes): string {
  return path.toString('latin1');
}

/** A path that gave nothing to register; a receipt alone does not register its file. */
function nothingIn(path: PathBytes, skipped: readonly SkippedFile[]): FailedPath {
  const [first] = skipped;
  const reason =
    first === undefined
      ? ADDING.emptyFolder
      : bilingual(ADDING.onlySkipped, { count: skipped.length, reason: SKIP_REASONS[first.reason] });
  return { path, failure: new LedgerError('nothing-to-add', { path: pathText(path).text, reason }) };
}

function noReceipt({ path }: Found): FailedPath {
  return { path, failure: new LedgerError('named-as-receipt', { file: pathText(path).text }) };
}

/** A file that was named twice is registered once; two that would have one receipt are refused. */
function withoutRepeated(files: readonly (Source | FailedPath)[]): (Source | FailedPath)[] {
  const byReceipt = new Map<string, Source>();
  return files.filter((file) => {
    if ('failure' in file) return true;
    const key = placeKey(file.receiptPath);
    const other = byReceipt.get(key);
    if (other === undefined) {
      byReceipt.set(key, file);
      return true;
    }
    if (other.name === file.name && placeKey(other.path) === placeKey(file.path)) return false;
    const receipt = pathText(file.receiptPath).text;
    throw new LedgerError('receipts-clash', { receipt, first: other.label, second: file.label });
  });
}

/** Equal for two paths of one place; such systems take names of other case for the same. */
function placeKey(path: PathBytes): string {
  const whole = resolve(path.toString('latin1'));
  const foldsCase = process.platform === 'win32' || process.platform === 'darwin';
  return foldsCase ? Buffer.from(whole, 'latin1').toString().normalize('NFC').toLowerCase() : whole;
}
