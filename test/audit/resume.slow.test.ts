import { describe, expect, test } from 'vitest';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { compareTile, Recomputation } from '../../src/audit/recompute.ts';
import { edgeTiles, type StartingPoint, startingPoint } from '../../src/audit/resume.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { tilePath, tileWidth } from '../../src/protocol/merkle/tile.ts';
import { leafHash, mth } from '../oracle/merkle.ts';
import { recordEntries, servedLog } from '../auditor/served-log.ts';

/** 65,800 entries fill a tile of level 1 and begin one of level 2. */
const entries = recordEntries(66_400);
const leaves = entries.map(leafHash);
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** What an auditor remembers of the log at a size. */
function remembered(size: number): Parameters<typeof startingPoint>[1] {
  const range = new CompactRange(nodeTreeHasher);
  for (const leaf of leaves.slice(0, size)) range.append(leaf);
  return { checkpoint: { origin: 'o', size: BigInt(size), root: range.root() }, peaks: range.peaks };
}

const pagesOf = new Map<number, Map<string, Uint8Array>>();
function pages(size: number): Map<string, Uint8Array> {
  if (!pagesOf.has(size)) pagesOf.set(size, servedLog(entries.slice(0, size)));
  return pagesOf.get(size)!;
}

/** The edge of the remembered tree, as prefixes of the tiles that the log of `size` serves. */
function edge(before: number, size: number): Uint8Array[] {
  return edgeTiles(remembered(before)).map(({ level, index, width }) => {
    if (width === 0) return new Uint8Array(0);
    const wide = { level, index, width: tileWidth(level, index, BigInt(size)) };
    return pages(size)
      .get(tilePath(wide))!
      .subarray(0, 32 * width);
  });
}

describe('a continued recomputation', () => {
  test.each([
    [0, 1],
    [1, 300],
    [255, 256],
    [256, 257],
    [300, 900],
    [512, 700],
    [900, 65_536],
    [65_280, 65_700],
    [65_535, 65_536],
    [65_536, 66_304],
    [65_792, 66_304],
    [65_800, 66_400],
  ])('from %i to %i has the roots and tiles of a whole one', (before, size) => {
    const start = startingPoint(nodeTreeHasher, remembered(before), edge(before, size))!;
    expect(start.size).toBe(BigInt(before - (before % 256)));
    const recomputation = new Recomputation(nodeTreeHasher, BigInt(size), [BigInt(before)], start);
    const problems = [];
    for (let index = start.size / 256n; 256n * index < size; index++) {
      const width = tileWidth('entries', index, BigInt(size));
      const page = (level: 'entries' | 0) => pages(size).get(tilePath({ level, index, width }))!;
      const step = recomputation.addBundle(page('entries'), page(0));
      problems.push(...step.problems);
      for (const tile of step.completed) problems.push(...compareTile(tile, pages(size).get(tilePath(tile))!));
    }
    const partial = recomputation.partialTiles();
    for (const tile of partial) problems.push(...compareTile(tile, pages(size).get(tilePath(tile))!));
    expect(problems).toEqual([]);
    expect(hex(recomputation.rootAt(BigInt(before)))).toBe(hex(mth(entries.slice(0, before))));
    expect(hex(recomputation.rootAt(BigInt(size)))).toBe(hex(mth(entries.slice(0, size))));
    expect(recomputation.peaks.map(hex)).toEqual(remembered(size).peaks.map(hex));
    const names = (list: readonly { level: number; width: number }[]) => list.map(({ level, width }) => [level, width]);
    const whole = edgeTiles(remembered(size)).filter(({ width }) => width > 0);
    expect(names(partial)).toEqual(names(whole));
  });

  test('refuses tiles of another tree: any flipped bit, another length', () => {
    for (const before of [300, 900, 65_800, 66_304]) {
      const memory = remembered(before);
      const served = edge(before, 66_400);
      const startOf = (tiles: readonly Uint8Array[]): StartingPoint | undefined =>
        startingPoint(nodeTreeHasher, memory, tiles);
      expect(startOf(served)).toBeDefined();
      for (const [i, tile] of served.entries()) {
        for (const at of new Set([0, 31, tile.length >> 1, tile.length - 1])) {
          if (tile.length === 0) continue;
          const bent = Uint8Array.from(tile).with(at, tile[at]! ^ 1);
          expect([before, i, at, startOf(served.with(i, bent))]).toEqual([before, i, at, undefined]);
        }
        const longer = Uint8Array.of(...tile, ...new Uint8Array(32));
        expect(startOf(served.with(i, longer))).toBeUndefined();
        if (tile.length > 0) expect(startOf(served.with(i, tile.slice(32)))).toBeUndefined();
      }
    }
  });

  test('refuses sizes before its start', () => {
    const start = startingPoint(nodeTreeHasher, remembered(300), edge(300, 900));
    expect(() => new Recomputation(nodeTreeHasher, 900n, [255n], start)).toThrow('internal');
  });
});
