import { createHash } from 'node:crypto';
import { parseDecimal } from '../protocol/encoding/decimal.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { LedgerError } from '../text/ledger-error.ts';

/**
 * The index at which a listing continues, and the tree size that it is bound to: registrations in
 * the meantime neither shift nor repeat pages.
 */
export interface Page {
  readonly size: bigint;
  readonly from: bigint;
  /** Of the whole listing, where its first page has counted it. */
  readonly total?: number | undefined;
}

const TAG_LENGTH = 16;

/** The cursor of a page: opaque to clients, and bound to the question that it answers. */
export function pageCursor({ size, from, total }: Page, question: string): string {
  const tag = createHash('sha256').update(question).digest('hex').slice(0, TAG_LENGTH);
  const parts = [size, from, tag, ...(total === undefined ? [] : [total])];
  return Buffer.from(parts.join('.')).toString('base64url');
}

/** Reads a cursor that this service issued for the question; throws `cursor-invalid`. */
export function readCursor(cursor: string, question: string, currentSize: bigint): Page {
  try {
    const [size, from, , total] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
    const page = {
      size: parseDecimal('size', size ?? ''),
      from: parseDecimal('from', from ?? ''),
      total: total === undefined ? undefined : Number(parseDecimal('total', total)),
    };
    const isIssued = page.size <= currentSize && page.from <= page.size && pageCursor(page, question) === cursor;
    if (isIssued) return page;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  throw new LedgerError('cursor-invalid');
}
