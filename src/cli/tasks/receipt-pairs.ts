import { stat } from 'node:fs/promises';
import { digestFile } from '../../adapters/files/file-digest.ts';
import { findFiles, type Found } from '../../adapters/files/folder.ts';
import { baseName, endsWith, joinPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { holdsReceipt } from '../../adapters/files/receipt-content.ts';
import {
  CONTRADICTION_SUFFIX,
  fileOfReceiptPath,
  isReceiptPath,
  receiptPathOf,
} from '../../adapters/files/receipt-names.ts';
import { isRegularFile } from '../../adapters/files/file-digest.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { fileNextTo, readFacts, receiptsNextTo, statedPlace } from './receipt-facts.ts';
import { exists } from './receipt-file.ts';

/** A file and the receipt that belongs to it; either may be missing. */
export interface Pair {
  /** Where the file is, or where it should be. */
  readonly file: PathBytes;
  readonly hasFile: boolean;
  readonly receipt: PathBytes;
  readonly hasReceipt: boolean;
}

/**
 * A path that is not a file of evidence: a link, a special file, the data folder of a ledger, what
 * programs leave in folders, a kept contradiction, or a folder that cannot be read.
 */
export type SkippedPath = Exclude<Found, { kind: 'file' }>;

interface Pairs {
  readonly pairs: Pair[];
  readonly skipped: SkippedPath[];
}

/** A file or a receipt at its place, with its name relative to the folder that was named. */
interface Named {
  readonly path: PathBytes;
  readonly name: PathBytes;
}

/**
 * Pairs each file at a path with its receipt, which is one by its content: by name, next to it or
 * in the folder for receipts; what is left by equal names in another normal form, by the digest in
 * the receipt, and by the name that it states. In the order of paths.
 */
export async function findPairs(path: PathBytes, receiptFolder: PathBytes | undefined): Promise<Pairs> {
  if (isReceiptPath(path) || holdsReceipt(path)) return { pairs: [await pairOfReceipt(path)], skipped: [] };
  const found = await listed(path);
  const [only] = found;
  if (found.length === 1 && only?.kind === 'file' && only.path.equals(path)) {
    return { pairs: await pairsOfFile(path, receiptFolder), skipped: [] };
  }
  return pairsOfFolder(found, receiptFolder === undefined ? found : await listed(receiptFolder), receiptFolder ?? path);
}

async function pairOfReceipt(receipt: PathBytes): Promise<Pair> {
  const file = await fileNextTo(receipt);
  if (file !== undefined) return { file, hasFile: true, receipt, hasReceipt: true };
  return { file: await placeOfMissing(receipt), hasFile: false, receipt, hasReceipt: true };
}

async function pairsOfFile(file: PathBytes, receiptFolder: PathBytes | undefined): Promise<Pair[]> {
  const place = receiptFolder === undefined ? file : joinPath(receiptFolder, baseName(file));
  const receipt = receiptPathOf(place);
  const pairOf = (at: PathBytes, hasReceipt: boolean) => ({ file, hasFile: true, receipt: at, hasReceipt });
  if (await exists(receipt)) return [pairOf(receipt, true)];
  const { sha256 } = await digestFile(file).catch(() => ({ sha256: undefined }));
  const others = sha256 === undefined ? [] : await receiptsNextTo(place, sha256);
  return others.length === 0 ? [pairOf(receipt, false)] : others.map((other) => pairOf(other, true));
}

async function pairsOfFolder(
  found: readonly Found[],
  receiptsFound: readonly Found[],
  folder: PathBytes,
): Promise<Pairs> {
  const receipts = new Map<string, Named>(
    receiptsFound.flatMap((item) =>
      item.kind !== 'failed' && isReceipt(item) ? [[keyOf(item.name), item] as const] : [],
    ),
  );
  const isPaired = (name: PathBytes) => receipts.has(keyOf(receiptPathOf(name)));
  const files: Named[] = [];
  const skipped: SkippedPath[] = [];
  for (const item of found) {
    // A link with a receipt was registered by its name.
    const isLinkedFile =
      item.kind === 'skipped' && item.reason === 'symlink' && isPaired(item.name) && (await isRegularFile(item.path));
    if (item.kind === 'file' || isLinkedFile) files.push(item);
    else if (!isReceipt(item)) skipped.push(item);
  }
  const pairs = pairByName(files, receipts);
  const lone = files.filter(({ path }) => !pairs.some(({ file }) => file === path));
  pairs.push(...(await pairTheRest(lone, [...receipts.values()], pairs, folder)));
  return { pairs: pairs.toSorted((a, b) => Buffer.compare(a.file, b.file)), skipped };
}

/** Takes the receipts that are paired out of the map. */
function pairByName(files: readonly Named[], receipts: Map<string, Named>): Pair[] {
  const pairs: Pair[] = [];
  const take = (file: Named, key: string, receipt: Named) => {
    pairs.push({ file: file.path, hasFile: true, receipt: receipt.path, hasReceipt: true });
    receipts.delete(key);
  };
  const others = files.filter((file) => {
    const key = keyOf(receiptPathOf(file.name));
    const receipt = receipts.get(key);
    if (receipt !== undefined) take(file, key, receipt);
    return receipt === undefined;
  });
  // Systems spell one name in two normal forms of Unicode.
  const byForm = new Map([...receipts].map(([key, receipt]) => [normalForm(receipt.name), [key, receipt] as const]));
  for (const file of others) {
    const form = normalForm(receiptPathOf(file.name));
    const receipt = byForm.get(form);
    if (receipt !== undefined) take(file, ...receipt);
    byForm.delete(form);
  }
  return pairs;
}

/** Pairs what no name connects; each lone file and each lone receipt is in one pair at least. */
async function pairTheRest(
  files: readonly Named[],
  receipts: readonly Named[],
  named: readonly Pair[],
  folder: PathBytes,
): Promise<Pair[]> {
  const byDigest = new Map<string, PathBytes>();
  if (receipts.length > 0) {
    for (const { receipt, file } of named) {
      const { sha256 } = await readFacts(receipt);
      if (sha256 !== undefined) byDigest.set(sha256, file);
    }
    for (const { path } of files) {
      // What cannot be read is reported where it is judged.
      const digest = await digestFile(path).catch(() => undefined);
      if (digest !== undefined) byDigest.set(digest.sha256, path);
    }
  }
  const pairs: Pair[] = [];
  for (const { path: receipt } of receipts) {
    const facts = await readFacts(receipt);
    const places = [fileOfReceiptPath(receipt), statedPlace(receipt, facts)].map((place) => place && normalForm(place));
    const file = byDigest.get(facts.sha256 ?? '') ?? files.find(({ path }) => places.includes(normalForm(path)))?.path;
    pairs.push({
      file: file ?? (await placeOfMissing(receipt)),
      hasFile: file !== undefined,
      receipt,
      hasReceipt: true,
    });
  }
  const isPaired = new Set(pairs.map(({ file }) => file));
  for (const { path: file, name } of files) {
    if (!isPaired.has(file))
      pairs.push({ file, hasFile: true, receipt: receiptPathOf(joinPath(folder, name)), hasReceipt: false });
  }
  return pairs;
}

async function placeOfMissing(receipt: PathBytes): Promise<PathBytes> {
  return fileOfReceiptPath(receipt) ?? statedPlace(receipt, await readFacts(receipt)) ?? receipt;
}

async function listed(path: PathBytes): Promise<Found[]> {
  const found: Found[] = [];
  for await (const item of findFiles(path)) found.push(item);
  return found;
}

/** By its content, or damaged and with the name of one. A kept contradiction is not judged. */
function isReceipt(found: Found): boolean {
  const isOne = found.kind === 'skipped' && (found.reason === 'receipt' || found.reason === 'no-receipt');
  return isOne && !endsWith(found.name, CONTRADICTION_SUFFIX);
}

function keyOf(name: PathBytes): string {
  return name.toString('latin1');
}

function normalForm(name: PathBytes): string {
  return pathText(name).text.normalize('NFC');
}

/**
 * The receipts that an argument names: all of a folder, the one next to a file, or the file itself.
 */
export async function receiptsOf(path: PathBytes): Promise<PathBytes[]> {
  if (isReceiptPath(path) || holdsReceipt(path)) return [path];
  if (await exists(receiptPathOf(path))) return [receiptPathOf(path)];
  if (!(await isFolder(path))) return [path];
  const { pairs } = await findPairs(path, undefined);
  const receipts = pairs.filter(({ hasReceipt }) => hasReceipt).map(({ receipt }) => receipt);
  if (receipts.length === 0) throw new LedgerError('nothing-to-check', { path: pathText(path).text });
  return receipts;
}

async function isFolder(path: PathBytes): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // reported where it is read
  );
}
