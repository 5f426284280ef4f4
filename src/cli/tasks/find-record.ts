import { fetchReceipt, findEvidence } from '../../client/evidence.ts';
import type { Service } from '../../client/http.ts';
import { HASHES } from '../../compose/hashes.ts';
import { isUuid } from '../../kinds/record-id.ts';
import { mistakeInNumber, normalizeRecordNumber } from '../../kinds/record-number.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { MESSAGES } from '../../text/messages.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';
import { selfContradiction } from '../../verifier/self-contradiction.ts';

/**
 * The newest receipt of the record with this id or number, checked to be of that very record and to
 * hold in itself. Throws `record-id-wrong`, `record-not-found`, `receipt-wrong`, a `ProtocolError`
 * where the answer is no receipt, `ServiceProblem` and `ServiceUnreachable`.
 */
export async function findReceipt(service: Service, idOrNumber: string): Promise<ReceiptDocument> {
  const id = await recordIdOf(service, idOrNumber);
  const receipt = receiptDocument(await fetchReceipt(service, id));
  requireReceiptOf(receipt, id, idOrNumber);
  return receipt;
}

/**
 * The answer is kept as proof, so the receipt of another record, or one that contradicts itself, is
 * refused: `receipt-wrong`.
 */
function requireReceiptOf({ parsed }: ReceiptDocument, id: string, idOrNumber: string): void {
  if (!('value' in parsed.record)) throw parsed.record.error;
  const { header } = parsed.record.value;
  const isRequested = header.id === id && (isUuid(idOrNumber) || header.number === normalizeRecordNumber(idOrNumber));
  const problem = isRequested
    ? selfContradiction(HASHES.sha256, parsed, undefined)
    : bilingual(MESSAGES.otherRecord, { id: header.id });
  if (problem !== undefined) throw new LedgerError('receipt-wrong', { reason: problem });
}

/** Throws `record-id-wrong`, `record-not-found`, `ServiceProblem` and `ServiceUnreachable`. */
export async function recordIdOf(service: Service, idOrNumber: string): Promise<string> {
  if (isUuid(idOrNumber)) return idOrNumber;
  const number = normalizeRecordNumber(idOrNumber);
  if (number === undefined) throw wrongNumber(idOrNumber);
  for await (const item of findEvidence(service, { number })) return item.id;
  throw new LedgerError('record-not-found', { id: idOrNumber });
}

/** The error for what is neither a record id nor a record number; a mistyped number is named so. */
export function wrongNumber(typed: string): LedgerError {
  const codes = { character: 'mistyped/record-id-wrong', length: 'short/record-id-wrong' } as const;
  const mistake = mistakeInNumber(typed);
  return new LedgerError(mistake === undefined ? 'record-id-wrong' : codes[mistake], { id: typed.slice(0, 80) });
}
