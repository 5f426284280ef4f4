import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { holdsReceipt } from '../../src/adapters/files/receipt-content.ts';
import { readBoundedFile } from '../../src/adapters/files/read-bounded.ts';
import { parseJson } from '../../src/protocol/encoding/json.ts';
import { memoize } from '../../src/verifier/memoize.ts';

/** What is kept of a file or an answer keeps no more than itself in memory. */

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are in use after `make`, and by what it returned. */
async function keptBy<T>(make: () => Promise<T>): Promise<{ bytes: number; kept: T }> {
  const used = () => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const kept = await make();
  return { bytes: used() - before, kept };
}

test('an id that was parsed does not keep the text around it', async () => {
  const { bytes, kept } = await keptBy(async () => {
    const ids: unknown[] = [];
    for (let i = 0; i < 100; i++) {
      const text = JSON.stringify({ id: `0123456789-0123456789-${i}`, more: 'x'.repeat(200_000) });
      ids.push((parseJson('text', text, 1_000_000) as { id: string }).id);
    }
    return ids;
  });
  expect(kept).toHaveLength(100);
  expect(bytes).toBeLessThan(5_000_000);
});

test('paths that are kept do not keep the contents that were read between them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evl-kept-'));
  mkdirSync(join(folder, 'd'));
  const content = JSON.stringify({ format: 'evidence-ledger/receipt/v1', more: 'x'.repeat(3000) });
  for (let i = 0; i < 2000; i++) writeFileSync(join(folder, 'd', `${i}`), content);
  const { bytes, kept } = await keptBy(async () => {
    const paths: Buffer[] = [];
    for (let i = 0; i < 2000; i++) {
      const path = Buffer.concat([Buffer.from(folder), Buffer.from(`/d/${i}`)]);
      expect(holdsReceipt(path)).toBe(true);
      await readBoundedFile(path, 10_000);
      paths.push(Buffer.concat([path, Buffer.from('.receipt.json')]));
    }
    return paths;
  });
  rmSync(folder, { recursive: true, force: true });
  expect(kept).toHaveLength(2000);
  expect(bytes).toBeLessThan(2_500_000);
});

test('no more than the last results are known', () => {
  const values = new Map<number, number>();
  for (let i = 0; i < 5000; i++) memoize(values, i, () => i);
  expect(values.size).toBe(1024);
  expect(memoize(values, 4999, () => -1)).toBe(4999);
});
