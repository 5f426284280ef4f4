import type { Json } from '../protocol/encoding/json.ts';
import { type ParsedReceipt, readReceipt } from '../protocol/receipt.ts';

/**
 * A receipt as a file or a service gives it: its JSON, and its parts as far as they can be parsed.
 */
export interface ReceiptDocument {
  readonly json: Json;
  readonly parsed: ParsedReceipt;
}

/** Throws a `ProtocolError` where the JSON is not a receipt at all. */
export function receiptDocument(json: Json): ReceiptDocument {
  return { json, parsed: readReceipt(json) };
}

/** Undefined where the record cannot be parsed. */
export function recordIdOf({ parsed }: ReceiptDocument): string | undefined {
  return 'value' in parsed.record ? parsed.record.value.header.id : undefined;
}
