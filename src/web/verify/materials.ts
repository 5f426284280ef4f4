import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { isJsonObject, parseJson } from '../../protocol/encoding/json.ts';
import { toHex } from '../../protocol/encoding/bytes.ts';
import { sha256 } from '../../protocol/encoding/hash.ts';
import { MAX_RECEIPT_BYTES, RECEIPT_FORMATS } from '../../protocol/receipt.ts';
import { parseTrust, trustFingerprint } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { isRecordOf } from '../../protocol/verify/record-steps.ts';
import { readCertificate } from '../../verifier/certificate-document.ts';
import { MAX_PDF_BYTES } from '../../verifier/pdf-attachments.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';

const NO_JSON = new ProtocolError('json-invalid', 'no JSON of ours');
const OTHER_FORMAT = new ProtocolError('receipt-format-unknown', 'another format');

/** What was given to the page, by its content and not by its name. */
export type Material =
  | { readonly kind: 'receipt'; readonly name: string; readonly content: ReceiptDocument | ProtocolError }
  | {
      readonly kind: 'trust';
      readonly name: string;
      readonly trust: Trust | ProtocolError;
      readonly fingerprint: string | undefined;
    }
  | { readonly kind: 'evidence'; readonly name: string; readonly file: File }
  | {
      readonly kind: 'certificate';
      readonly name: string;
      readonly file: File;
      readonly content: ReceiptDocument;
    };

const TRUST_FORMATS = /^evidence-ledger\/trust\/v\d+$/;
const RECEIPT_NAMES = /\.receipt\.json$/i;
const RECEIPT_BEGINNING = /^\s*\{\s*"format"\s*:\s*"evidence-ledger\/receipt\//;
const TRUST_NAME = /^trust\.json$/i;
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * All that was given, by kind, read one after another. A PDF with our attachments is a certificate,
 * unless a receipt of the PDF itself was given too: then it is evidence.
 */
export async function classifyAll(files: readonly File[]): Promise<Material[]> {
  const materials: Material[] = [];
  for (const file of files) materials.push(await classify(file));
  const receipts = materials.filter((one) => one.kind === 'receipt');
  const all: Material[] = [];
  for (const one of materials) {
    const isPlain = one.kind === 'certificate' && (await isEvidence(one, receipts));
    all.push(isPlain ? { kind: 'evidence', name: one.name, file: one.file } : one);
  }
  return all;
}

/**
 * Whether one of the receipts is of this very file, by its name or its content; also where it
 * cannot be read a second time, which hashing reports.
 */
async function isEvidence(
  { name, file }: { readonly name: string; readonly file: File },
  receipts: readonly (Material & { readonly kind: 'receipt' })[],
): Promise<boolean> {
  if (receipts.length === 0) return false;
  const bytes = await file.arrayBuffer().catch(() => undefined);
  if (bytes === undefined) return true;
  const digest = toHex(sha256(new Uint8Array(bytes)));
  return receipts.some(({ name: ofReceipt, content }) => {
    if (ofReceipt === `${name}.receipt.json`) return true;
    return (
      !(content instanceof ProtocolError) &&
      'value' in content.parsed.record &&
      isRecordOf(sha256, content.parsed.record.value, digest)
    );
  });
}

/**
 * What is nothing of ours is evidence. What has the name or the beginning of a receipt, and is none
 * that can be read, is an unreadable receipt: its file must not be judged as if it had none. Never
 * rejects for what a file holds.
 */
async function classify(file: File): Promise<Material> {
  const name = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
  const evidence: Material = { kind: 'evidence', name, file };
  const unreadable = (error: ProtocolError, isReceipt = false): Material => {
    if (isReceipt || RECEIPT_NAMES.test(name)) return { kind: 'receipt', name, content: error };
    return TRUST_NAME.test(name) ? { kind: 'trust', name, trust: error, fingerprint: undefined } : evidence;
  };
  const text = await textOf(file);
  if (text === undefined) return (await certificateOf(file, name)) ?? unreadable(NO_JSON);
  try {
    const json = parseJson('file', text.replace(BYTE_ORDER_MARK, ''), MAX_RECEIPT_BYTES);
    const format = isJsonObject(json) ? json['format'] : undefined;
    if (typeof format !== 'string') return unreadable(OTHER_FORMAT);
    if (format.startsWith(RECEIPT_FORMATS))
      return { kind: 'receipt', name, content: readable(() => receiptDocument(json)) };
    if (!TRUST_FORMATS.test(format)) return unreadable(OTHER_FORMAT);
    const trust = readable(() => parseTrust(text));
    const fingerprint = trust instanceof ProtocolError ? undefined : trustFingerprint(trust);
    return { kind: 'trust', name, trust, fingerprint };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return unreadable(error, RECEIPT_BEGINNING.test(text));
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
