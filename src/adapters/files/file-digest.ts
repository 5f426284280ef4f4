import { LedgerError } from '../../text/ledger-error.ts';
import { createHash, hash, type Hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { fileFailure } from './file-errors.ts';
import { type PathBytes, pathText } from './path-bytes.ts';

/** The digests and size of a file, read in one pass: lower-case hex, and bytes. */
export interface FileDigest {
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
}

/** A file as it was when it was read; `unchanged` compares the stamp with its present state. */
export interface ReadFile extends FileDigest {
  readonly stamp: FileStamp;
  /** The bytes that were hashed, of a small file. */
  readonly bytes?: Uint8Array;
}

/** What changes when a file is written to or replaced. */
export interface FileStamp {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

const CHUNK_BYTES = 1024 * 1024;
/** Files up to this size are read once, and sent from memory as they were hashed. */
const SMALL_BYTES = 256 * 1024;

/**
 * Hashes a regular file. Throws `file-changed` where it changed while it was read, for its digest
 * would be that of no state of the file; `file-unreadable` and `file-not-regular`.
 */
export async function digestFile(path: PathBytes, onBytes?: (count: number) => void): Promise<ReadFile> {
  const file = await openRegular(path);
  try {
    const before = stampOf(await file.stat({ bigint: true }));
    const digest = await (before.size <= SMALL_BYTES
      ? digestSmall(file, Number(before.size), onBytes)
      : digestChunks(fileChunks(file), onBytes));
    const after = stampOf(await file.stat({ bigint: true }));
    const isWhole = BigInt(digest.size) === before.size;
    if (!isWhole || !isSameStamp(before, after) || !(await unchanged(path, before))) throw changed(path);
    return { ...digest, stamp: before };
  } catch (error) {
    throw fileFailure('file-unreadable', path, error);
  } finally {
    await file.close();
  }
}

/** Reads one byte more than expected, so that the size shows a file that grows meanwhile. */
async function digestSmall(
  file: FileHandle,
  expectedBytes: number,
  onBytes?: (count: number) => void,
): Promise<Omit<ReadFile, 'stamp'>> {
  const buffer = Buffer.allocUnsafe(expectedBytes + 1);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, size, buffer.length - size, null);
    size += bytesRead;
    if (bytesRead === 0 || size === buffer.length) break;
  }
  const bytes = buffer.subarray(0, size);
  onBytes?.(size);
  return { sha256: hash('sha256', bytes), sm3: hash('sm3', bytes), size, bytes };
}

/** Hashes the chunks, in one pass for both digests. */
export async function digestChunks(
  chunks: AsyncIterable<Uint8Array>,
  onBytes?: (count: number) => void,
): Promise<FileDigest> {
  const digests: readonly [Hash, Hash] = [createHash('sha256'), createHash('sm3')];
  let size = 0;
  for await (const chunk of chunks) {
    for (const digest of digests) digest.update(chunk);
    size += chunk.length;
    onBytes?.(chunk.length);
  }
  return { sha256: digests[0].digest('hex'), sm3: digests[1].digest('hex'), size };
}

/**
 * The bytes of a file that was hashed before, to be sent; each chunk is a copy for the caller.
 * Throws `file-changed` where the file is not the one that was hashed.
 */
export async function* sendableChunks(path: PathBytes, stamp: FileStamp): AsyncGenerator<Uint8Array> {
  const file = await openRegular(path);
  try {
    if (!isSameStamp(stampOf(await file.stat({ bigint: true })), stamp)) throw changed(path);
    for await (const chunk of fileChunks(file)) yield Uint8Array.from(chunk);
  } finally {
    await file.close();
  }
}

/** Whether the path still leads to the same file in the same state. */
export async function unchanged(path: PathBytes, stamp: FileStamp): Promise<boolean> {
  try {
    return isSameStamp(stampOf(await stat(path, { bigint: true })), stamp);
  } catch {
    return false; // it does not exist any more
  }
}

/** Whether the path is a regular file, or a link that leads to one. */
export async function isRegularFile(path: PathBytes): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** Reads into one buffer again and again: a chunk is valid until the next is requested. */
async function* fileChunks(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * Opens a regular file. It checks the kind first, for opening a named pipe would wait until another
 * process writes to it.
 */
async function openRegular(path: PathBytes): Promise<FileHandle> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new LedgerError('file-not-regular', { file: pathText(path).text });
    return await open(path, 'r');
  } catch (error) {
    throw fileFailure('file-unreadable', path, error);
  }
}

function stampOf(stats: BigIntStats): FileStamp {
  const { dev: device, ino: inode, size, mtimeNs: modifiedNs, ctimeNs: changedNs } = stats;
  return { device, inode, size, modifiedNs, changedNs };
}

function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return (
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.modifiedNs === b.modifiedNs &&
    a.changedNs === b.changedNs
  );
}

function changed(path: PathBytes): Error {
  return new LedgerError('file-changed', { file: pathText(path).text });
}
