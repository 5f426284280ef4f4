import type { EvidenceRegistration } from '../client/registration.ts';
import { normalizeCaseNumber } from '../kinds/case-number.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import { type FileFacts, sectionValue } from '../protocol/verify/record-steps.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Message } from '../text/message.ts';
import { MESSAGES } from '../text/messages.ts';
import { parseErrorText } from '../text/error-text.ts';
import { type ReceiptDocument, receiptDocument } from '../verifier/receipt-document.ts';
import { selfContradiction } from '../verifier/self-contradiction.ts';

/** Whether a receipt is of this file under this case, and holds in itself. */
export function isReceiptOf(sha256: Sha256, receipt: ParsedReceipt, file: FileFacts, caseNumber: string): boolean {
  return isOfCase(receipt, caseNumber) && selfContradiction(sha256, receipt, file) === undefined;
}

/**
 * The answer to a registration, once it is checked to be a receipt of what was registered. Throws
 * `receipt-wrong`.
 */
export function checkedReceipt(sha256: Sha256, json: Json, registration: EvidenceRegistration): ReceiptDocument {
  const receipt = parse(json);
  const { digests, file } = registration;
  const facts: FileFacts = {
    sha256: digests.sha256,
    size: file.size,
    ...(digests.sm3 !== undefined && { sm3: digests.sm3 }),
  };
  const problem = selfContradiction(sha256, receipt.parsed, facts);
  if (problem !== undefined) throw wrongReceipt(problem);
  if (!isOfCase(receipt.parsed, registration.case.number)) throw wrongReceipt(MESSAGES.otherCase);
  return receipt;
}

function parse(json: Json): ReceiptDocument {
  try {
    return receiptDocument(json);
  } catch (error) {
    if (error instanceof ProtocolError) throw wrongReceipt(parseErrorText(error));
    throw error;
  }
}

function wrongReceipt(reason: Message): LedgerError {
  return new LedgerError('receipt-wrong', { reason });
}

function isOfCase({ record }: ParsedReceipt, caseNumber: string): boolean {
  const stated = 'value' in record ? sectionValue(record.value.disclosed, 'case')?.['number'] : undefined;
  return typeof stated === 'string' && normalizeCaseNumber(stated) === normalizeCaseNumber(caseNumber);
}
