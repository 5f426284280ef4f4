import { stat } from 'node:fs/promises';
import { digestFile } from '../../adapters/files/file-digest.ts';
import { findAll, type Found } from '../../adapters/files/folder.ts';
import { baseName, endsWith, joinPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { holdsReceipt } from '../../adapters/files/receipt-content.ts';
import {
  CONTRADICTION_SUFFIX,
  fileOfReceiptPath,
  isReceiptPath,
  RECEIPT_SUFFIX,
  receiptPathOf,
} from '../../adapters/files/receipt-names.ts';
import { isRegularFile } from '../../adapters/files/file-digest.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { type PlacedFile, type PlacedReceipt, pairReceipts } from '../../verifier/pair-receipts.ts';
import type { CertificateDocument } from '../../verifier/certificate-document.ts';
import { readLoneCertificate } from './certificate-file.ts';
import { certificatesAmong, type FoundCertificate } from './folder-certificates.ts';
import { factsOf, fileNextTo, fileStatedBy, readFacts, receiptsNextTo, statedPlace } from './receipt-facts.ts';
import { exists } from './receipt-file.ts';

/** A file and the receipt that belongs to it; either may be missing. */
export interface Pair {
  /** Where the file is, or where it should be. */
  readonly file: PathBytes;
  readonly hasFile: boolean;
  readonly receipt: PathBytes;
  readonly hasReceipt: boolean;
  /** What is at `receipt` is a certificate, to which the receipt is attached. */
  readonly isCertificate?: true;
}

/**
 * A path whose content is not compared: a link without a receipt, a special file, an unfinished
 * receipt, a kept contradiction, or a folder that cannot be read.
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
 * the receipt, and by the name that it states. A certificate among the receipts is paired by what
 * the receipt attached to it states, never by what is printed. In the order of paths.
 */
export async function findPairs(path: PathBytes, receiptFolder: PathBytes | undefined): Promise<Pairs> {
  if (isReceiptPath(path) || holdsReceipt(path)) return { pairs: [await pairOfReceipt(path)], skipped: [] };
  const found = await listed(path);
  const [only] = found;
  if (found.length === 1 && only?.kind === 'file' && only.path.equals(path)) {
    const pairs = await pairsOfFile(path, receiptFolder);
    const isLone = pairs.every(({ hasReceipt }) => !hasReceipt);
    const certificate = isLone ? await readLoneCertificate(path) : undefined;
    return { pairs: certificate === undefined ? pairs : [await pairOfCertificate(path, certificate)], skipped: [] };
  }
  return pairsOfFolder(found, receiptFolder === undefined ? found : await listed(receiptFolder), receiptFolder ?? path);
}

async function pairOfReceipt(receipt: PathBytes): Promise<Pair> {
  const file = await fileNextTo(receipt);
  if (file !== undefined) return { file, hasFile: true, receipt, hasReceipt: true };
  return { file: await placeOfMissing(receipt), hasFile: false, receipt, hasReceipt: true };
}

async function pairOfCertificate(path: PathBytes, { receipt }: CertificateDocument): Promise<Pair> {
  const file = await fileStatedBy(receipt, path);
  const expected = file ?? statedPlace(path, factsOf(receipt)) ?? path;
  return { file: expected, hasFile: file !== undefined, receipt: path, hasReceipt: true, isCertificate: true };
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
  // A link with a receipt was registered by its name.
  const links = new Set<Named & SkippedPath>();
  const skipped: SkippedPath[] = [];
  for (const item of found) {
    const isLink = item.kind === 'skipped' && item.reason === 'symlink' && (await isRegularFile(item.path));
    if (item.kind === 'file' || (isLink && isPaired(item.name))) files.push(item);
    else if (isLink) links.add(item);
    else if (!isReceipt(item)) skipped.push(item);
  }
  if (receiptsFound !== found) skipped.push(...receiptsFound.filter((item) => item.kind === 'failed'));
  const allReceipts = [...receipts.values()].map(({ path }) => path);
  const pairs = pairByName(files, receipts);
  const byName = new Set(pairs.map(({ file }) => file));
  const named = files.filter(({ path }) => !byName.has(path));
  const carriers = receiptsFound === found ? named : receiptsFound.filter(({ kind }) => kind === 'file');
  const certificates = await certificatesAmong(
    carriers.map(({ path }) => path),
    allReceipts,
  );
  const ofCertificates = new Set(certificates.map(({ path }) => path));
  const lone = named.filter(({ path }) => !ofCertificates.has(path));
  pairs.push(...(await pairTheRest(lone, [...links], [...receipts.values()], certificates, pairs)));
  const paired = new Set(pairs.map(({ file }) => file));
  for (const { path: file, name } of lone) {
    if (paired.has(file)) continue;
    pairs.push({ file, hasFile: true, receipt: receiptPathOf(joinPath(folder, name)), hasReceipt: false });
  }
  skipped.push(...[...links].filter(({ path }) => !paired.has(path)));
  return {
    pairs: pairs.toSorted((a, b) => Buffer.compare(a.file, b.file)),
    skipped: skipped.toSorted((a, b) => Buffer.compare(a.path, b.path)),
  };
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

/**
 * Pairs the receipts that lie next to no file of their name, as `pairReceipts` does. Files and
 * links have no receipt by their name; a link comes after all files, and a file that has a receipt
 * after all that have none.
 */
async function pairTheRest(
  files: readonly Named[],
  links: readonly Named[],
  receipts: readonly Named[],
  certificates: readonly FoundCertificate[],
  named: readonly Pair[],
): Promise<Pair[]> {
  if (receipts.length + certificates.length === 0) return [];
  const placed: (PlacedFile & { readonly path: PathBytes })[] = [];
  const stated: (PlacedReceipt & { readonly receipt?: PathBytes; readonly certificate?: FoundCertificate })[] = [];
  for (const { receipt, file } of named) {
    // it is not hashed for this: its receipt says what it should be
    const { sha256 } = await readFacts(receipt);
    const name = pathText(file).text;
    placed.push({ path: file, place: name, sha256 });
    stated.push({ path: `${name}${RECEIPT_SUFFIX}`, statedPath: undefined, sha256 });
  }
  for (const { path: receipt } of receipts) {
    const { sha256, name } = await readFacts(receipt);
    stated.push({ receipt, path: pathText(receipt).text, statedPath: name, sha256 });
  }
  for (const certificate of certificates) {
    const { path: receipt, facts } = certificate;
    stated.push({ receipt, certificate, path: pathText(receipt).text, statedPath: facts.name, sha256: facts.sha256 });
  }
  const digests = new Set(stated.map(({ sha256 }) => sha256));
  // What cannot be read is reported where it is judged.
  const place = async ({ path }: Named) => ({
    path,
    place: pathText(path).text,
    sha256: (await digestFile(path).catch(() => undefined))?.sha256,
  });
  for (const file of files) placed.push(await place(file));
  for (const link of links) {
    const one = await place(link);
    // That a link leads elsewhere by now is no change of a file.
    if (one.sha256 !== undefined && digests.has(one.sha256)) placed.push(one);
  }
  const found = pairReceipts(placed, stated);
  const pairs: Pair[] = [];
  for (const one of stated) {
    const { receipt, certificate } = one;
    if (receipt === undefined) continue;
    const file = found.get(one)?.path;
    const pair = { hasFile: file !== undefined, receipt, hasReceipt: true };
    if (certificate === undefined) pairs.push({ ...pair, file: file ?? (await placeOfMissing(receipt)) });
    else pairs.push({ ...pair, file: file ?? statedPlace(receipt, certificate.facts) ?? receipt, isCertificate: true });
  }
  return pairs;
}

async function placeOfMissing(receipt: PathBytes): Promise<PathBytes> {
  return fileOfReceiptPath(receipt) ?? statedPlace(receipt, await readFacts(receipt)) ?? receipt;
}

async function listed(path: PathBytes): Promise<Found[]> {
  const found: Found[] = [];
  for await (const item of findAll(path)) found.push(item);
  return found;
}

/**
 * By its content, or unreadable as one and with the name of one. A kept contradiction is not
 * judged.
 */
function isReceipt(found: Found): boolean {
  if (found.kind !== 'skipped' || endsWith(found.name, CONTRADICTION_SUFFIX)) return false;
  if (found.reason === 'special') return isReceiptPath(found.name);
  return found.reason === 'receipt' || found.reason === 'no-receipt';
}

function keyOf(name: PathBytes): string {
  return name.toString('latin1');
}

function normalForm(name: PathBytes): string {
  return pathText(name).text.normalize('NFC');
}

/**
 * The receipts that an argument names: all of a folder, the one next to a file, or the file itself.
 * Certificates are none: they are not read as receipts are, and never written.
 */
export async function receiptsOf(path: PathBytes): Promise<PathBytes[]> {
  if (isReceiptPath(path) || holdsReceipt(path)) return [path];
  if (await exists(receiptPathOf(path))) return [receiptPathOf(path)];
  if (!(await isFolder(path))) return [path];
  const { pairs } = await findPairs(path, undefined);
  const receipts = pairs.filter((pair) => pair.hasReceipt && pair.isCertificate !== true).map(({ receipt }) => receipt);
  if (receipts.length === 0) throw new LedgerError('nothing-to-check', { path: pathText(path).text });
  return receipts;
}

async function isFolder(path: PathBytes): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // reported where it is read
  );
}
