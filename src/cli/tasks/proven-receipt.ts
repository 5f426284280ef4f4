import { digestFile, isRegularFile } from '../../adapters/files/file-digest.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { holdsReceipt } from '../../adapters/files/receipt-content.ts';
import { isReceiptPath, receiptPathOf } from '../../adapters/files/receipt-names.ts';
import type { Service } from '../../client/http.ts';
import { isUuid } from '../../kinds/record-id.ts';
import { mistakeInNumber, normalizeRecordNumber } from '../../kinds/record-number.ts';
import { utf8Text } from '../../protocol/encoding/bytes.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { parseJson } from '../../protocol/encoding/json.ts';
import { MAX_RECEIPT_BYTES } from '../../protocol/receipt.ts';
import { MAX_TRUST_BYTES, parseTrust, trustFingerprint } from '../../protocol/trust-file.ts';
import { type Report, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { VERDICT_LABELS } from '../../text/verdicts.ts';
import type { ComparedFile, Judge } from '../../verifier/judge.ts';
import { type ReceiptDocument, receiptDocument } from '../../verifier/receipt-document.ts';
import { findReceipt, wrongNumber } from './find-record.ts';
import { exists, receiptText, receiptUnreadable } from './receipt-file.ts';
import { rememberedPath } from './trust-memory.ts';

/** A receipt that was judged, and its text as it is attached to a document. */
export interface ProvenReceipt {
  readonly text: string;
  readonly document: ReceiptDocument;
  readonly report: Report;
}

/** Where receipts come from, and what judges them. */
export interface ReceiptSources {
  readonly judge: Judge;
  /** Undefined: only files are read. */
  readonly service: Service | undefined;
}

/**
 * The receipt that an argument names, judged: an existing path counts first, then a record number
 * or id, for which the service is asked. A file with a receipt next to it stands for that one, and
 * is compared with it. Throws `receipt-unreadable`, `record-id-wrong`,
 * `record-not-found`, `receipt-wrong`, `certificate-refused` for what does not verify, and what the
 * service throws. A record that is not anchored yet passes.
 */
export async function provenReceipt(argument: string, { judge, service }: ReceiptSources): Promise<ProvenReceipt> {
  const found = await readOrFetch(argument, service);
  const { report } = await judge.judge(found.document.parsed, found.file);
  const { verdict } = report;
  const { text, document } = found;
  if (verdict === 'VERIFIED' || verdict === 'PENDING') return { text, document, report };
  const refused = new LedgerError('certificate-refused', { receipt: argument, verdict: VERDICT_LABELS[verdict] });
  throw refused.exitingWith(VERDICT_EXIT[verdict]);
}

interface FoundReceipt extends Pick<ProvenReceipt, 'text' | 'document'> {
  /** That was named in its place. */
  readonly file?: ComparedFile;
}

async function readOrFetch(argument: string, service: Service | undefined): Promise<FoundReceipt> {
  const path = argumentPaths([argument])[0]!;
  try {
    if (await hasReceiptNextTo(path)) {
      return { ...(await readReceiptAt(receiptPathOf(path))), file: await digestFile(path) };
    }
    if (await exists(path)) return await readReceiptAt(path);
    const isRecord = isUuid(argument) || normalizeRecordNumber(argument) !== undefined;
    if (!isRecord && mistakeInNumber(argument) !== undefined) throw wrongNumber(argument);
    // what is no number is the name of a file that is not there
    if (!isRecord) await readBoundedFile(path, MAX_RECEIPT_BYTES);
    if (service === undefined) throw new LedgerError('service-not-asked', { record: argument });
    const document = await findReceipt(service, argument);
    return { document, text: receiptText(document.json) };
  } catch (error) {
    throw receiptUnreadable(pathText(path).text, error);
  }
}

async function hasReceiptNextTo(path: PathBytes): Promise<boolean> {
  if (isReceiptPath(path) || holdsReceipt(path)) return false;
  return (await isRegularFile(path)) && (await exists(receiptPathOf(path)));
}

async function readReceiptAt(path: PathBytes): Promise<FoundReceipt> {
  const text = utf8Text(await readBoundedFile(path, MAX_RECEIPT_BYTES));
  return { text, document: receiptDocument(parseJson('receipt', text, MAX_RECEIPT_BYTES)) };
}

/**
 * The text of the trust file that a report rests on: the named one, or the remembered one of this
 * log. Undefined where neither is the one of the report.
 */
export async function trustTextOf(
  { trust, object }: Report,
  { named, home }: { readonly named: string | undefined; readonly home: string },
): Promise<string | undefined> {
  if (trust === null || object === null) return undefined;
  const [path] = argumentPaths([named ?? rememberedPath(home, object.origin)]);
  try {
    const text = utf8Text(await readBoundedFile(path!, MAX_TRUST_BYTES));
    return trustFingerprint(parseTrust(text)) === trust.sha256 ? text : undefined;
  } catch (error) {
    if (error instanceof LedgerError || error instanceof ProtocolError) return undefined;
    throw error;
  }
}
