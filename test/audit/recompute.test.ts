import { describe, expect, test } from 'vitest';
import { Recomputation } from '../../src/audit/recompute.ts';
import { formatEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { tilesOfTree } from '../../src/protocol/merkle/tile.ts';
import { mth } from '../oracle/merkle.ts';
import { recordEntries, recompute, servedLog } from '../auditor/served-log.ts';

/**
 * 65,792 entries and more have full tiles at two levels and a partial one at the third; most faults
 * show in a smaller log.
 */
const LARGE = 65_800;
const SIZE = 600;
const largeEntries = recordEntries(LARGE);
const largePages = servedLog(largeEntries);
const entries = largeEntries.slice(0, SIZE);
const pages = servedLog(entries);
const codes = (problems: readonly { code: string; where: string }[]) =>
  problems.map(({ code, where }) => `${code} ${where}`);
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** The served log with one page bent. */
function bent(
  path: string,
  bend: (page: Uint8Array) => Uint8Array,
  from: ReadonlyMap<string, Uint8Array> = pages,
): Map<string, Uint8Array> {
  const page = from.get(path);
  if (page === undefined) throw new Error(`the log has no ${path}`);
  return new Map(from).set(path, bend(Uint8Array.from(page)));
}

function flipped(at: number): (page: Uint8Array) => Uint8Array {
  return (page) => page.with(at, page[at]! ^ 0x40);
}

describe('an honest log', () => {
  test('has no problems, and the roots of the RFC at every requested size', () => {
    const sizes = [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 65_792, LARGE];
    const { recomputation, problems } = recompute(largePages, BigInt(LARGE), sizes.toReversed().map(BigInt));
    expect(problems).toEqual([]);
    expect(recomputation.size).toBe(BigInt(LARGE));
    for (const size of sizes) {
      const root = mth(largeEntries.slice(0, size)).toString('hex');
      expect(hex(recomputation.rootAt(BigInt(size))), String(size)).toBe(root);
    }
    expect(recomputation.rootAt(3n), 'was not requested').toBeUndefined();
    expect(recomputation.peaks).toHaveLength(LARGE.toString(2).replaceAll('0', '').length);
  });

  test.each([0, 1, 2, 255, 256, 257, 512, 513])('of size %i, at every size within', (size) => {
    const own = entries.slice(0, size);
    const sizes = Array.from({ length: size + 1 }, (_, i) => BigInt(i));
    const { recomputation, problems } = recompute(servedLog(own), BigInt(size), sizes);
    expect(problems).toEqual([]);
    for (const at of new Set([0, size >> 1, Math.max(0, size - 1), size])) {
      expect(hex(recomputation.rootAt(BigInt(at)))).toBe(mth(own.slice(0, at)).toString('hex'));
    }
  });

  test('every tile above the leaves is returned for comparison, once', () => {
    for (const size of [1, 255, 256, 257, 512, SIZE]) {
      const recomputation = new Recomputation(portableTreeHasher, BigInt(size));
      const computed = [];
      for (let at = 0; at < size; at += 256) {
        const bundle = formatEntryBundle(entries.slice(at, Math.min(size, at + 256)));
        computed.push(...recomputation.addBundle(bundle, new Uint8Array(0)).completed);
      }
      computed.push(...recomputation.partialTiles());
      const names = (tiles: readonly { level: number; index: bigint; width: number }[]) =>
        tiles.map(({ level, index, width }) => `${level}/${index}/${width}`).toSorted();
      const expected = [...tilesOfTree(BigInt(size))].filter(({ level }) => level > 0);
      expect(names(computed)).toEqual(names(expected));
    }
  });

  test('misuse is a bug of the caller', () => {
    expect(() => new Recomputation(portableTreeHasher, 5n, [6n])).toThrow('internal');
    expect(() => new Recomputation(portableTreeHasher, 0n).addBundle(new Uint8Array(0), new Uint8Array(0))).toThrow(
      'internal: all bundles were added',
    );
    expect(() => new Recomputation(portableTreeHasher, 5n).partialTiles()).toThrow('internal: bundles are missing');
  });
});

describe('planted faults', () => {
  const honestRoot = mth(entries).toString('hex');
  const run = (log: ReadonlyMap<string, Uint8Array>) => {
    const { recomputation, problems } = recompute(log, BigInt(SIZE));
    return { problems: codes(problems), root: hex(recomputation.rootAt(BigInt(SIZE))) };
  };

  test('a changed entry: its leaf, and every tile above', () => {
    const log = bent('tile/entries/003', flipped(35 * 7 + 10), largePages);
    const { recomputation, problems } = recompute(log, BigInt(LARGE));
    expect(codes(problems)).toEqual([
      'tile-differs tile/0/003, hash 7',
      'tile-differs tile/1/000, hash 3',
      'tile-differs tile/2/000.p/1, hash 0',
    ]);
    expect(hex(recomputation.rootAt(BigInt(LARGE)))).not.toBe(mth(largeEntries).toString('hex'));
  });

  test('a changed hash in a tile of each level, full and partial: the entries decide', () => {
    const paths = ['tile/0/003', 'tile/0/257.p/8', 'tile/1/000', 'tile/1/001.p/1', 'tile/2/000.p/1'];
    const log = paths.reduce((bending, path) => bent(path, flipped(31), bending), largePages);
    const { recomputation, problems } = recompute(log, BigInt(LARGE));
    expect(codes(problems).toSorted()).toEqual(paths.map((path) => `tile-differs ${path}, hash 0`).toSorted());
    expect(hex(recomputation.rootAt(BigInt(LARGE)))).toBe(mth(largeEntries).toString('hex'));
  });

  test.each([
    ['tile/0/001', 9],
    ['tile/0/002.p/88', 87],
    ['tile/1/000.p/2', 1],
  ])('the place of the hash that differs: %s, %i', (path, at) => {
    const expected = { problems: [`tile-differs ${path}, hash ${at}`], root: honestRoot };
    expect(run(bent(path, flipped(at * 32)))).toEqual(expected);
    expect(run(bent(path, flipped(at * 32 + 31)))).toEqual(expected);
  });

  test.each(['tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2'])('a tile of another length: %s', (path) => {
    for (const bend of [
      (tile: Uint8Array) => tile.slice(0, -32),
      (tile: Uint8Array) => tile.slice(1),
      (tile: Uint8Array) => Uint8Array.of(...tile, ...new Uint8Array(32)),
      () => new Uint8Array(0),
    ]) {
      expect(run(bent(path, bend)).problems).toEqual([`tile-length-wrong ${path}`]);
    }
  });

  test('a bundle that is too short or too long: its tile is used, and the rest is still examined', () => {
    const short = run(bent('tile/entries/001', (bundle) => bundle.slice(0, -1)));
    expect(short).toEqual({ problems: ['bundle-too-short tile/entries/001'], root: honestRoot });
    const fewer = run(bent('tile/entries/001', (bundle) => bundle.slice(0, -35)));
    expect(fewer).toEqual({ problems: ['bundle-too-short tile/entries/001'], root: honestRoot });
    const more = run(bent('tile/entries/002.p/88', (bundle) => Uint8Array.of(...bundle, 0, 0)));
    expect(more).toEqual({ problems: ['bundle-trailing-bytes tile/entries/002.p/88'], root: honestRoot });
  });

  test('neither bundle nor tile is readable: the recomputation ends without a root', () => {
    const log = bent('tile/entries/001', () => new Uint8Array(1));
    log.set('tile/0/001', new Uint8Array(31));
    expect(run(log)).toEqual({ problems: ['bundle-too-short tile/entries/001'], root: undefined });
  });

  test('two entries exchanged, one doubled, one left out', () => {
    const page = entries.slice(0, 256);
    const withEntries = (list: readonly Buffer[]) => run(bent('tile/entries/000', () => formatEntryBundle(list)));
    const exchanged = withEntries(page.with(1, page[2]!).with(2, page[1]!));
    expect(exchanged.problems[0]).toBe('tile-differs tile/0/000, hash 1');
    expect(exchanged.root).not.toBe(honestRoot);
    expect(withEntries([...page, page[255]!]).problems[0]).toBe('bundle-trailing-bytes tile/entries/000');
    expect(withEntries(page.slice(1)).problems[0]).toBe('bundle-too-short tile/entries/000');
  });

  test('entries of another form are named, and hashed like all others', () => {
    const strange = [Buffer.alloc(33, 2), Buffer.alloc(32, 1), Buffer.alloc(34, 1), Buffer.alloc(0), entries[0]!];
    const { recomputation, problems } = recompute(servedLog(strange), 5n);
    expect(problems.map(({ kind, code, where, found }) => [kind, code, where, found])).toEqual([
      ['unknown', 'entry-unknown', 'entry 0', '33 B, 0x02…'],
      ['unknown', 'entry-unknown', 'entry 1', '32 B, 0x01…'],
      ['unknown', 'entry-unknown', 'entry 2', '34 B, 0x01…'],
      ['unknown', 'entry-unknown', 'entry 3', '0 B'],
    ]);
    expect(hex(recomputation.rootAt(5n))).toBe(mth(strange).toString('hex'));
  });

  test('a problem has the expected hash and the one that was found', () => {
    const { problems } = recompute(bent('tile/1/000.p/2', flipped(0)), BigInt(SIZE));
    const expected = Buffer.from(pages.get('tile/1/000.p/2')!.subarray(0, 32)).toString('base64');
    expect(problems[0]).toMatchObject({ kind: 'contradiction', expected });
    expect(problems[0]!.found).not.toBe(expected);
  });
});
