import { createHash } from 'node:crypto';
import { parseDecimal } from '../protocol/encoding/decimal.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { DETAILS } from '../text/problem-details.ts';
import { Problem } from '../http/problem.ts';

/**
 * Where a listing goes on, and the tree size that it is bound to: what is registered meanwhile
 * neither shifts nor repeats pages.
 */
export interface Page {
  readonly size: bigint;
  readonly from: bigint;
}

const TAG_LENGTH = 16;

/** Opaque to clients, and good for the question that it was given out for alone. */
export function pageCursor({ size, from }: Page, question: string): string {
  const tag = createHash('sha256').update(question).digest('hex').slice(0, TAG_LENGTH);
  return Buffer.from(`${size}.${from}.${tag}`).toString('base64url');
}

export function readCursor(cursor: string, question: string, currentSize: bigint): Page {
  try {
    const [size, from] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
    const page = { size: parseDecimal('size', size ?? ''), from: parseDecimal('from', from ?? '') };
    const isOurs = page.size <= currentSize && page.from <= page.size && pageCursor(page, question) === cursor;
    if (isOurs) return page;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  throw new Problem('cursor-invalid', DETAILS.cursor);
}
