import { access, lstat } from 'node:fs/promises';
import { fileFailure, isAbsent } from '../../adapters/files/file-errors.ts';
import { appendToPath, endsWith, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { CONTRADICTION_SUFFIX } from '../../adapters/files/receipt-names.ts';
import { createWholeFile, tryToWrite, writeWholeFile } from '../../adapters/files/whole-file.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES } from '../../protocol/receipt.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { parseErrorText } from '../../text/error-text.ts';
import { type ReceiptDocument, receiptDocument, recordIdOf } from '../../verifier/receipt-document.ts';
import { jsonText } from '../shell/json-text.ts';

/**
 * Reads a receipt. A path that cannot be read is a `LedgerError`, content that is not a receipt a
 * `ProtocolError`.
 */
export async function readReceiptFile(path: PathBytes): Promise<ReceiptDocument> {
  return receiptDocument(parseJson('receipt', await readBoundedFile(path, MAX_RECEIPT_BYTES), MAX_RECEIPT_BYTES));
}

/**
 * Reads a receipt that a command cannot do without: content that is not one is
 * `receipt-unreadable`.
 */
export async function requireReceiptFile(path: PathBytes): Promise<ReceiptDocument> {
  try {
    return await readReceiptFile(path);
  } catch (error) {
    throw receiptUnreadable(pathText(path).text, error);
  }
}

/** An error of parsing a receipt as `receipt-unreadable`; every other error unchanged. */
export function receiptUnreadable(file: string, error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  return new LedgerError('receipt-unreadable', { file, reason: parseErrorText(error), cause: error });
}

/** Replaces the receipt at a path; durable when it returns. Throws `file-unwritable`. */
export async function writeReceiptFile(path: PathBytes, json: Json): Promise<void> {
  try {
    await writeWholeFile(path, receiptText(json));
  } catch (error) {
    throw fileFailure('file-unwritable', path, error);
  }
}

/**
 * Throws the error that writing a receipt to this path would throw, as far as it can be foreseen:
 * also for a link that leads nowhere.
 */
export async function checkReceiptPlace(path: PathBytes): Promise<void> {
  if (await isTaken(path)) throw pathTaken(path, undefined);
  try {
    await tryToWrite(path);
  } catch (error) {
    throw fileFailure('receipt/file-unwritable', path, error);
  }
}

/**
 * Writes a receipt where nothing is, also nothing that another program writes meanwhile. One of the
 * same record stays as it is; throws `receipt-in-the-way` and `file-in-the-way` for anything else.
 */
export async function createReceiptFile(path: PathBytes, json: Json): Promise<void> {
  try {
    await createWholeFile(path, receiptText(json));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileFailure('file-unwritable', path, error);
    const existing = await existingReceipt(path);
    const isSame = existing !== undefined && recordIdOf(existing) === recordIdOf(receiptDocument(json));
    if (!isSame) throw pathTaken(path, existing);
  }
}

/**
 * The receipt at a path; undefined where nothing is there. Throws `file-in-the-way` for other
 * content.
 */
export async function existingReceipt(path: PathBytes): Promise<ReceiptDocument | undefined> {
  try {
    return await readReceiptFile(path);
  } catch (error) {
    if (error instanceof ProtocolError) throw pathTaken(path, undefined);
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * The error for a path that holds the receipt of another record, or no readable receipt
 * (undefined).
 */
export function pathTaken(path: PathBytes, existing: ReceiptDocument | undefined): LedgerError {
  const isReceipt = existing !== undefined && recordIdOf(existing) !== undefined;
  const code = isReceipt ? 'receipt-in-the-way' : 'file-in-the-way';
  return new LedgerError(code, { file: pathText(path).text });
}

/**
 * Writes a receipt that contradicts the one at `path` next to it, and gives its name:
 * `F.receipt.json` gives `F.receipt.contradiction.json`, and further ones get a number.
 */
export async function keepContradiction(path: PathBytes, json: Json): Promise<string> {
  const stem = endsWith(path, '.json') ? path.subarray(0, path.length - '.json'.length) : path;
  for (let number = 1; ; number++) {
    const other = appendToPath(stem, `${number === 1 ? '' : `.${number}`}${CONTRADICTION_SUFFIX}`);
    if (await isTaken(other)) continue;
    await writeReceiptFile(other, json);
    return pathText(other).text;
  }
}

/** Whether anything has this name, be it a link that leads nowhere. */
export async function isTaken(path: PathBytes): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

export async function exists(path: PathBytes): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export function receiptText(json: Json): string {
  return `${jsonText(json)}\n`;
}
