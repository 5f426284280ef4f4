import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { digestFile } from '../../adapters/files/file-digest.ts';
import type { PathBytes } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { receiptPathOf } from '../../adapters/files/receipt-names.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { type CertificateDocument, readCertificate } from '../../verifier/certificate-document.ts';
import { MAX_PDF_BYTES } from '../../verifier/pdf-attachments.ts';
import { receiptsNextTo } from './receipt-facts.ts';
import { exists } from './receipt-file.ts';

const HEAD_BYTES = 1024;

/** The certificate at a path; undefined where there is none, or no file that can be read. */
export async function readCertificateFile(path: PathBytes): Promise<CertificateDocument | undefined> {
  if (!beginsAsPdf(path)) return undefined;
  try {
    return await readCertificate(new Uint8Array(await readBoundedFile(path, MAX_PDF_BYTES)));
  } catch (error) {
    // reported where it is read
    if (error instanceof ProtocolError || error instanceof LedgerError) return undefined;
    throw error;
  }
}

/** So that of other files, which may be large, no more is read. A named pipe is not waited for. */
function beginsAsPdf(path: PathBytes): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const head = Buffer.alloc(HEAD_BYTES);
    return fstatSync(fd).isFile() && head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)).includes('%PDF-');
  } catch {
    return false; // reported where it is read
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * The same of a file that was named alone: where a receipt of this very file lies next to it, it is
 * evidence, whatever is attached to it.
 */
export async function readLoneCertificate(path: PathBytes): Promise<CertificateDocument | undefined> {
  if (await exists(receiptPathOf(path))) return undefined;
  const certificate = await readCertificateFile(path);
  if (certificate === undefined) return undefined;
  const { sha256 } = await digestFile(path);
  return (await receiptsNextTo(path, sha256)).length === 0 ? certificate : undefined;
}
