import { keysForSize } from '../../src/protocol/trust.ts';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createLedger } from '../../src/compose/maintenance.ts';
import { ContentStore } from '../../src/adapters/embedded-store/contents/content-store.ts';
import { dataPaths, readIdentity } from '../../src/adapters/data-folder/data-folder.ts';
import { checkStore } from '../../src/adapters/embedded-store/check/check.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { equalBytes } from '../../src/protocol/encoding/bytes.ts';
import { parseReceipt, type ParsedReceipt } from '../../src/protocol/receipt.ts';
import { newFolder } from '../adapters/embedded-store/folder.ts';
import type { SmallService } from './small-service.ts';

/** A new ledger in a temporary folder; nothing runs. */
export async function newLedger(): Promise<string> {
  const dataDir = join(newFolder(), 'data');
  await createLedger({
    dataDir,
    chainDir: undefined,
    origin: undefined,
    rpcUrls: undefined,
    sources: undefined,
    contract: undefined,
    operatedBy: 'operator',
    finality: undefined,
  });
  return dataDir;
}

export function copyOf(dataDir: string): string {
  const copy = join(newFolder(), 'data');
  cpSync(dataDir, copy, { recursive: true });
  return copy;
}

/**
 * The acknowledged records that are missing, and the receipts whose checkpoint is not the root that
 * the log has at that size.
 */
export async function contradictions(
  { log, store }: SmallService,
  acknowledged: Iterable<string>,
): Promise<{ readonly lost: string[]; readonly wrongCheckpoints: string[] }> {
  const [lost, wrongCheckpoints]: string[][] = [[], []];
  for (const text of acknowledged) {
    const { header, index, size, root } = statementsOf(parseReceipt(text));
    const record = size <= store.head().size ? await store.record(index) : undefined;
    if (JSON.stringify(record?.header) !== JSON.stringify(header)) lost!.push(header.id);
    else if (!equalBytes(await log.reader.rootAt(size), root)) wrongCheckpoints!.push(header.id);
  }
  return { lost: lost!, wrongCheckpoints: wrongCheckpoints! };
}

function statementsOf({ record, proof }: ParsedReceipt) {
  if (!('value' in record) || !('value' in proof)) throw new Error('receipt is unreadable');
  return { header: record.value.header, index: proof.value.index, ...proof.value.checkpoint };
}

/** The check of `evl fsck` in this process, contents included. */
export async function expectClean(dataDir: string): Promise<void> {
  const paths = dataPaths(dataDir);
  const owned = new Set<string>();
  const { problems } = await checkStore({
    dir: dataDir,
    vkeys: (size) => keysForSize(readIdentity(paths), size),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    onContent: (_record, sha256) => owned.add(sha256),
  });
  const contents = new ContentStore(paths.contents);
  const damaged = await Promise.all([...owned].map((sha256) => contents.check(sha256)));
  expect([...problems, ...damaged.filter((problem) => problem !== undefined)]).toEqual([]);
}
