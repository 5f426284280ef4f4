import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { IndexDatabase } from '../../../src/adapters/embedded-store/index/index-database.ts';
import { findKey, recordKey } from '../../../src/adapters/embedded-store/index/keys.ts';

const dir = mkdtempSync(join(tmpdir(), 'evl-closed-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a read after the index was closed is no damage', async () => {
  const index = await IndexDatabase.open(join(dir, 'index'), { create: true });
  await index.close();
  const range = { gte: findKey('case', 'a', 0n), lt: findKey('case', 'a', 9n) };
  const reads: (() => Promise<unknown>)[] = [
    () => index.get(recordKey(0n)),
    () => index.getOrThrow(recordKey(0n)),
    () => index.requireMany([recordKey(0n)]),
    () => index.requireTogether(recordKey(0n)),
    () => Promise.all([index.requireTogether(recordKey(0n)), index.requireTogether(recordKey(1n))]),
    () => index.getMirrored(range.gte),
    () => index.rangeMirrored(range, 5),
  ];
  for (const [i, read] of reads.entries()) {
    await expect(read(), String(i)).rejects.toMatchObject({ code: 'store-closed' });
  }
});
