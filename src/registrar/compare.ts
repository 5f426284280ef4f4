import { type AnyRegistration, type KindView, lookupsOf, type Stated } from '../kinds/view.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { ParsedReceipt } from '../protocol/receipt.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual, type Message } from '../text/message.ts';
import { MESSAGES } from '../text/messages.ts';
import { parseErrorText } from '../text/error-text.ts';
import { type ReceiptDocument, receiptDocument } from '../verifier/receipt-document.ts';
import { selfContradiction } from '../verifier/self-contradiction.ts';

/** What was registered, or is to be. */
export interface Registered<Registration extends AnyRegistration> {
  readonly kind: KindView<Registration>;
  readonly registration: Stated<Registration>;
}

/** Whether a receipt is of this registration, and holds in itself. */
export function isReceiptOf<Registration extends AnyRegistration>(
  sha256: Sha256,
  receipt: ParsedReceipt,
  registered: Registered<Registration>,
): boolean {
  return mismatch(sha256, receipt, registered) === undefined;
}

/**
 * The answer to a registration, once it is checked to be a receipt of what was registered. Throws
 * `receipt-wrong`.
 */
export function checkedReceipt<Registration extends AnyRegistration>(
  sha256: Sha256,
  json: Json,
  registered: Registered<Registration>,
): ReceiptDocument {
  const receipt = parse(json);
  const problem = mismatch(sha256, receipt.parsed, registered);
  if (problem !== undefined) throw wrongReceipt(problem);
  return receipt;
}

/**
 * The first contradiction between a receipt and a registration: the receipt must hold in itself and
 * with the registered file, be of the same kind, and be found by the same look-ups.
 */
function mismatch<Registration extends AnyRegistration>(
  sha256: Sha256,
  receipt: ParsedReceipt,
  { kind, registration }: Registered<Registration>,
): Message | undefined {
  const contradiction = selfContradiction(sha256, receipt, kind.fileOf(registration));
  if (contradiction !== undefined) return contradiction;
  if (!('value' in receipt.record) || receipt.record.value.header.kind !== kind.name) return MESSAGES.otherKind;
  const { disclosed } = receipt.record.value;
  const found = lookupsOf(kind, Object.fromEntries(disclosed.map(({ name, value }) => [name, value])));
  const isFoundBy = (by: string, value: string) => found.some((other) => other.by === by && other.value === value);
  const missing = lookupsOf(kind, kind.sectionsOf(registration, undefined)).find(
    ({ by, value }) => !isFoundBy(by, value),
  );
  return missing && bilingual(MESSAGES.otherLookup, { label: kind.lookups[missing.by]!.label });
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
