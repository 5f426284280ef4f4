import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { TreeReader } from '../../src/log/tree-reader.ts';
import { formatEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { tilesOfTree } from '../../src/protocol/merkle/tile.ts';
import { emptyHead, plainItem, TestLedger } from '../adapters/embedded-store/ledger.ts';

const SIZE = 66_000; // three levels of tiles: 258 at level 0, 2 at level 1, 1 at level 2

async function storeOf(size: number): Promise<MemoryStore> {
  const store = new MemoryStore(emptyHead(), nodeTreeHasher);
  const ledger = new TestLedger(plainItem);
  for (let left = size; left > 0; left -= 1024) await store.commit(ledger.next(Math.min(left, 1024)), store.head());
  return store;
}

const store = await storeOf(SIZE);
const damaged = expect.objectContaining({ code: 'index-damaged' }) as Error;

/** The same store, with one bit of one tile flipped in the first `times` reads. */
function flipping(level: number, index: bigint, bit: number, times = Infinity): MemoryStore {
  let left = times;
  const planted = Object.create(store) as MemoryStore;
  for (const name of ['head', 'bundle', 'record'] as const) planted[name] = store[name].bind(store) as never;
  planted.tile = async (...[tileLevel, tileIndex, width]: Parameters<MemoryStore['tile']>) => {
    const bytes = await store.tile(tileLevel, tileIndex, width);
    if (bytes === undefined || tileLevel !== level || tileIndex !== index || left-- <= 0) return bytes;
    const flipped = new Uint8Array(bytes);
    flipped[(bit >> 3) % flipped.length]! ^= 1 << (bit & 7);
    return flipped;
  };
  return planted;
}

describe('verified tiles', () => {
  test('are the tiles of the store, of any width', async () => {
    const reader = new TreeReader(store, nodeTreeHasher);
    for (const { level, index, width } of tilesOfTree(BigInt(SIZE))) {
      for (const asked of [1, width >> 1, width].filter((each) => each > 0)) {
        expect(await reader.tile(level, index, asked)).toEqual(await store.tile(level, index, asked));
      }
      expect(await reader.tile(level, index, width + 1)).toBeUndefined();
    }
    expect(await reader.bundle(7n, 256)).toEqual(await store.bundle(7n, 256));
    expect(await reader.bundle(257n, 208)).toEqual(await store.bundle(257n, 208));
  });

  test('a wrong bit in any of them is noticed, at each level and at the edge [S17]', async () => {
    for (const [level, index] of [
      [0, 0n],
      [0, 100n],
      [0, 257n],
      [1, 0n],
      [1, 1n],
      [2, 0n],
    ] as const) {
      for (const bit of [0, 77, 8000, 65_535]) {
        const reader = new TreeReader(flipping(level, index, bit), nodeTreeHasher);
        await expect(reader.tile(level, index, 1)).rejects.toThrow(damaged);
      }
    }
  });

  test('no proof comes out of a wrong one', async () => {
    for (const level of [0, 1, 2]) {
      const reader = new TreeReader(flipping(level, 0n, 4321), nodeTreeHasher);
      await expect(reader.consistencyProof(200n, BigInt(SIZE))).rejects.toThrow(damaged);
      await expect(reader.rootAt(255n)).rejects.toThrow(damaged);
    }
  });

  test('what was wrong once in memory only is read again', async () => {
    const reader = new TreeReader(flipping(1, 0n, 99, 1), nodeTreeHasher);
    expect(await reader.tile(0, 3n, 256)).toEqual(await store.tile(0, 3n, 256));
  });

  test('a bundle must have the entries that the tree has', async () => {
    const planted = flipping(9, 0n, 0);
    planted.bundle = async (_index, width) =>
      formatEntryBundle(Array.from({ length: width }, (_, i) => plainItem(i === 5 ? 6 : i).entry));
    const reader = new TreeReader(planted, nodeTreeHasher);
    await expect(reader.bundle(0n, 256)).rejects.toThrow(damaged);
    expect(await reader.bundle(0n, 5)).toEqual(await store.bundle(0n, 5));
  });
});
