import { describe, expect, test } from 'vitest';
import { Recomputation } from '../../src/audit/recompute.ts';
import { formatEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { tilesOfTree } from '../../src/protocol/merkle/tile.ts';
import { mth } from '../oracle/merkle.ts';
import { recordEntries, recompute, servedLog } from './served-log.ts';

const SIZE = 66_000;
const entries = recordEntries(SIZE);
const pages = servedLog(entries);
const codes = (problems: readonly { code: string; where: string }[]) =>
  problems.map(({ code, where }) => `${code} ${where}`);
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** The served log with one page bent. */
function bent(path: string, bend: (page: Uint8Array) => Uint8Array): Map<string, Uint8Array> {
  const page = pages.get(path);
  if (page === undefined) throw new Error(`the log has no ${path}`);
  return new Map(pages).set(path, bend(Uint8Array.from(page)));
}

function flipped(at: number): (page: Uint8Array) => Uint8Array {
  return (page) => {
    page[at]! ^= 0x40;
    return page;
  };
}

describe('an honest log', () => {
  test('has no problems, and the roots of the RFC at every size that is wanted', () => {
    const wanted = [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 65_792, SIZE];
    const { recomputation, problems } = recompute(pages, BigInt(SIZE), wanted.toReversed().map(BigInt));
    expect(problems).toEqual([]);
    expect(recomputation.size).toBe(BigInt(SIZE));
    for (const size of wanted) {
      expect(hex(recomputation.rootAt(BigInt(size))), String(size)).toBe(mth(entries.slice(0, size)).toString('hex'));
    }
    expect(recomputation.rootAt(3n), 'was not wanted').toBeUndefined();
    expect(recomputation.peaks).toHaveLength(SIZE.toString(2).replaceAll('0', '').length);
  });

  test.each([0, 1, 2, 255, 256, 257, 512, 513])('of size %i, at every size within', (size) => {
    const own = entries.slice(0, size);
    const wanted = Array.from({ length: size + 1 }, (_, i) => BigInt(i));
    const { recomputation, problems } = recompute(servedLog(own), BigInt(size), wanted);
    expect(problems).toEqual([]);
    for (const at of [0, 1, size >> 1, size - 1, size].filter((n) => n >= 0)) {
      expect(hex(recomputation.rootAt(BigInt(at)))).toBe(mth(own.slice(0, at)).toString('hex'));
    }
  });

  test('every tile that the tree has is compared', () => {
    for (const size of [1, 256, 257, 65_536, SIZE]) {
      const asked: string[] = [];
      const recomputation = new Recomputation(portableTreeHasher, BigInt(size));
      const own = servedLog(entries.slice(0, size));
      for (let index = 0; index * 256 < size; index++) {
        const bundle = formatEntryBundle(entries.slice(index * 256, Math.min(size, index * 256 + 256)));
        const { completed } = recomputation.addBundle(bundle, new Uint8Array(0));
        asked.push(...completed.map((tile) => `${tile.level}/${tile.index}/${tile.width}`));
        if (size > 1000) break;
      }
      if (size > 1000) continue;
      asked.push(...recomputation.partialTiles().map((tile) => `${tile.level}/${tile.index}/${tile.width}`));
      const above = [...tilesOfTree(BigInt(size))].filter(({ level }) => level > 0);
      expect(asked.toSorted()).toEqual(above.map((tile) => `${tile.level}/${tile.index}/${tile.width}`).toSorted());
      expect(own.size).toBeGreaterThan(0);
    }
  });

  test('the edges of the fold: a wanted size beyond the tree is our own bug', () => {
    expect(() => new Recomputation(portableTreeHasher, 5n, [6n])).toThrow('internal');
    expect(() => new Recomputation(portableTreeHasher, 0n).addBundle(new Uint8Array(0), new Uint8Array(0))).toThrow(
      'internal: all bundles were fed',
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
    const { problems, root } = run(bent('tile/entries/003', flipped(35 * 7 + 10)));
    expect(problems).toEqual([
      'tile-differs tile/0/003, hash 7',
      'tile-differs tile/1/000, hash 3',
      'tile-differs tile/2/000.p/1, hash 0',
    ]);
    expect(root).not.toBe(honestRoot);
  });

  test.each([
    ['tile/0/003', 'tile-differs tile/0/003, hash 9'],
    ['tile/0/257.p/208', 'tile-differs tile/0/257.p/208, hash 9'],
    ['tile/1/000', 'tile-differs tile/1/000, hash 9'],
    ['tile/1/001.p/1', 'tile-differs tile/1/001.p/1, hash 0'],
    ['tile/2/000.p/1', 'tile-differs tile/2/000.p/1, hash 0'],
  ])('a changed hash of %s', (path, problem) => {
    const { problems, root } = run(bent(path, flipped(problem.endsWith('9') ? 9 * 32 + 31 : 5)));
    expect(problems).toEqual([problem]);
    expect(root, 'the entries decide').toBe(honestRoot);
  });

  test.each(['tile/0/003', 'tile/0/257.p/208', 'tile/1/000', 'tile/2/000.p/1'])('a tile of another length: %s', (path) => {
    for (const bend of [
      (tile: Uint8Array) => tile.slice(0, -32),
      (tile: Uint8Array) => tile.slice(1),
      (tile: Uint8Array) => Uint8Array.of(...tile, ...new Uint8Array(32)),
      () => new Uint8Array(0),
    ]) {
      expect(run(bent(path, bend)).problems).toEqual([`tile-length-wrong ${path}`]);
    }
  });

  test('a bundle cut short or with too much in it: the tile is taken, and the rest is still looked at', () => {
    const short = run(bent('tile/entries/003', (bundle) => bundle.slice(0, -1)));
    expect(short).toEqual({ problems: ['bundle-too-short tile/entries/003'], root: honestRoot });
    const fewer = run(bent('tile/entries/003', (bundle) => bundle.slice(0, -35)));
    expect(fewer).toEqual({ problems: ['bundle-too-short tile/entries/003'], root: honestRoot });
    const more = run(bent('tile/entries/257.p/208', (bundle) => Uint8Array.of(...bundle, 0, 0)));
    expect(more).toEqual({ problems: ['bundle-trailing-bytes tile/entries/257.p/208'], root: honestRoot });
  });

  test('neither bundle nor tile can be read: it ends there, without a root', () => {
    const log = bent('tile/entries/003', () => new Uint8Array(1));
    log.set('tile/0/003', new Uint8Array(31));
    expect(run(log)).toEqual({ problems: ['bundle-too-short tile/entries/003'], root: undefined });
  });

  test('two entries exchanged, one doubled, one left out', () => {
    const bundleOf = (list: readonly Buffer[]) => () => formatEntryBundle(list);
    const page = entries.slice(0, 256);
    const exchanged = run(bent('tile/entries/000', bundleOf(page.with(1, page[2]!).with(2, page[1]!))));
    expect(exchanged.problems[0]).toBe('tile-differs tile/0/000, hash 1');
    expect(exchanged.root).not.toBe(honestRoot);
    const doubled = run(bent('tile/entries/000', bundleOf([...page, page[255]!])));
    expect(doubled.problems[0]).toBe('bundle-trailing-bytes tile/entries/000');
    const leftOut = run(bent('tile/entries/000', bundleOf(page.slice(1))));
    expect(leftOut.problems[0]).toBe('bundle-too-short tile/entries/000');
  });

  test('entries of another form are named, and hashed like all others', () => {
    const strange = [Buffer.alloc(33, 2), Buffer.alloc(32, 1), Buffer.alloc(34, 1), Buffer.alloc(0), entries[0]!];
    const { recomputation, problems } = recompute(servedLog(strange), 5n);
    expect(problems.map(({ kind, code, where, found }) => [kind, code, where, found])).toEqual([
      ['unknown', 'entry-unknown', 'entry 0', '33 bytes, first byte 2'],
      ['unknown', 'entry-unknown', 'entry 1', '32 bytes, first byte 1'],
      ['unknown', 'entry-unknown', 'entry 2', '34 bytes, first byte 1'],
      ['unknown', 'entry-unknown', 'entry 3', 'empty'],
    ]);
    expect(hex(recomputation.rootAt(5n))).toBe(mth(strange).toString('hex'));
  });

  test('what differs is shown: the hash that it must be, and the one that it is', () => {
    const { problems } = recompute(bent('tile/1/000', flipped(0)), BigInt(SIZE));
    const expected = Buffer.from(pages.get('tile/1/000')!.subarray(0, 32));
    expect(problems[0]).toMatchObject({ kind: 'contradiction', expected: expected.toString('base64') });
    expect(problems[0]!.found).not.toBe(problems[0]!.expected);
  });
});
