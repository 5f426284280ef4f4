import { LedgerError } from '../../text/ledger-error.ts';
import { access } from 'node:fs/promises';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type Json, parseJson } from '../../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES, type ParsedReceipt, readReceipt } from '../../protocol/receipt.ts';
import { fileFailure, isAbsent } from '../../adapters/files/file-errors.ts';
import { readBounded } from '../../adapters/files/read-bounded.ts';
import { CONTRADICTION_SUFFIX, RECEIPT_SUFFIX } from '../../adapters/files/receipt-names.ts';
import { appendToPath, endsWith, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { tryToWrite, writeWholeFile } from '../../adapters/files/whole-file.ts';

/**
 * A receipt as it stands in a file or came from a service: its JSON, and its parts as far as they
 * can be read.
 */
export interface HeldReceipt {
  readonly json: Json;
  readonly parsed: ParsedReceipt;
}

/** Where the receipt of a file is kept: beside it. */
export function receiptPathOf(file: PathBytes): PathBytes {
  return appendToPath(file, RECEIPT_SUFFIX);
}

/**
 * Reads the file; a path that cannot be read is a `LedgerError`, content that is no receipt a
 * `ProtocolError`.
 */
export async function readReceiptFile(path: PathBytes): Promise<HeldReceipt> {
  return heldReceipt(parseJson('receipt', await readBounded(path, MAX_RECEIPT_BYTES), MAX_RECEIPT_BYTES));
}

export function heldReceipt(json: Json): HeldReceipt {
  return { json, parsed: readReceipt(json) };
}

export async function writeReceiptFile(path: PathBytes, json: Json): Promise<void> {
  try {
    await writeWholeFile(path, receiptText(json));
  } catch (error) {
    throw fileFailure('file-unwritable', path, error);
  }
}

/**
 * Throws the `LedgerError` that writing a receipt to this place would end in, as far as that can be
 * known before.
 */
export async function checkReceiptPlace(path: PathBytes): Promise<void> {
  try {
    await tryToWrite(path);
  } catch (error) {
    throw fileFailure('file-unwritable', path, error);
  }
}

/** Writes a receipt where there is none, or one of the same record; never over that of another. */
export async function writeNewReceipt(path: PathBytes, json: Json): Promise<void> {
  const existing = await existingReceipt(path);
  if (existing !== undefined) {
    const id = recordIdOf(existing);
    if (id === undefined || id !== recordIdOf(heldReceipt(json))) throw pathTaken(path, existing);
  }
  await writeReceiptFile(path, json);
}

/**
 * The receipt that stands at a path; undefined where nothing does. Anything else there is in the
 * way.
 */
export async function existingReceipt(path: PathBytes): Promise<HeldReceipt | undefined> {
  try {
    return await readReceiptFile(path);
  } catch (error) {
    if (error instanceof ProtocolError) throw pathTaken(path, undefined);
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * What stands at the path: the receipt of another record, or what is no receipt that can be read
 * (undefined where nothing of it can).
 */
export function pathTaken(path: PathBytes, existing: HeldReceipt | undefined): LedgerError {
  const isReceipt = existing !== undefined && recordIdOf(existing) !== undefined;
  const code = isReceipt ? 'receipt-in-the-way' : 'file-in-the-way';
  return new LedgerError(code, { file: pathText(path).text });
}

/**
 * Writes a receipt that contradicts the one at `path` beside it: `F.receipt.json` gives
 * `F.receipt.contradiction.json`, and further ones get a number. Gives its name.
 */
export async function keepContradiction(path: PathBytes, json: Json): Promise<string> {
  const stem = endsWith(path, '.json') ? path.subarray(0, path.length - '.json'.length) : path;
  for (let number = 1; ; number++) {
    const other = appendToPath(stem, `${number === 1 ? '' : `.${number}`}${CONTRADICTION_SUFFIX}`);
    if (await exists(other)) continue;
    await writeReceiptFile(other, json);
    return pathText(other).text;
  }
}

export async function exists(path: PathBytes): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Undefined where the record cannot be read. */
export function recordIdOf({ parsed }: HeldReceipt): string | undefined {
  return 'value' in parsed.record ? parsed.record.value.header.id : undefined;
}

export function receiptText(json: Json): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}
