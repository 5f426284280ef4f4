import { STORE_FAULTS } from '../../../src/text/store.ts';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, expect, test } from 'vitest';
import { damagedTables, tableFault } from '../../../src/adapters/embedded-store/index/table-check.ts';
import { newFolder, removeFolders } from './folder.ts';

/**
 * A database of one table, with compressed and uncompressed blocks and an index that needs several
 * bytes for an offset.
 */
async function table(compression: boolean): Promise<string> {
  const folder = newFolder();
  const open = async () => {
    const level = new Level<string, Buffer>(folder, { valueEncoding: 'buffer', compression });
    await level.open();
    return level;
  };
  const level = await open();
  for (let i = 0; i < 400; i++) await level.put(`key of some length ${i}`, Buffer.alloc(150, `value ${i % 7}`));
  await level.close();
  await (await open()).close(); // the log becomes a table
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.ldb'))!,
  );
}

afterEach(removeFolders);

test.each([true, false])(
  'every bit of a table that LevelDB wrote counts, but for padding and magic (compressed: %s) [S22]',
  async (isCompressed) => {
    const bytes = readFileSync(await table(isCompressed));
    expect(tableFault(bytes)).toBeUndefined();
    const harmless = new Set<number>();
    for (let at = 0; at < bytes.length; at++) {
      bytes[at]! ^= 1 << (at % 8);
      if (tableFault(bytes) === undefined) harmless.add(bytes.length - at);
      bytes[at]! ^= 1 << (at % 8);
    }
    // counted from the end: 8 bytes of magic, which LevelDB itself looks at, and the padding before
    // it
    const padding = [...harmless].filter((fromEnd) => fromEnd > 8);
    expect(harmless.size - padding.length).toBe(8);
    expect(Math.max(...padding)).toBeLessThan(48 - 4);
    expect(padding.every((fromEnd) => bytes.at(-fromEnd) === 0)).toBe(true);
  },
);

test('damaged tables are named; half of one is left to LevelDB', async () => {
  const file = await table(true);
  const folder = join(file, '..');
  expect(await damagedTables(folder)).toEqual([]);
  const bytes = readFileSync(file);
  bytes[100]! ^= 1;
  writeFileSync(join(folder, '999999.ldb'), bytes);
  expect(await damagedTables(folder)).toEqual([
    { file: join(folder, '999999.ldb'), offset: 0, reason: STORE_FAULTS.tableBlockCrc },
  ]);
  writeFileSync(join(folder, '999999.ldb'), bytes.subarray(0, 5000));
  expect(await damagedTables(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  expect(await damagedTables(folder)).toEqual([]);
});
