import { FILE_CHANGES } from '../../text/files.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
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
  /**
   * The file system gives a file that stays as it is other numbers: only size and modification time
   * are compared.
   */
  readonly isLoose?: boolean;
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
 *
 * Some file systems of networks and devices give out other inodes and change times by themselves.
 * Where nothing else differs the file is read twice, and both must have the same bytes.
 */
export async function digestFile(path: PathBytes, onBytes?: (count: number) => void): Promise<ReadFile> {
  const first = await readOnce(path, onBytes);
  if (first.change === undefined) return first.read;
  if (first.change.isCertain) throw changed(path, first.change);
  const { read, change } = await readOnce(path);
  if (change?.isCertain === true) throw changed(path, change);
  const between = changeOf(first.read.stamp, read.stamp);
  if (between?.isCertain === true) throw changed(path, between);
  const { sha256, sm3, size } = first.read;
  const isSame = read.sha256 === sha256 && read.sm3 === sm3 && read.size === size;
  if (!isSame) throw changed(path, { isCertain: true, what: FILE_CHANGES.bytes });
  return { ...read, stamp: { ...read.stamp, isLoose: true } };
}

/** One pass over a file, and how the file changed meanwhile. */
interface Pass {
  readonly read: ReadFile;
  readonly change: FileChange | undefined;
}

/** What differs between two stamps. */
interface FileChange {
  /** Size or modification time; else it may be the file system alone. */
  readonly isCertain: boolean;
  readonly what: Message;
}

async function readOnce(path: PathBytes, onBytes?: (count: number) => void): Promise<Pass> {
  const file = await openRegular(path);
  try {
    const before = stampOf(await file.stat({ bigint: true }));
    const digest = await (before.size <= SMALL_BYTES
      ? digestSmall(file, Number(before.size), onBytes)
      : digestChunks(fileChunks(file), onBytes));
    const after = stampOf(await file.stat({ bigint: true }));
    const size = BigInt(digest.size);
    const grown = size === before.size ? undefined : changeOf(before, { ...before, size });
    const changes = [grown, changeOf(before, after), await changeSince(path, before)];
    const change = changes.find((each) => each?.isCertain) ?? changes.find((each) => each !== undefined);
    return { read: { ...digest, stamp: before }, change };
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
  const buffer = Buffer.allocUnsafeSlow(expectedBytes + 1);
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
    const change = changeOf(stamp, stampOf(await file.stat({ bigint: true })));
    if (change?.isCertain === true) throw changed(path, change); // the receiver compares the digest
    for await (const chunk of fileChunks(file)) yield Uint8Array.from(chunk);
  } finally {
    await file.close();
  }
}

/**
 * How the file that the path leads to differs from the one that was read; undefined: it does not.
 */
export async function changeSince(path: PathBytes, stamp: FileStamp): Promise<FileChange | undefined> {
  let now: FileStamp;
  try {
    now = stampOf(await stat(path, { bigint: true }));
  } catch {
    return { isCertain: true, what: FILE_CHANGES.gone };
  }
  return changeOf(stamp, now);
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

function changeOf(before: FileStamp, after: FileStamp): FileChange | undefined {
  if (before.size !== after.size) {
    return { isCertain: true, what: bilingual(FILE_CHANGES.size, { before: before.size, after: after.size }) };
  }
  if (before.modifiedNs !== after.modifiedNs) return { isCertain: true, what: FILE_CHANGES.modified };
  if (before.isLoose === true) return undefined;
  if (before.device !== after.device || before.inode !== after.inode) {
    return { isCertain: false, what: FILE_CHANGES.replaced };
  }
  return before.changedNs === after.changedNs ? undefined : { isCertain: false, what: FILE_CHANGES.attributes };
}

function changed(path: PathBytes, { what }: FileChange): Error {
  return new LedgerError('file-changed', { file: pathText(path).text, what });
}
