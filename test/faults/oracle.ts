import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { toBase64 } from '../../src/protocol/encoding/bytes.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { parseEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { tilePath, tileWidth } from '../../src/protocol/merkle/tile.ts';
import { type RecordHeader, recordEntry, recordRoot } from '../../src/protocol/record/header.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import type { StepName } from '../../src/protocol/verify/report.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import type { Service, Workplace } from '../e2e/program.ts';
import { eventually } from '../server/ledger-fixture.ts';
import { register } from './writers.ts';

const RETRIES = 200;
/** What a receipt proves without the chain; the audit checks its anchor. */
const LOG_STEPS: readonly StepName[] = ['record-root', 'inclusion', 'log-signature'];

export interface Judgement {
  readonly acknowledged: number;
  readonly lost: number;
  readonly wrongCheckpoints: number;
}

/**
 * What must hold after every fault. The service is stopped, `fsck` finds nothing; started again,
 * each receipt that was issued verifies, its record is served unchanged, its checkpoint is the root
 * that the log's entries give at that size, no record is stored twice, the audit is clean, and a
 * retry gets the original record. Leaves the service running.
 */
export async function judge(
  workplace: Workplace,
  service: Service,
  acknowledged: ReadonlyMap<string, string>,
  { audit = true }: { readonly audit?: boolean } = {},
): Promise<Judgement> {
  await service.stop();
  expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
  await service.start();

  const trustText = await (await fetch(`${service.url}/trust.json`)).text();
  const trust = { source: 'file' as const, value: parseTrust(trustText) };
  const { roots, entries } = await rootsBySize(service);
  const ids = new Set<string>();
  const lost: string[] = [];
  const wrongCheckpoints: string[] = [];
  for (const [name, text] of acknowledged) {
    // so that closed connections are noticed
    if (ids.size % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    const receipt = parseReceipt(text);
    if (!('value' in receipt.proof) || !('value' in receipt.record))
      throw new Error(`receipt of ${name} is unreadable`);
    const { steps } = verifyReceipt({ receipt, trust, hash: nodeSha256 });
    const { index, checkpoint } = receipt.proof.value;
    const isSound = steps.every(({ step, status }) => status === 'pass' || !LOG_STEPS.includes(step));
    if (!isSound || entries[Number(index)] !== entryOf(receipt.record.value.header)) lost.push(name);
    if (toBase64(checkpoint.root) !== roots.get(checkpoint.size)) wrongCheckpoints.push(name);
    ids.add(receipt.record.value.header.id);
  }
  expect({ lost, wrongCheckpoints }).toEqual({ lost: [], wrongCheckpoints: [] });
  expect(ids.size).toBe(acknowledged.size);

  if (audit) {
    const trustFile = join(workplace.dir, 'trust.json');
    writeFileSync(trustFile, trustText);
    const args = ['audit', '--url', service.url, '--rpc', service.chainUrl, '--trust', trustFile];
    expect(await workplace.json(args)).toMatchObject({ exit: 0, ok: true, problems: [] });
  }
  for (const [name, text] of [...acknowledged].slice(-RETRIES)) {
    const again = JSON.parse(await (await register(service, name)).text()) as { record: unknown };
    expect(again.record).toEqual((JSON.parse(text) as { record: unknown }).record);
  }
  return { acknowledged: acknowledged.size, lost: lost.length, wrongCheckpoints: wrongCheckpoints.length };
}

function entryOf(header: RecordHeader): string {
  return toBase64(recordEntry(recordRoot(nodeSha256, header)));
}

/** The entries of the log, and the root of each of its tree sizes computed from them, in base64. */
async function rootsBySize({ url }: Service): Promise<{ roots: Map<bigint, string>; entries: string[] }> {
  const { head } = (await (await fetch(`${url}/v1/anchors`)).json()) as { head: { size: string } };
  const size = BigInt(head.size);
  await eventually(async () => {
    const note = await (await fetch(`${url}/log/checkpoint`)).text();
    return BigInt(note.split('\n')[1]!) >= size ? true : undefined;
  });
  const tree = new CompactRange(nodeTreeHasher);
  const roots = new Map<bigint, string>();
  const entries: string[] = [];
  for (let index = 0n; tileWidth('entries', index, size) > 0; index++) {
    const width = tileWidth('entries', index, size);
    const answer = await fetch(`${url}/log/${tilePath({ level: 'entries', index, width })}`);
    expect(answer.status).toBe(200);
    for (const entry of parseEntryBundle(new Uint8Array(await answer.arrayBuffer()), width)) {
      tree.append(nodeTreeHasher.leaf(entry));
      roots.set(tree.size, toBase64(tree.root()));
      entries.push(toBase64(entry));
    }
  }
  return { roots, entries };
}
