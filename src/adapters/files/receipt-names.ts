import { endsWith } from './path-bytes.ts';
import { TEMPORARY_NAME } from './whole-file.ts';

/** What the name of a receipt ends in: `F.receipt.json` belongs to the file `F`. */
export const RECEIPT_SUFFIX = '.receipt.json';
/** What the name of a kept receipt that contradicts another one ends in. */
export const CONTRADICTION_SUFFIX = '.contradiction.json';

export function isReceiptPath(path: Uint8Array): boolean {
  return endsWith(path, RECEIPT_SUFFIX);
}

/** Whether this program wrote the file: a receipt, or the unfinished temporary file of one. */
export function isOwnFile(name: Uint8Array): boolean {
  const isReceipt = (path: Uint8Array) => isReceiptPath(path) || endsWith(path, CONTRADICTION_SUFFIX);
  const text = Buffer.from(name).toString('latin1');
  const unfinished = TEMPORARY_NAME.exec(text);
  return isReceipt(name) || (unfinished !== null && isReceipt(Buffer.from(text.slice(0, unfinished.index), 'latin1')));
}
