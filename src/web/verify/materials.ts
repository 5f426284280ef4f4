import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { isJsonObject, parseJson } from '../../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES, RECEIPT_FORMATS } from '../../protocol/receipt.ts';
import { parseTrust, type Trust } from '../../protocol/trust.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';

/** What was given to the page, by its content and not by its name. */
export type Material =
  | { readonly kind: 'receipt'; readonly name: string; readonly content: ReceiptDocument | ProtocolError }
  | { readonly kind: 'trust'; readonly name: string; readonly trust: Trust | ProtocolError }
  | { readonly kind: 'evidence'; readonly name: string; readonly file: File };

const TRUST_FORMATS = /^evidence-ledger\/trust\/v\d+$/;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** What is neither a receipt nor a trust file is evidence. Never rejects for what a file holds. */
export async function classify(file: File): Promise<Material> {
  const name = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
  const evidence: Material = { kind: 'evidence', name, file };
  const text = await textOf(file);
  if (text === undefined) return evidence;
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
