import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatEntryBundle,
  hashBundle,
  isUniformBundle,
  MAX_BUNDLE_BYTES,
  MAX_ENTRY_BYTES,
  parseEntryBundle,
} from '../../src/protocol/merkle/entry-bundle.ts';
import {
  hashesAtLevel,
  locateNode,
  nodesInTiles,
  parseTilePath,
  type TileId,
  TileNodes,
  tilePath,
  tilesForRanges,
  tilesOfTree,
  tileWidth,
} from '../../src/protocol/merkle/tile.ts';
import { hashesOfRanges } from '../../src/protocol/merkle/subtree.ts';
import { inclusionRanges } from '../../src/protocol/merkle/inclusion.ts';
import { nodeHasher } from '../oracle/fast-tree.ts';
import { decimalEntries, leafHash, mth, nodeHash } from '../oracle/merkle.ts';
import { tilesOf } from '../oracle/tiles.ts';
import { codeOf } from './thrown.ts';

describe('tile paths', () => {
  const canonical: readonly (readonly [string, TileId['level'], bigint, number])[] = [
    ['tile/0/000', 0, 0n, 256],
    ['tile/0/001', 0, 1n, 256],
    ['tile/0/999', 0, 999n, 256],
    ['tile/0/x001/000', 0, 1000n, 256],
    ['tile/0/x001/x234/067', 0, 1_234_067n, 256],
    ['tile/0/x001/x234/067.p/89', 0, 1_234_067n, 89],
    ['tile/0/000.p/1', 0, 0n, 1],
    ['tile/0/000.p/255', 0, 0n, 255],
    ['tile/1/000.p/10', 1, 0n, 10],
    ['tile/9/000', 9, 0n, 256],
    ['tile/10/000', 10, 0n, 256],
    ['tile/63/000', 63, 0n, 256],
    ['tile/63/x999/x999/x999/x999/x999/999.p/255', 63, 999_999_999_999_999_999n, 255],
    ['tile/15/x455/667', 15, 455_667n, 256],
    ['tile/0/x018/x446/x744/x073/x709/x551/615', 0, 2n ** 64n - 1n, 256],
    ['tile/entries/000', 'entries', 0n, 256],
    ['tile/entries/000.p/8', 'entries', 0n, 8],
    ['tile/entries/x123/x456/x789/000', 'entries', 123_456_789_000n, 256],
    ['tile/entries/x009/x007/x199/x254/x740/991.p/255', 'entries', 9_007_199_254_740_991n, 255],
  ];

  test.each(canonical)('%s', (path, level, index, width) => {
    expect(parseTilePath(path)).toEqual({ level, index, width });
    expect(tilePath({ level, index, width })).toBe(path);
  });

  const refused = [
    '',
    'tile',
    'tile/',
    'tile/0',
    'tile/0/',
    'tile//000',
    '/tile/0/000',
    'tile/0/000/',
    ' tile/0/000',
    'tile/0/000 ',
    'tile/0/000\n',
    'TILE/0/000',
    'tile/00/000',
    'tile/01/000',
    'tile/64/000',
    'tile/99/000',
    'tile/100/000',
    'tile/-1/000',
    'tile/+1/000',
    'tile/0x1/000',
    'tile/1e0/000',
    'tile/abc/000',
    'tile/Entries/000',
    'tile/entry/000',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/1000',
    'tile/0/x000',
    'tile/0/x001',
    'tile/0/x001/',
    'tile/0/x001/x234',
    'tile/0/x001/x234/',
    'tile/0/x000/000',
    'tile/0/x000/067',
    'tile/0/x000/x001/000',
    'tile/0/001/002',
    'tile/0/X001/002',
    'tile/8/x001/0002',
    'tile/8/x001/-02',
    'tile/8/x01/002',
    'tile/8/x0001/002',
    'tile/1/x001/.p/abc',
    'tile/0/000.p',
    'tile/0/000.p/',
    'tile/0/000.p/0',
    'tile/0/000.p/00',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/1000',
    'tile/0/000.p/-1',
    'tile/0/000.p/1.5',
    'tile/0/000.p/1/',
    'tile/0/000.p/1.p/1',
    'tile/0/000.P/1',
    'tile/0/.p/1',
    'tile/0/x001.p/1/000',
    'tile/0/٠٠٠',
    'tile/0/0００',
    'tile/0/000%2ep/1',
    'tile/0/../0/000',
    'tile/0//000',
    'tile/entries/',
    'tile/entries/x000/000',
    'tile/entries/000.p/256',
    `tile/0/${'x001/'.repeat(12)}000`,
    `tile/0/${'x001/'.repeat(100_000)}000`,
  ];

  test.each(refused.map((path) => [path.length > 80 ? `${path.slice(0, 40)}…` : path, path]))('not %j', (_, path) => {
    expect(codeOf(() => parseTilePath(path))).toBe('tile-path-invalid');
  });

  test('every tile has one path and every path one tile', () => {
    const tile = fc.record({
      level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
      index: fc.bigInt(0n, 2n ** 64n - 1n),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tile, (id) => {
        expect(parseTilePath(tilePath(id))).toEqual(id);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^tile\/(\d{1,2}|entries)\/(x\d{3}\/){0,3}\d{3}(\.p\/\d{1,3})?$/), (path) => {
        let id: TileId | undefined;
        expect([undefined, 'tile-path-invalid']).toContain(codeOf(() => (id = parseTilePath(path))));
        if (id !== undefined) expect(tilePath(id)).toBe(path);
      }),
    );
  });
});

