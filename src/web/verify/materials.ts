import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { isJsonObject, parseJson } from '../../protocol/encoding/json.ts';
import { toHex } from '../../protocol/encoding/bytes.ts';
import { sha256 } from '../../protocol/encoding/hash.ts';
import { MAX_RECEIPT_BYTES, RECEIPT_FORMATS } from '../../protocol/receipt.ts';
import { parseTrust, type Trust } from '../../protocol/trust.ts';
import { isRecordOf } from '../../protocol/verify/record-steps.ts';
import { readCertificate } from '../../verifier/certificate-document.ts';
import { MAX_PDF_BYTES } from '../../verifier/pdf-attachments.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';

/** What was given to the page, by its content and not by its name. */
export type Material =
  | { readonly kind: 'receipt'; readonly name: string; readonly content: ReceiptDocument | ProtocolError }
  | { readonly kind: 'trust'; readonly name: string; readonly trust: Trust | ProtocolError }
  | { readonly kind: 'evidence'; readonly name: string; readonly file: File }
  | {
      readonly kind: 'certificate';
      readonly name: string;
      readonly file: File;
      readonly content: ReceiptDocument;
    };

const TRUST_FORMATS = /^evidence-ledger\/trust\/v\d+$/;
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * All that was given, by kind. A PDF with our attachments is a certificate, unless a receipt of the
 * PDF itself was given too: then it is evidence.
 */
export async function classifyAll(files: readonly File[]): Promise<Material[]> {
  const materials = await Promise.all(files.map((file) => classify(file)));
  const receipts = materials.filter((one) => one.kind === 'receipt');
  return Promise.all(
    materials.map(async (one): Promise<Material> => {
      if (one.kind !== 'certificate' || !(await isEvidence(one, receipts))) return one;
      return { kind: 'evidence', name: one.name, file: one.file };
    }),
  );
}

/** Whether one of the receipts is of this very file, by its name or its content. */
async function isEvidence(
  { name, file }: { readonly name: string; readonly file: File },
  receipts: readonly (Material & { readonly kind: 'receipt' })[],
): Promise<boolean> {
  if (receipts.length === 0) return false;
  const digest = toHex(sha256(new Uint8Array(await file.arrayBuffer())));
  return receipts.some(({ name: ofReceipt, content }) => {
    if (ofReceipt === `${name}.receipt.json`) return true;
    return (
      !(content instanceof ProtocolError) &&
      'value' in content.parsed.record &&
      isRecordOf(sha256, content.parsed.record.value, digest)
    );
  });
}

/** What is nothing of ours is evidence. Never rejects for what a file holds. */
async function classify(file: File): Promise<Material> {
  const name = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
  const evidence: Material = { kind: 'evidence', name, file };
  const text = await textOf(file);
  if (text === undefined) return (await certificateOf(file, name)) ?? evidence;
  try {
    const json = parseJson('file', text.replace(BYTE_ORDER_MARK, ''), MAX_RECEIPT_BYTES);
    const format = isJsonObject(json) ? json['format'] : undefined;
    if (typeof format !== 'string') return evidence;
    if (format.startsWith(RECEIPT_FORMATS))
      return { kind: 'receipt', name, content: readable(() => receiptDocument(json)) };
    if (TRUST_FORMATS.test(format)) return { kind: 'trust', name, trust: readable(() => parseTrust(text)) };
    return evidence;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return evidence;
  }
}

/** Undefined for what is no PDF, has no receipt of ours in it, or cannot be read. */
async function certificateOf(file: File, name: string): Promise<Material | undefined> {
  if (file.size > MAX_PDF_BYTES) return undefined;
  try {
    if (!(await file.slice(0, 1024).text()).includes('%PDF-')) return undefined;
    const certificate = await readCertificate(new Uint8Array(await file.arrayBuffer()));
    if (certificate === undefined) return undefined;
    return { kind: 'certificate', name, file, content: certificate.receipt };
  } catch {
    return undefined; // it cannot be read, which hashing reports
  }
}

/** The text of a file that may be JSON of ours; undefined for all others, which are not read. */
async function textOf(file: File): Promise<string | undefined> {
  if (file.size === 0 || file.size > MAX_RECEIPT_BYTES) return undefined;
  try {
    const head = (await file.slice(0, 64).text()).replace(BYTE_ORDER_MARK, '').trimStart();
    return head === '' || head.startsWith('{') ? await file.text() : undefined;
  } catch {
    return undefined; // it cannot be read, which hashing reports
  }
}

function readable<T>(read: () => T): T | ProtocolError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
