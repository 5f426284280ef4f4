import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { hashesAtLevel, TILE_WIDTH } from '../../src/protocol/merkle/tile.ts';
import type { AnchorJob, Commit, Head } from '../../src/log/model.ts';
import type { Store } from '../../src/log/ports.ts';
import { EMPTY_DIRECTORY, headAfter } from '../../src/people/model.ts';
import type { DirectoryStore } from '../../src/people/ports.ts';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { officeEntries } from '../people/entries.ts';
import {
  anchorJob,
  caseOf,
  checkpointOf,
  digestOf,
  emptyHead,
  hasher,
  plainItem,
  recordId,
  recordNumber,
  scopeOf,
  TestLedger,
} from './embedded-store/ledger.ts';

type LedgerStore = Store & DirectoryStore;

/** Makes stores for one test. */
export interface StoreMaker {
  create(head: Head): Promise<LedgerStore>;
  /** The same store after a restart, or the store as it is where it keeps nothing. */
  reopen(store: LedgerStore): Promise<LedgerStore>;
  /** Removes what the test left. */
  end(): Promise<void>;
}

/** What every store must do. */
export function describeStore(name: string, open: () => StoreMaker): void {
  // oxlint-disable-next-line vitest/valid-title -- the name of the adapter
  describe(name, () => {
    let maker: StoreMaker;
    let store: LedgerStore;

    beforeEach(async () => {
      maker = open();
      store = await maker.create(emptyHead());
    });
    afterEach(async () => {
      await store.close();
      await maker.end();
    });
    const reopen = async () => {
      store = await maker.reopen(store);
    };

    async function bilingual(...counts: readonly number[]): Promise<TestLedger> {
      const ledger = new TestLedger();
      for (const count of counts) {
        const before = store.head();
        await store.commit(ledger.next(count), before);
      }
      await reopen();
      return ledger;
    }

    test('an empty store has the head it was made with, and nothing else', async () => {
      await reopen();
      expect(store.head()).toEqual(emptyHead());
      expect(await store.record(0n)).toBeUndefined();
      expect(await store.record(-1n)).toBeUndefined();
      expect(await store.indexOfId(recordId(0))).toBeUndefined();
      expect(await store.indexesOf({ by: 'case', value: caseOf(0) }, 0n, 10)).toEqual([]);
      expect(await store.marked(scopeOf(0))).toBeUndefined();
      expect(await store.tile(0, 0n, 1)).toBeUndefined();
      expect(await store.bundle(0n, 1)).toBeUndefined();
      expect(store.published()).toBeUndefined();
      expect(await store.publishedAt(0n)).toBeUndefined();
      expect(store.anchorCount()).toBe(0);
      expect(store.openAnchors()).toEqual([]);
      expect(await store.finalAnchorFrom(0n)).toBeUndefined();
    });

    test('records come back as they were committed, by index, id and number', async () => {
      const ledger = await bilingual(1, 0, 30, 5);
      expect(store.head()).toEqual(ledger.head);
      for (const [i, { record }] of ledger.items.entries()) {
        expect(await store.record(BigInt(i))).toEqual(record);
        expect(await store.indexOfId(recordId(i))).toBe(BigInt(i));
        expect(await store.indexOfNumber(recordNumber(i))).toBe(BigInt(i));
      }
      expect(await store.record(36n)).toBeUndefined();
      expect(await store.indexOfId(recordId(36))).toBeUndefined();
      expect(await store.indexOfId('')).toBeUndefined();
      expect(await store.indexOfId(recordNumber(1))).toBeUndefined();
      expect(await store.indexOfNumber(recordId(1))).toBeUndefined();
    });

    test('look-ups list the records in order, from an index on, up to a limit', async () => {
      await bilingual(35);
      const all = (by: string, value: string) => store.indexesOf({ by, value }, 0n, 100);
      expect(await all('sha256', digestOf(12))).toEqual(Array.from({ length: 10 }, (_, i) => BigInt(10 + i)));
      expect(await all('case', caseOf(0))).toEqual(Array.from({ length: 12 }, (_, i) => BigInt(3 * i)));
      expect(await store.indexesOf({ by: 'sha256', value: digestOf(12) }, 14n, 3)).toEqual([14n, 15n, 16n]);
      expect(await store.indexesOf({ by: 'sha256', value: digestOf(12) }, 20n, 3)).toEqual([]);
      expect(await store.indexesOf({ by: 'sha256', value: digestOf(12) }, 0n, 0)).toEqual([]);
      expect(await all('sha256', digestOf(12).slice(1))).toEqual([]);
      expect(await all('sm3', digestOf(12))).toEqual([]);
      expect(await all('case', `${caseOf(0)} `)).toEqual([]);
      expect(await all('case', '')).toEqual([]);
    });

    test('look-ups list the newest records first, below an index, up to a limit', async () => {
      await bilingual(35);
      const newest = (below: bigint, limit: number) =>
        store.newestIndexesOf({ by: 'sha256', value: digestOf(12) }, below, limit);
      expect(await newest(100n, 3)).toEqual([19n, 18n, 17n]);
      expect(await newest(12n, 100)).toEqual([11n, 10n]);
      expect(await newest(10n, 100)).toEqual([]);
      expect(await newest(0n, 100)).toEqual([]);
      expect(await newest(100n, 0)).toEqual([]);
      expect(await store.newestIndexesOf({ by: 'sm3', value: digestOf(12) }, 100n, 3)).toEqual([]);
    });

    test('an idempotency mark leads to its record and request', async () => {
      const ledger = await bilingual(4);
      for (const i of [0, 2]) {
        const { index, request } = (await store.marked(scopeOf(i)))!;
        expect(index).toBe(BigInt(i));
        expect([...request]).toEqual([...ledger.items[i]!.mark!.request]);
      }
      expect(await store.marked(scopeOf(1))).toBeUndefined();
    });

    test('the head must be the expected one: size and root', async () => {
      const ledger = new TestLedger();
      const first = ledger.next(2);
      await store.commit(first, emptyHead());
      const second = ledger.next(1);
      const moved = expect.objectContaining({ code: 'head-moved' }) as Error;
      await expect(store.commit(second, emptyHead())).rejects.toThrow(moved);
      await expect(store.commit(second, { size: 2n, root: emptyHead().root })).rejects.toThrow(moved);
      await reopen();
      expect(store.head()).toEqual(first.head);
      expect(await store.indexOfId(recordId(2))).toBeUndefined();
      await store.commit(second, first.head);
      expect(store.head()).toEqual(second.head);
    });

    test('of two commits on one head, the second is refused', async () => {
      const [a, b] = [new TestLedger().next(3), new TestLedger().next(4)];
      const outcomes = await Promise.allSettled([store.commit(a, emptyHead()), store.commit(b, emptyHead())]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(store.head()).toEqual(a.head);
    });

    test('what contradicts itself is not written', async () => {
      const good = new TestLedger().next(2);
      const bad: Commit[] = [
        { ...good, head: { ...good.head, size: 3n } },
        { ...good, head: { ...good.head, root: emptyHead().root } },
        { ...good, head: { ...good.head, lastTimeMs: -1 } },
        { ...good, head: { ...good.head, note: emptyHead().note } },
        { ...good, items: [good.items[1]!, good.items[0]!] },
        { ...good, items: [good.items[0]!, { ...good.items[1]!, entry: new Uint8Array(32) }] },
        { ...good, items: [good.items[0]!, withLookup(good, 'sha 256', 'x')] },
        { ...good, items: [good.items[0]!, withLookup(good, 'case', 'x'.repeat(1025))] },
        {
          ...good,
          items: [
            good.items[0]!,
            { ...good.items[1]!, mark: { scope: new Uint8Array(1), request: new Uint8Array(32) } },
          ],
        },
      ];
      for (const commit of bad) await expect(store.commit(commit, emptyHead())).rejects.toThrow(/./);
      await reopen();
      expect(store.head()).toEqual(emptyHead());
      await store.commit(good, emptyHead());
      expect(store.head()).toEqual(good.head);
    });

    test.each([[1], [255], [256], [257], [255, 1, 1], [100, 200, 300]])(
      'tiles and bundles of a tree grown by %s',
      async (...counts) => {
        const ledger = await bilingual(...counts);
        expect(store.head()).toEqual(ledger.head);
        await requireTiles(store, ledger);
      },
    );

    test('tiles and bundles of 65,536 and of 70,000 records', async () => {
      const ledger = new TestLedger(plainItem);
      for (const count of [30_000, 30_000, 5_536, 4_000, 464]) {
        await store.commit(ledger.next(count), store.head());
        if (ledger.items.length === 65_536) {
          await reopen();
          expect(await store.tile(1, 0n, 256)).toHaveLength(8192);
          expect(await store.tile(1, 1n, 1)).toBeUndefined();
          expect(await store.tile(2, 0n, 1)).toHaveLength(32);
          expect(await store.tile(0, 256n, 1)).toBeUndefined();
        }
      }
      await reopen();
      expect(await store.tile(0, 272n, 256)).toHaveLength(8192);
      expect(await store.tile(0, 273n, 112)).toHaveLength(112 * 32);
      expect(await store.tile(0, 273n, 113)).toBeUndefined();
      expect(await store.tile(1, 1n, 17)).toHaveLength(17 * 32);
      expect(await store.tile(1, 1n, 18)).toBeUndefined();
      expect(await store.tile(2, 0n, 2)).toBeUndefined();
      expect(await store.tile(3, 0n, 1)).toBeUndefined();
      expect(await store.bundle(273n, 112)).toEqual(bundleOf(ledger, 273, 112));
      expect(await store.record(69_999n)).toEqual(ledger.items[69_999]!.record);
      await requireTiles(store, ledger);
    });

    test('a tile that the tree does not have is undefined', async () => {
      await bilingual(300);
      expect(await store.tile(0, 1n, 44)).toHaveLength(44 * 32);
      for (const [level, index, width] of [
        [0, 1n, 45],
        [0, 1n, 256],
        [0, 2n, 1],
        [0, -1n, 1],
        [0, 0n, 0],
        [0, 0n, 257],
        [1, 0n, 2],
        [2, 0n, 1],
        [63, 0n, 1],
      ] as const) {
        expect(await store.tile(level, index, width)).toBeUndefined();
        if (level === 0) expect(await store.bundle(index, width)).toBeUndefined();
      }
    });

    test('published checkpoints: the newest, each by its size, more cosignatures later', async () => {
      const ledger = new TestLedger();
      await store.publish(checkpointOf(emptyHead()));
      const heads = [3, 4, 5].map((count) => ledger.next(count));
      for (const commit of heads) await store.commit(commit, store.head());
      const [first, , third] = heads as [Commit, Commit, Commit];
      await store.publish(checkpointOf(first.head));
      await store.publish(checkpointOf(third.head));
      const cosigned = checkpointOf(first.head, '— witness.test AAAAAAA=\n');
      await store.publish(cosigned);
      await reopen();
      expect(store.published()).toEqual(checkpointOf(third.head));
      expect(await store.publishedAt(3n)).toEqual(cosigned);
      expect(await store.publishedAt(0n)).toEqual(checkpointOf(emptyHead()));
      expect(await store.publishedAt(7n)).toBeUndefined();
      expect(await store.publishedAt(13n)).toBeUndefined();
      await expect(store.publish({ size: 7n, note: heads[1]!.head.note })).rejects.toThrow(/7/);
      await expect(store.publish({ size: 13n, note: third.head.note })).rejects.toThrow(/13/);
      await expect(store.publish({ size: 12n, note: first.head.note })).rejects.toThrow(/states size 3/);
    });

    test('anchor jobs: by id, the open ones, the final one of the smallest size', async () => {
      await bilingual(9);
      await store.saveAnchor(anchorJob(0, 2n));
      await store.saveAnchor(anchorJob(1, 5n));
      await store.saveAnchor(anchorJob(0, 2n, 'mined'));
      await reopen();
      expect(store.anchorCount()).toBe(2);
      expect(store.openAnchors()).toEqual([anchorJob(0, 2n, 'mined'), anchorJob(1, 5n)]);
      await expect(store.saveAnchor(anchorJob(3, 9n))).rejects.toThrow(/anchor 3/);
      await store.saveAnchor(anchorJob(0, 2n, 'final'));
      await store.saveAnchor(anchorJob(1, 5n, 'failed'));
      await store.saveAnchor(anchorJob(2, 5n, 'final'));
      await expect(store.saveAnchor(anchorJob(0, 2n, 'mined'))).rejects.toThrow(/final to mined/);
      await expect(store.saveAnchor(anchorJob(1, 5n, 'sent'))).rejects.toThrow(/failed to sent/);
      await reopen();
      expect(store.anchorCount()).toBe(3);
      expect(store.openAnchors()).toEqual([]);
      expect(await store.anchor(1)).toEqual(anchorJob(1, 5n, 'failed'));
      expect(await store.anchor(3)).toBeUndefined();
      expect(await store.finalAnchorFrom(0n)).toEqual(anchorJob(0, 2n, 'final'));
      expect(await store.finalAnchorFrom(2n)).toEqual(anchorJob(0, 2n, 'final'));
      expect(await store.finalAnchorFrom(3n)).toEqual(anchorJob(2, 5n, 'final'));
      expect(await store.finalAnchorFrom(6n)).toBeUndefined();
    });

    test('an anchor that the chain took back is open again, and not among the final ones', async () => {
      await bilingual(9);
      for (const [id, size] of [2n, 5n, 9n].entries()) await store.saveAnchor(anchorJob(id, size, 'final'));
      const { inclusion, ...job } = anchorJob(1, 5n, 'final');
      const { blockNumber, blockHash, blockTimeMs } = inclusion!;
      const again: AnchorJob = { ...job, state: 'sent', formerBlocks: [{ blockNumber, blockHash, blockTimeMs }] };
      await store.saveAnchor(again);
      await reopen();
      expect(store.openAnchors()).toEqual([again]);
      expect(await store.anchor(1)).toEqual(again);
      expect(await store.finalAnchorFrom(2n)).toEqual(anchorJob(0, 2n, 'final'));
      expect(await store.finalAnchorFrom(3n)).toEqual(anchorJob(2, 9n, 'final'));
      await store.saveAnchor({ ...again, state: 'final', inclusion: inclusion! });
      await reopen();
      expect(await store.finalAnchorFrom(3n)).toEqual({ ...again, state: 'final', inclusion });
      expect(store.openAnchors()).toEqual([]);
    });

    test('entries of the directory are kept in their order, between commits', async () => {
      const entries = officeEntries();
      const ledger = new TestLedger();
      expect([store.directoryHead(), await store.directoryEntries(0, 10)]).toEqual([EMPTY_DIRECTORY, []]);
      await store.appendToDirectory(entries.slice(0, 3), EMPTY_DIRECTORY);
      await store.commit(ledger.next(2), store.head());
      await reopen();
      await store.appendToDirectory(entries.slice(3, 4), store.directoryHead());
      await store.appendToDirectory(entries.slice(4), store.directoryHead());
      await reopen();
      expect(store.directoryHead()).toEqual(headAfter(sha256, EMPTY_DIRECTORY, entries));
      expect(await store.directoryEntries(0, 1000)).toEqual(entries);
      expect(await store.directoryEntries(2, 3)).toEqual(entries.slice(2, 5));
      expect(await store.directoryEntries(entries.length, 10)).toEqual([]);
      expect(store.head().size).toBe(2n);
    });

    test('entries that build on another head are refused, and nothing is written', async () => {
      const entries = officeEntries();
      await store.appendToDirectory(entries.slice(0, 2), EMPTY_DIRECTORY);
      const before = store.directoryHead();
      for (const expected of [EMPTY_DIRECTORY, { ...before, hash: EMPTY_DIRECTORY.hash }]) {
        await expect(store.appendToDirectory(entries.slice(2), expected)).rejects.toMatchObject({
          code: 'directory-moved',
        });
      }
      const both = [
        store.appendToDirectory(entries.slice(2, 3), before),
        store.appendToDirectory(entries.slice(3, 4), before),
      ];
      expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(await store.directoryEntries(0, 1000)).toEqual(entries.slice(0, 3));
    });
  });
}

function withLookup(commit: Commit, by: string, value: string): Commit['items'][number] {
  const item = commit.items[1]!;
  return { ...item, record: { ...item.record, lookups: [{ by, value }] } };
}

function bundleOf(ledger: TestLedger, index: number, width: number): Uint8Array {
  return formatEntryBundle(
    ledger.items.slice(index * TILE_WIDTH, index * TILE_WIDTH + width).map(({ entry }) => entry),
  );
}

/**
 * Every tile and bundle of the tree at its full width and some smaller ones, against hashes
 * computed level by level from the entries.
 */
async function requireTiles(store: Store, ledger: TestLedger): Promise<void> {
  const size = BigInt(ledger.items.length);
  let hashes = Buffer.concat(ledger.items.map(({ entry }) => hasher.leaf(entry)));
  for (let level = 0; hashesAtLevel(level, size) > 0n; level++) {
    const count = hashes.length / 32;
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      const full = Math.min(TILE_WIDTH, count - index * TILE_WIDTH);
      const begin = index * TILE_WIDTH * 32;
      for (const width of index % 50 === 0 ? [1, 17, 255, full] : [full]) {
        if (width > full) continue;
        const tile = await store.tile(level, BigInt(index), width);
        expect(tile && Buffer.compare(tile, hashes.subarray(begin, begin + width * 32))).toBe(0);
        const bundle = level === 0 ? await store.bundle(BigInt(index), width) : undefined;
        if (level === 0) expect(bundle && Buffer.compare(bundle, bundleOf(ledger, index, width))).toBe(0);
      }
      expect(await store.tile(level, BigInt(index), full + 1)).toBeUndefined();
    }
    for (let i = 0; i < 8; i++)
      hashes = Buffer.from(hasher.parents(hashes.subarray(0, hashes.length - (hashes.length % 64))));
  }
}
