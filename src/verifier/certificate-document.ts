import { ProtocolError } from '../protocol/encoding/errors.ts';
import { utf8Text } from '../protocol/encoding/bytes.ts';
import { parseJson } from '../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES } from '../protocol/receipt.ts';
import { CERTIFICATE_ATTACHMENTS } from '../protocol/certificate.ts';
import { readAttachments } from './pdf-attachments.ts';
import { type ReceiptDocument, receiptDocument } from './receipt-document.ts';

/**
 * What a certificate (存证证书) has for a verifier. Its visible text proves nothing and is not
 * looked at.
 */
export interface CertificateDocument {
  readonly receipt: ReceiptDocument;
  /** The attachment as it is. */
  readonly receiptText: string;
  /**
   * The operator's trust file as attached: no more than the operator's word. Undefined: none is
   * attached.
   */
  readonly trustText: string | undefined;
}

/**
 * Reads a PDF as a certificate: its attachments of our names (PROTOCOL.md section 5), of which the
 * receipt is one by its content. Undefined for everything else, and where two attachments have one
 * of the names with different contents. A PDF that is evidence itself may have such attachments
 * too: where a receipt of that very file is known, do not ask. Never rejects for what the bytes
 * are.
 */
export async function readCertificate(bytes: Uint8Array<ArrayBuffer>): Promise<CertificateDocument | undefined> {
  const attachments = await readAttachments(bytes);
  const textsOf = (wanted: string) =>
    new Set(attachments.filter(({ name }) => name === wanted).map(({ data }) => textOrUndefined(data)));
  const receipts = textsOf(CERTIFICATE_ATTACHMENTS.receipt);
  const trusts = textsOf(CERTIFICATE_ATTACHMENTS.trust);
  const [receiptText] = receipts;
  const [trustText] = trusts;
  if (receipts.size !== 1 || trusts.size > 1 || receiptText === undefined) return undefined;
  const receipt = receiptOrUndefined(receiptText);
  return receipt && { receipt, receiptText, trustText };
}

function textOrUndefined(data: Uint8Array): string | undefined {
  return unlessUnreadable(() => utf8Text(data));
}

function receiptOrUndefined(text: string): ReceiptDocument | undefined {
  return unlessUnreadable(() => receiptDocument(parseJson('receipt', text, MAX_RECEIPT_BYTES)));
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
