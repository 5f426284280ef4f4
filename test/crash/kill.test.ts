import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { toBase64 } from '../../src/protocol/bytes.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { parseEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { tilePath, tileWidth } from '../../src/protocol/merkle/tile.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust } from '../../src/protocol/trust.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { Service, Workplace } from '../e2e/program.ts';

/**
 * SIGKILL under load, again and again. Whatever was answered with a receipt must be there afterwards, unchanged and under the roots that were
 * signed, and nothing may be there twice. (A kill leaves the page cache: this shows the order of things, not what a power cut does.)
 */
const KILLS = Number(process.env['KILLS'] ?? 20);
const WRITERS = 64;

const workplace = new Workplace();
const service = new Service(workplace);
/** Receipt text by the name of what was registered. */
const acknowledged = new Map<string, string>();

beforeAll(async () => {
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '500';
  await service.start();
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

test(
  `nothing that was acknowledged is lost in ${KILLS} kills under ${WRITERS} writers`,
  { timeout: 900_000 },
  async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      let isKilled = false;
      const before = acknowledged.size;
      const writers = Array.from({ length: WRITERS }, (_, writer) => write(`${kill}-${writer}`, () => isKilled));
      await new Promise((resolve) => setTimeout(resolve, 1000 + Math.random() * 1500));
      await service.stop('SIGKILL');
      isKilled = true;
      await Promise.all(writers);
      expect(acknowledged.size, 'the writers got nothing through').toBeGreaterThan(before);
      const startedMs = performance.now();
      await service.start();
      console.log(
        `kill ${kill + 1}: ${acknowledged.size} acknowledged, restart ${Math.round(performance.now() - startedMs)} ms`,
      );
    }

    await service.stop();
    expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
    await service.start();

    const trustText = await (await fetch(`${service.url}/trust.json`)).text();
    const trustFile = join(workplace.dir, 'trust.json');
    writeFileSync(trustFile, trustText);
    const roots = await rootsBySize();
    const trust = { source: 'file' as const, value: parseTrust(trustText) };
    const ids = new Set<string>();
    for (const [name, text] of acknowledged) {
      const receipt = parseReceipt(text);
      if (!('value' in receipt.proof) || !('value' in receipt.record))
        throw new Error(`receipt of ${name} is unreadable`);
      const report = verifyReceipt({ receipt, trust, hash: nodeSha256 });
      expect([name, report.verdict]).toEqual([name, 'PENDING']);
      const { size, root } = receipt.proof.value.checkpoint;
      expect([name, toBase64(root)]).toEqual([name, roots.get(size)]);
      ids.add(receipt.record.value.header.id);
    }
    expect(ids.size).toBe(acknowledged.size);
    const audit = ['audit', '--url', service.url, '--rpc', service.chainUrl, '--trust', trustFile];
    expect(await workplace.json(audit)).toMatchObject({ exit: 0, ok: true, problems: [] });

    // A retry with the same key answers with the record of then.
    for (const [name, text] of [...acknowledged].slice(-200)) {
      const again = JSON.parse(await (await register(name)).text()) as { record: unknown };
      expect(again.record).toEqual((JSON.parse(text) as { record: unknown }).record);
    }
  },
);

async function write(prefix: string, isOver: () => boolean): Promise<void> {
  for (let i = 0; !isOver(); i++) {
    const name = `${prefix}-${i}`;
    try {
      const answer = await register(name);
      const text = await answer.text();
      if (answer.status === 201) acknowledged.set(name, text);
    } catch {
      return; // killed
    }
  }
}

function register(name: string): Promise<Response> {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return fetch(`${service.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': name },
    body: JSON.stringify({ case: { number: 'crash' }, file: { name, size: name.length }, digests: { sha256 } }),
  });
}

/** The root of every tree size that the log went through, computed from its entries. */
async function rootsBySize(): Promise<Map<bigint, string>> {
  const { head } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as { head: { size: string } };
  const size = BigInt(head.size);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // until it is published
  const tree = new CompactRange(nodeTreeHasher);
  const roots = new Map<bigint, string>();
  for (let index = 0n; tileWidth('entries', index, size) > 0; index++) {
    const width = tileWidth('entries', index, size);
    const answer = await fetch(`${service.url}/log/${tilePath({ level: 'entries', index, width })}`);
    expect(answer.status).toBe(200);
    for (const entry of parseEntryBundle(new Uint8Array(await answer.arrayBuffer()), width)) {
      tree.append(nodeTreeHasher.leaf(entry));
      roots.set(tree.size, toBase64(tree.root()));
    }
  }
  return roots;
}
