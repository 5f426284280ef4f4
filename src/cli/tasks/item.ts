import { LedgerError } from '../../text/ledger-error.ts';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import mime from 'mime';
import type { Collection } from '../../kinds/collection.ts';
import type { Registration } from '../../kinds/evidence.ts';
import { digestFile, type ReadFile, sendableChunks, unchanged } from '../../adapters/files/file-digest.ts';
import { baseName, joinPath, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import {
  checkReceiptPlace,
  type HeldReceipt,
  pathTaken,
  receiptPathOf,
  existingReceipt,
  writeReceiptFile,
} from './receipt-file.ts';
import { isReceiptOf, type Registrar } from '../../client/registrar.ts';

/** What holds for all items of one run of `add`. */
export interface AddSettings {
  readonly case: Registration['case'];
  readonly collection?: Collection;
  /** Whether the service is to keep the bytes, or is told the digests alone. */
  readonly keepsContent: boolean;
  /** Undefined: each receipt lies beside its file. */
  readonly receiptFolder?: PathBytes;
}

/** One file that is to be registered. */
export interface Source {
  readonly path: PathBytes;
  /** How messages name it. */
  readonly label: string;
  /** The name that is registered: relative to the folder that was named. */
  readonly name: string;
  readonly receiptPath: PathBytes;
}

/** What became of one file. */
export type AddedItem = RegisteredItem | FailedItem;

export interface FailedItem {
  readonly file: string;
  readonly state: 'failed';
  readonly failure: LedgerError;
  /** Where it was registered all the same. */
  readonly registered?: Registered;
}

/** A record that is in the log, and its receipt where that is on disk. */
export interface Registered {
  readonly id: string;
  readonly number: string;
  readonly receiptPath?: PathBytes;
}

/** Its receipt is on disk. */
export interface RegisteredItem {
  readonly file: string;
  readonly state: 'pending' | 'anchored' | 'final';
  readonly id: string;
  readonly number: string;
  /** Of its log entry. */
  readonly index: bigint;
  readonly receiptPath: PathBytes;
  /** It had a valid receipt before. */
  readonly isKept: boolean;
}

/**
 * A file that was found, with its receipt beside it or, by the same relative name, in the folder
 * for receipts.
 */
export function sourceOf({ receiptFolder }: AddSettings, path: PathBytes, name: PathBytes): Source {
  const place = receiptFolder === undefined ? path : joinPath(receiptFolder, name);
  return { path, label: pathText(path).text, name: pathText(name).text, receiptPath: receiptPathOf(place) };
}

/** Registers one file, unless its receipt is there already. */
export async function addFile(
  registrar: Registrar,
  settings: AddSettings,
  source: Source,
  onBytes?: (count: number) => void,
): Promise<AddedItem> {
  const { path, label, receiptPath } = source;
  // Before anything is read or registered: a receipt of something else must not be overwritten.
  const active = await existingReceipt(receiptPath);
  const digest = await digestFile(path, onBytes);
  if (active !== undefined) {
    if (!isReceiptOf(active.parsed, digest, settings.case.number)) throw pathTaken(receiptPath, active);
    return itemOf(label, active, receiptPath, true);
  }
  await checkReceiptPlace(receiptPath);
  const receipt = await registerFile(registrar, settings, source, digest);
  const item = itemOf(label, receipt, receiptPath, false);
  try {
    await writeReceiptFile(receiptPath, receipt.json);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return {
      file: label,
      state: 'failed',
      failure: notWritten(item, error),
      registered: { id: item.id, number: item.number },
    };
  }
  return item;
}

/**
 * Registers what comes from a stream. It is kept in a temporary file, since it is read twice: to be
 * hashed, and to be sent.
 */
export async function addStream(
  registrar: Registrar,
  settings: AddSettings,
  stream: AsyncIterable<Uint8Array>,
  name: string,
): Promise<AddedItem> {
  const folder = await mkdtemp(join(tmpdir(), 'evl-'));
  try {
    const path = join(folder, 'content');
    await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
    const place = joinPath(settings.receiptFolder ?? Buffer.from('.'), baseName(Buffer.from(name)));
    const source = { path: Buffer.from(path), label: '-', name, receiptPath: receiptPathOf(place) };
    return await addFile(registrar, settings, source);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function registerFile(
  registrar: Registrar,
  settings: AddSettings,
  { path, label, name }: Source,
  { sha256, sm3, size, stamp, bytes }: ReadFile,
): Promise<HeldReceipt> {
  const mediaType = mime.getType(name);
  const registration = {
    case: settings.case,
    file: { name, size, ...(mediaType !== null && { mediaType }) },
    digests: { sha256, sm3 },
    ...(settings.collection !== undefined && { collection: settings.collection }),
  };
  const content = bytes ?? { lengthBytes: size, chunks: () => sendableChunks(path, stamp) };
  try {
    return await registrar.register({ label, registration, ...(settings.keepsContent && { content }) });
  } catch (error) {
    // Whatever the service made of it: the first thing to tell is that the file is not what it was.
    if (await unchanged(path, stamp)) throw error;
    throw new LedgerError('file-changed', { file: label });
  }
}

/** The record stands, and the next run gets its receipt: the same item has the same key. */
function notWritten({ number }: RegisteredItem, cause: LedgerError): LedgerError {
  return new LedgerError('receipt-not-written', { number, reason: cause.text, cause });
}

function itemOf(file: string, { parsed }: HeldReceipt, receiptPath: PathBytes, isKept: boolean): RegisteredItem {
  if (!('value' in parsed.record && 'value' in parsed.proof)) throw new Error('a receipt was taken unchecked');
  const { id, number } = parsed.record.value.header;
  const isAnchored = 'value' in parsed.anchor && parsed.anchor.value !== null;
  const state = isAnchored ? 'final' : 'pending';
  return { file, state, id, number, index: parsed.proof.value.index, receiptPath, isKept };
}