describe('which tiles a tree has', () => {
  /** By level: the number of full tiles and the width of the partial one (0: none). */
  const shapes: readonly (readonly [number, readonly (readonly [number, number])[]])[] = [
    [0, []],
    [1, [[0, 1]]],
    [255, [[0, 255]]],
    [
      256,
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      257,
      [
        [1, 1],
        [0, 1],
      ],
    ],
    [
      65_536,
      [
        [256, 0],
        [1, 0],
        [0, 1],
      ],
    ],
    [
      70_000,
      [
        [273, 112],
        [1, 17],
        [0, 1],
      ],
    ],
  ];

  test.each(shapes)('of size %i', (size, levels) => {
    const expected = levels.flatMap(([full, partial], level) => [
      ...Array.from({ length: full }, (_, i) => tilePath({ level, index: BigInt(i), width: 256 })),
      ...(partial === 0 ? [] : [tilePath({ level, index: BigInt(full), width: partial })]),
    ]);
    expect([...tilesOfTree(BigInt(size))].map(tilePath)).toEqual(expected);
    for (const [level, [full, partial]] of levels.entries()) {
      expect(hashesAtLevel(level, BigInt(size))).toBe(BigInt(full * 256 + partial));
      expect(tileWidth(level, BigInt(full), BigInt(size))).toBe(partial);
      expect(tileWidth(level, BigInt(full + 1), BigInt(size))).toBe(0);
    }
    expect(hashesAtLevel('entries', BigInt(size))).toBe(BigInt(size));
  });

  test('of the largest size', () => {
    const size = 2n ** 64n - 1n;
    expect(tileWidth(0, 2n ** 56n - 1n, size)).toBe(255);
    expect(tileWidth(0, 2n ** 56n, size)).toBe(0);
    expect(tileWidth(7, 0n, size)).toBe(255);
    expect(tileWidth(8, 0n, size)).toBe(0);
    expect(tileWidth('entries', 2n ** 56n - 1n, size)).toBe(255);
  });

  test('the contents are subtree hashes of the RFC', () => {
    const size = 70_000;
    const entries = decimalEntries(size);
    const tiles = tilesOf(entries.map(leafHash));
    for (const { level, index, width } of tilesOfTree(BigInt(size))) {
      expect(tiles.get(`${level}/${index}`)!.length, `${level}/${index}`).toBe(32 * width);
    }
    expect(tiles.size).toBe([...tilesOfTree(BigInt(size))].length);
    const hashAt = (level: number, index: number, i: number) =>
      tiles
        .get(`${level}/${index}`)!
        .subarray(32 * i, 32 * i + 32)
        .toString('hex');
    const rootOf = (begin: number, end: number) => mth(entries.slice(begin, end)).toString('hex');
    expect(hashAt(0, 273, 111)).toBe(rootOf(69_999, 70_000));
    expect(hashAt(1, 1, 16)).toBe(rootOf(272 * 256, 273 * 256));
    expect(hashAt(2, 0, 0)).toBe(rootOf(0, 65_536));
    expect(hashAt(1, 0, 255)).toBe(rootOf(255 * 256, 256 * 256));

    const nodes = new Map([...tiles].map(([name, tile]) => [name, new TileNodes(nodeHasher, tile)]));
    const read = nodesInTiles((level, index) => nodes.get(`${level}/${index}`)!);
    for (const index of [0, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      const ranges = inclusionRanges(BigInt(index), BigInt(size));
      const found = hashesOfRanges(nodeHasher, ranges, read).map((hash) => Buffer.from(hash).toString('hex'));
      expect(found).toEqual(ranges.map(({ begin, end }) => rootOf(Number(begin), Number(end))));
      for (const { level, index: tile, width } of tilesForRanges(ranges, BigInt(size))) {
        expect(width, 'width of the tile in this tree').toBe(tileWidth(level, tile, BigInt(size)));
      }
    }
  });

  test('a node is found in the tile of its level, at its place', () => {
    expect(locateNode({ level: 0, index: 257n })).toEqual({ level: 0, index: 1n, innerLevel: 0, position: 1 });
    expect(locateNode({ level: 7, index: 3n })).toEqual({ level: 0, index: 1n, innerLevel: 7, position: 1 });
    expect(locateNode({ level: 8, index: 3n })).toEqual({ level: 1, index: 0n, innerLevel: 0, position: 3 });
    expect(locateNode({ level: 23, index: 2n ** 40n + 1n })).toEqual({
      level: 2,
      index: 2n ** 39n,
      innerLevel: 7,
      position: 1,
    });
  });

  test('nodes above a partial tile are computed from complete pairs alone', () => {
    const leaves = decimalEntries(5).map(leafHash);
    const nodes = new TileNodes(nodeHasher, Buffer.concat(leaves));
    expect(Buffer.from(nodes.node(1, 1))).toEqual(nodeHash(leaves[2]!, leaves[3]!));
    expect(Buffer.from(nodes.node(2, 0))).toEqual(mth(decimalEntries(4)));
    expect(codeOf(() => nodes.node(1, 2))).toBe('tile-too-short');
    expect(codeOf(() => nodes.node(0, 5))).toBe('tile-too-short');
    expect(codeOf(() => nodes.node(3, 0))).toBe('tile-too-short');
    expect(codeOf(() => new TileNodes(nodeHasher, Buffer.concat(leaves).subarray(0, 159)).node(0, 4))).toBe(
      'tile-too-short',
    );
  });
});

describe('entry bundles', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  test('length prefix, big-endian', () => {
    const bundle = formatEntryBundle([Uint8Array.of(1, 2), new Uint8Array(0), new Uint8Array(258).fill(7)]);
    expect(hex(bundle)).toBe(`0002010200000102${'07'.repeat(258)}`);
    expect(parseEntryBundle(bundle, 3).map(hex)).toEqual(['0102', '', '07'.repeat(258)]);
  });

  test('what was written is read again', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 256 }), (entries) => {
        const bundle = formatEntryBundle(entries);
        expect(parseEntryBundle(bundle, entries.length).map(hex)).toEqual(entries.map(hex));
      }),
    );
    const largest = formatEntryBundle(Array.from({ length: 256 }, () => new Uint8Array(MAX_ENTRY_BYTES)));
    expect(largest.length).toBe(MAX_BUNDLE_BYTES);
    expect(parseEntryBundle(largest, 256)).toHaveLength(256);
    expect(() => formatEntryBundle([new Uint8Array(65_536)])).toThrow(RangeError);
  });

  test('exactly all bytes and exactly the width', () => {
    const bundle = formatEntryBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    for (let length = 0; length < bundle.length; length++) {
      expect(
        codeOf(() => parseEntryBundle(bundle.subarray(0, length), 2)),
        `${length} bytes`,
      ).toBe('bundle-too-short');
    }
    expect(codeOf(() => parseEntryBundle(bundle, 1))).toBe('bundle-trailing-bytes');
    expect(codeOf(() => parseEntryBundle(bundle, 3))).toBe('bundle-too-short');
    expect(codeOf(() => parseEntryBundle(Uint8Array.of(...bundle, 0), 2))).toBe('bundle-trailing-bytes');
    expect(parseEntryBundle(new Uint8Array(0), 0)).toEqual([]);
    expect(() => parseEntryBundle(bundle.subarray(0, 4), 2)).toThrow('bundle ends within entry 0, should have 2');
  });

  test('is hashed to its leaves, whether its entries are of one length or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
        (entries) => {
          const bundle = formatEntryBundle(entries);
          const expected = entries.map((entry) => hex(leafHash(entry))).join('');
          expect(hex(hashBundle(nodeHasher, bundle, entries.length))).toBe(expected);
        },
      ),
    );
    expect(codeOf(() => hashBundle(nodeHasher, Uint8Array.of(0, 1, 7, 0, 2, 7), 2))).toBe('bundle-too-short');
    expect(codeOf(() => hashBundle(nodeHasher, Uint8Array.of(0, 1, 7, 0, 0, 7), 2))).toBe('bundle-trailing-bytes');
  });

  test('is uniform where each length is the one that is asked for', () => {
    const bundle = formatEntryBundle([Buffer.alloc(33, 0x21), Buffer.alloc(33)]);
    expect(isUniformBundle(bundle, 2, 33)).toBe(true);
    for (const [width, entryBytes] of [
      [1, 33],
      [3, 33],
      [2, 32],
      [2, 34],
      [1, 68],
    ] as const) {
      expect([width, entryBytes, isUniformBundle(bundle, width, entryBytes)]).toEqual([width, entryBytes, false]);
    }
    for (const at of [0, 1, 35, 36]) expect(isUniformBundle(bundle.with(at, 1), 2, 33), String(at)).toBe(false);
    expect(isUniformBundle(bundle.with(2, 1), 2, 33)).toBe(true);
  });
});
