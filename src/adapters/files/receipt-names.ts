import { createHash } from 'node:crypto';
import { appendToPath, baseName, endsWith, type PathBytes, siblingOf } from './path-bytes.ts';
import { stemOfTemporary } from './whole-file.ts';

/** What the name of a receipt ends in: `F.receipt.json` belongs to the file `F`. */
export const RECEIPT_SUFFIX = '.receipt.json';
/** What the name of a kept receipt that contradicts another one ends in. */
export const CONTRADICTION_SUFFIX = '.contradiction.json';

/** Bytes that a name may have on the file systems in use. */
const MAX_NAME_BYTES = 255;
const HASH_DIGITS = 16;

export function isReceiptPath(path: Uint8Array): boolean {
  return endsWith(path, RECEIPT_SUFFIX);
}

/** Whether a file has the name of a receipt, or of a kept contradiction. */
export function isNamedAsReceipt(path: Uint8Array): boolean {
  return isReceiptPath(path) || endsWith(path, CONTRADICTION_SUFFIX);
}

/**
 * The path of the receipt of a file: `F.receipt.json` next to it. Where that name would be too
 * long, its beginning and a hash of the whole name: `F…~<16 hex digits>.receipt.json`.
 */
export function receiptPathOf(file: PathBytes): PathBytes {
  const name = baseName(file);
  const excess = name.length + RECEIPT_SUFFIX.length - MAX_NAME_BYTES;
  if (excess <= 0) return appendToPath(file, RECEIPT_SUFFIX);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS);
  const stem = wholeCharacters(name, MAX_NAME_BYTES - RECEIPT_SUFFIX.length - HASH_DIGITS - 1);
  return appendToPath(siblingOf(file, stem), `~${hash}${RECEIPT_SUFFIX}`);
}

/**
 * The file that a receipt lies next to by its name, also where programs have added to that:
 * `F.receipt(1).json`, `F.receipt.json.txt`. Undefined where the name states none.
 */
export function fileOfReceiptPath(receipt: PathBytes): PathBytes | undefined {
  const stem = /^(.+)\.receipt\b[^/]*$/is.exec(baseName(receipt).toString('latin1'))?.[1];
  return stem === undefined ? undefined : siblingOf(receipt, Buffer.from(stem, 'latin1'));
}

/** Whether a killed run may have left this file: a receipt that it had not finished. */
export function isUnfinishedReceipt(name: Uint8Array): boolean {
  const stem = stemOfTemporary(name);
  return stem !== undefined && (stem.length === 0 || isNamedAsReceipt(stem));
}

/** At most so many bytes of a name, without a part of a UTF-8 character at the end. */
function wholeCharacters(name: PathBytes, bytes: number): PathBytes {
  let end = bytes;
  while (end > 0 && (name[end]! & 0xc0) === 0x80) end--;
  return name.subarray(0, end);
}
