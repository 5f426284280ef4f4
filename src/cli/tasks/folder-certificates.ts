import { digestFile } from '../../adapters/files/file-digest.ts';
import type { PathBytes } from '../../adapters/files/path-bytes.ts';
import { readCertificateFile } from './certificate-file.ts';
import { factsOf, readFacts, type ReceiptFacts } from './receipt-facts.ts';

/** A certificate, with what the receipt attached to it states. */
export interface FoundCertificate {
  readonly path: PathBytes;
  readonly facts: ReceiptFacts;
}

/**
 * The certificates among files that have no receipt by their name, read one after another. One
 * whose digest a receipt states is evidence, whatever is attached to it.
 */
export async function certificatesAmong(
  files: readonly PathBytes[],
  receipts: readonly PathBytes[],
): Promise<FoundCertificate[]> {
  const found: FoundCertificate[] = [];
  for (const path of files) {
    const certificate = await readCertificateFile(path);
    if (certificate !== undefined) found.push({ path, facts: factsOf(certificate.receipt) });
  }
  if (found.length === 0) return [];
  const registered = new Set<string | undefined>();
  for (const receipt of receipts) registered.add((await readFacts(receipt)).sha256);
  const certificates: FoundCertificate[] = [];
  for (const one of found) {
    const digests = await digestFile(one.path).catch(() => undefined); // reported where it is read
    if (digests !== undefined && !registered.has(digests.sha256)) certificates.push(one);
  }
  return certificates;
}
