import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../src/adapters/embedded-store/store.ts';
import { recordId, recordNumber } from './ledger.ts';

/**
 * `node open-flipped.ts <folder>`: opens the store and reads it, with one place of its tables after
 * the other changed, until LevelDB ends this process over one: LevelDB merges tables that are read
 * often, and takes a key that is out of order for a bug of its own. Exits by itself where LevelDB
 * never does.
 */
const [dir] = process.argv.slice(2) as [string];
const index = join(dir, 'index');
const whole = join(dir, 'index.whole');
cpSync(index, whole, { recursive: true });
const tables = readdirSync(index).filter((name) => name.endsWith('.ldb'));

for (let part = 0; part < 1; part += 0.01) {
  for (const table of tables) {
    rmSync(index, { recursive: true });
    cpSync(whole, index, { recursive: true });
    const bytes = readFileSync(join(index, table));
    bytes[Math.floor(part * bytes.length)]! ^= 8;
    writeFileSync(join(index, table), bytes);
    await readAll().catch(() => {}); // refused: no matter here
  }
}

async function readAll(): Promise<void> {
  const store = await openStore({ dir });
  for (let i = 0; BigInt(i) < store.head().size; i++) {
    const reads = [store.record(BigInt(i)), store.indexOfId(recordId(i)), store.indexOfNumber(recordNumber(i))];
    await Promise.allSettled(reads);
  }
  await store.close();
}
