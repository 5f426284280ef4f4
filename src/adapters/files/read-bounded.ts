import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { asUtf8 } from './byte-order-mark.ts';
import { fileFailure } from './file-errors.ts';
import { type PathBytes, pathText } from './path-bytes.ts';

/**
 * Reads a text of at most `limitBytes` from a regular file, as UTF-8 without a byte order mark. A
 * named pipe is refused and not waited for. Throws `file-unreadable`, `file-not-regular`, or a
 * `ProtocolError` `json-too-large` before anything of a longer file is read.
 */
export async function readBoundedFile(path: PathBytes, limitBytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new LedgerError('file-not-regular', { file: pathText(path).text });
      if (stats.size > limitBytes) {
        const message = `file has ${stats.size} bytes, should have at most ${limitBytes}`;
        const facts = { found: stats.size, limit: limitBytes, unit: 'bytes' } as const;
        throw new ProtocolError('json-too-large', message, facts);
      }
      return asUtf8(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure('file-unreadable', path, error);
  }
}
