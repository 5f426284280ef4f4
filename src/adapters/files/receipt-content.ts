import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isJsonObject, parseJson } from '../../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES, RECEIPT_FORMATS } from '../../protocol/receipt.ts';
import { asUtf8 } from './byte-order-mark.ts';
import type { PathBytes } from './path-bytes.ts';

const HEAD_BYTES = 64;

/**
 * Whether a regular file holds a receipt, whatever its name is: mail programs and media rename
 * files. Only of a file that begins as JSON more than a few bytes are read. It blocks, since that
 * is several times faster for the many small reads of a folder.
 */
export function holdsReceipt(path: PathBytes): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > MAX_RECEIPT_BYTES) return false;
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(fd, head, 0, HEAD_BYTES, 0);
    if (!/^\s*\{/.test(Buffer.from(asUtf8(head.subarray(0, length))).toString('latin1'))) return false;
    // not pooled: the paths that are kept share the pool's blocks, and would keep the content too
    const content = Buffer.allocUnsafeSlow(stats.size);
    return isReceiptText(asUtf8(content.subarray(0, readSync(fd, content, 0, stats.size, 0))));
  } catch {
    return false; // it is reported where it is read
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function isReceiptText(text: Uint8Array): boolean {
  if (!Buffer.from(text.buffer, text.byteOffset, text.length).includes(RECEIPT_FORMATS)) return false;
  const value = parseJson('receipt', text, 2 * MAX_RECEIPT_BYTES);
  const format = isJsonObject(value) ? value['format'] : undefined;
  return typeof format === 'string' && format.startsWith(RECEIPT_FORMATS);
}
