import { findFiles, type Found } from '../../adapters/files/folder.ts';
import { endsWith, joinPath, type PathBytes } from '../../adapters/files/path-bytes.ts';
import { exists, receiptPathOf } from './receipt-file.ts';
import { CONTRADICTION_SUFFIX, isReceiptPath, RECEIPT_SUFFIX } from '../../adapters/files/receipt-names.ts';

/** A file and the receipt that belongs to it; either may be missing. */
export interface Pair {
  /** Where the file is, or where it should be. */
  readonly file: PathBytes;
  readonly hasFile: boolean;
  readonly receipt: PathBytes;
  readonly hasReceipt: boolean;
}

/**
 * A path that is not a file of evidence: a link, a special file, the data folder of a ledger, a
 * kept contradiction, or a folder that cannot be read.
 */
export type SkippedPath = Exclude<Found, { kind: 'file' }>;

/**
 * Pairs each file at a path with its receipt: next to it, or by the same relative name in the
 * folder for receipts. In the order of names.
 */
export async function findPairs(
  path: PathBytes,
  receiptFolder: PathBytes | undefined,
): Promise<{ pairs: Pair[]; skipped: SkippedPath[] }> {
  if (isReceiptPath(path)) {
    const file = withoutSuffix(path);
    return { pairs: [{ file, hasFile: await exists(file), receipt: path, hasReceipt: true }], skipped: [] };
  }
  const found = await listed(path);
  const skipped = found.filter(
    (item): item is SkippedPath => item.kind !== 'file' && !isReceipt(item) && !isLeftOver(item),
  );
  const isSingle = found.length === 1 && found[0]!.path.equals(path);
  const place = (name: PathBytes) => (isSingle ? path : joinPath(path, name));
  const files = found.filter((item) => item.kind === 'file').map(({ name }) => name);
  const receipts = (receiptFolder === undefined || isSingle ? found : await listed(receiptFolder))
    .filter(isReceipt)
    .map(({ name }) => withoutSuffix(name));
  const known = (names: readonly PathBytes[]) => new Set(names.map((name) => name.toString('latin1')));
  const [hasFile, hasReceipt] = [known(files), known(receipts)];
  const names = [...new Set([...hasFile, ...hasReceipt])].map((name) => Buffer.from(name, 'latin1'));
  const pairs = names
    .toSorted((a, b) => Buffer.compare(a, b))
    .map(async (name): Promise<Pair> => {
      const key = name.toString('latin1');
      const receipt = receiptPathOf(receiptFolder === undefined ? place(name) : joinPath(receiptFolder, name));
      const isFound = isSingle ? await exists(receipt) : hasReceipt.has(key);
      return { file: place(name), hasFile: hasFile.has(key), receipt, hasReceipt: isFound };
    });
  return { pairs: await Promise.all(pairs), skipped };
}

async function listed(path: PathBytes): Promise<Found[]> {
  const found: Found[] = [];
  for await (const item of findFiles(path)) found.push(item);
  return found;
}

function isReceipt(found: Found): found is Extract<Found, { kind: 'skipped' }> {
  return found.kind === 'skipped' && found.reason === 'receipt' && isReceiptPath(found.name);
}

/** The unfinished temporary file of a receipt, left by a run that was killed. */
function isLeftOver(found: Found): boolean {
  return found.kind === 'skipped' && found.reason === 'receipt' && !endsWith(found.name, CONTRADICTION_SUFFIX);
}

function withoutSuffix(path: PathBytes): PathBytes {
  return path.subarray(0, path.length - RECEIPT_SUFFIX.length);
}
