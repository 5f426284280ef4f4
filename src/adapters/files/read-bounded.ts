import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { asUtf8 } from './byte-order-mark.ts';
import { fileFailure } from './file-errors.ts';
import { type PathBytes, pathText } from './path-bytes.ts';

const MIN_BUFFER_BYTES = 4096;
/** Opening a named pipe would wait until another process writes to it. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a text of at most `limitBytes` from a regular file, as UTF-8 without a byte order mark. A
 * named pipe is refused and not waited for. Throws `file-unreadable`, `file-not-regular`, or a
 * `ProtocolError` `json-too-large` before anything of a longer file is read.
 */
export async function readBoundedFile(path: PathBytes, limitBytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path, WITHOUT_WAITING);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new LedgerError('file-not-regular', { file: pathText(path).text });
      if (stats.size > limitBytes) throw tooLarge(stats.size, limitBytes);
      return asUtf8(await readUpTo(file, stats.size, limitBytes));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure('file-unreadable', path, error);
  }
}

/** The same, of the few small files that are read before anything else is done. */
export function readBoundedFileSync(path: string, limitBytes: number): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(path, WITHOUT_WAITING);
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new LedgerError('file-not-regular', { file: path });
    if (stats.size > limitBytes) throw tooLarge(stats.size, limitBytes);
    const bytes = Buffer.alloc(limitBytes + 1);
    let length = 0;
    for (let read = 1; read > 0 && length <= limitBytes; length += read) {
      read = readSync(fd, bytes, length, bytes.length - length, null);
    }
    if (length > limitBytes) throw tooLarge(length, limitBytes);
    return asUtf8(bytes.subarray(0, length));
  } catch (error) {
    throw fileFailure('file-unreadable', Buffer.from(path), error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * The whole file, which may grow while it is read, or state no size. Not by a stream, which takes
 * 64 KiB for each of thousands of small files.
 */
async function readUpTo(file: FileHandle, statedBytes: number, limitBytes: number): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafeSlow(statedBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (length > limitBytes) throw tooLarge(length, limitBytes);
    if (bytesRead === 0) return buffer.subarray(0, length);
    if (length < buffer.length) continue;
    const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * length, MIN_BUFFER_BYTES), limitBytes + 1));
    larger.set(buffer);
    buffer = larger;
  }
}

function tooLarge(found: number, limit: number): ProtocolError {
  const message = `file has ${found} bytes, should have at most ${limit}`;
  return new ProtocolError('json-too-large', message, { found, limit, unit: 'bytes' });
}
