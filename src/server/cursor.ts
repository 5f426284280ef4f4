import { parseDecimal } from '../protocol/decimal.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { Problem } from './problem.ts';

/** Where a listing goes on, and the tree size that it is bound to: what is registered meanwhile neither shifts nor repeats pages. */
export interface Page {
  readonly size: bigint;
  readonly from: bigint;
}

/** Opaque to clients. */
export function pageCursor({ size, from }: Page): string {
  return Buffer.from(`${size}.${from}`).toString('base64url');
}

export function readCursor(cursor: string, currentSize: bigint): Page {
  try {
    const [size, from] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
    const page = { size: parseDecimal('size', size ?? ''), from: parseDecimal('from', from ?? '') };
    if (page.size <= currentSize && page.from <= page.size && pageCursor(page) === cursor) return page;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  throw new Problem('cursor-invalid', 'cursor is none that this service gave out');
}
