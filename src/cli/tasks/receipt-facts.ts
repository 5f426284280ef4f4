import { readdir } from 'node:fs/promises';
import { isRegularFile } from '../../adapters/files/file-digest.ts';
import { baseName, folderOf, type PathBytes, pathText, siblingOf } from '../../adapters/files/path-bytes.ts';
import { holdsReceipt } from '../../adapters/files/receipt-content.ts';
import { fileOfReceiptPath } from '../../adapters/files/receipt-names.ts';
import { sectionValue } from '../../protocol/verify/record-steps.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { readReceiptFile } from './receipt-file.ts';

/** What a receipt states of its file, as far as it discloses it. */
export interface ReceiptFacts {
  /** Lower-case hex. */
  readonly sha256: string | undefined;
  /** As registered: a name, or a path relative to the folder that was named. */
  readonly name: string | undefined;
}

/** Not checked against the record: a verdict follows only where the receipt is judged. */
export function factsOf({ parsed: { record } }: ReceiptDocument): ReceiptFacts {
  const disclosed = 'value' in record ? record.value.disclosed : [];
  const sha256 = sectionValue(disclosed, 'digests')?.['sha256'];
  const name = sectionValue(disclosed, 'file')?.['name'];
  return {
    sha256: typeof sha256 === 'string' ? sha256 : undefined,
    name: typeof name === 'string' ? name : undefined,
  };
}

/** The same of a file; nothing is known of one that is not a readable receipt. */
export async function readFacts(receipt: PathBytes): Promise<ReceiptFacts> {
  return readReceiptFile(receipt).then(factsOf, () => ({ sha256: undefined, name: undefined }));
}

/**
 * The file that a receipt lies next to: by the name of the receipt, else by the name that it
 * states. Undefined where neither is there.
 */
export async function fileNextTo(receipt: PathBytes): Promise<PathBytes | undefined> {
  const byName = fileOfReceiptPath(receipt);
  if (byName !== undefined && (await isRegularFile(byName))) return byName;
  return existing(statedPlace(receipt, await readFacts(receipt)));
}

/** The file of the name that a receipt states, next to `place`. */
export async function fileStatedBy(receipt: ReceiptDocument, place: PathBytes): Promise<PathBytes | undefined> {
  return existing(statedPlace(place, factsOf(receipt)));
}

async function existing(path: PathBytes | undefined): Promise<PathBytes | undefined> {
  return path !== undefined && (await isRegularFile(path)) ? path : undefined;
}

/** Where a file of the stated name would be, next to its receipt. */
export function statedPlace(receipt: PathBytes, { name }: ReceiptFacts): PathBytes | undefined {
  const base = name === undefined ? '' : pathText(baseName(Buffer.from(name))).text;
  if (base === '' || base === '.' || base === '..' || base.includes('\0')) return undefined;
  return siblingOf(receipt, Buffer.from(base));
}

/**
 * The receipts in the folder of a file that state its digest, whatever their names are; in the
 * order of names.
 */
export async function receiptsNextTo(file: PathBytes, sha256: string): Promise<PathBytes[]> {
  const names = await readdir(folderOf(file), { encoding: 'buffer' }).catch(() => []);
  const found: PathBytes[] = [];
  for (const name of names.toSorted((a, b) => Buffer.compare(a, b))) {
    const path = siblingOf(file, name);
    if (holdsReceipt(path) && (await readFacts(path)).sha256 === sha256) found.push(path);
  }
  return found;
}
