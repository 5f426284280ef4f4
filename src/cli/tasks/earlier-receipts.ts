import type { PathBytes } from '../../adapters/files/path-bytes.ts';
import { readFacts } from './receipt-facts.ts';
import type { FileListing } from './list-files.ts';

/**
 * The receipts that were found under other names than those of the files to register, by the digest
 * that they state; read when the first is asked for.
 */
export function renamedReceipts({ files, skipped }: FileListing): (sha256: string) => Promise<readonly PathBytes[]> {
  let reading: Promise<Map<string, PathBytes[]>> | undefined;
  const read = async (): Promise<Map<string, PathBytes[]>> => {
    const own = new Set(files.flatMap((file) => ('failure' in file ? [] : file.receiptPath.toString('latin1'))));
    const found = new Map<string, PathBytes[]>();
    for (const { path, reason } of skipped) {
      if (reason !== 'receipt' || own.has(path.toString('latin1'))) continue;
      const { sha256 } = await readFacts(path);
      if (sha256 !== undefined) found.set(sha256, [...(found.get(sha256) ?? []), path]);
    }
    return found;
  };
  return async (sha256) => (await (reading ??= read())).get(sha256) ?? [];
}
