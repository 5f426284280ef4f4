import { describe, expect, test } from 'vitest';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { type Extension, selfChecked } from '../../src/log/self-check.ts';
import type { CommitItem } from '../../src/log/model.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { emptyHead, hasher, TestLedger } from '../adapters/embedded-store/ledger.ts';
import { draftOf, openMemoryLog } from './memory-log.ts';

const flip = (bytes: Uint8Array, bit: number) => {
  bytes[bit >> 3]! ^= 1 << (bit & 7);
};

/** The sequencer's input to the self-check after `size` records, with `count` more. */
function extension(size: number, count: number): Extension {
  const ledger = new TestLedger();
  const previous = size === 0 ? emptyHead() : (ledger.next(size), ledger.head);
  const tree = new CompactRange(hasher);
  for (const { entry } of ledger.items) tree.append(hasher.leaf(entry));
  // separate copies, so that a flip changes one place only
  const items = ledger.next(count).items.map((each): CommitItem => structuredClone(each));
  return { hash: nodeSha256, hasher: nodeTreeHasher, tree, previous, items };
}

const failed = expect.objectContaining({ code: 'self-check-failed' }) as Error;

describe('the check before signing', () => {
  test('agrees with the tree for every size and step', () => {
    for (let size = 0; size < 18; size++) {
      for (let count = 0; count < 18; count++) {
        const ledger = new TestLedger();
        ledger.next(size + count);
        expect(new Uint8Array(selfChecked(extension(size, count)).root)).toEqual(ledger.head.root);
      }
    }
  });

  test('finds each flipped bit of the peaks, of the remembered root and of the entries [S17]', () => {
    for (let bit = 0; bit < 256; bit++) {
      for (const plant of [
        ({ tree }: Extension) => flip(tree.peaks[bit % tree.peaks.length]!, bit),
        ({ previous }: Extension) => flip(previous.root, bit),
        ({ items }: Extension) => flip(items[bit % items.length]!.entry, bit),
      ]) {
        const planted = extension(7, 3);
        plant(planted);
        expect(() => selfChecked(planted)).toThrow(failed);
      }
    }
  });

  test('finds a record that is another one than was hashed, and a head that is not the tree’s', () => {
    const changed = extension(5, 2);
    (changed.items[1]!.record.header as { number: string }).number += '0';
    expect(() => selfChecked(changed)).toThrow(failed);
    const opened = extension(5, 2);
    flip(opened.items[0]!.record.sections[1]!.salt, 3);
    expect(() => selfChecked(opened)).toThrow(failed);
    expect(() => selfChecked({ ...extension(5, 2), previous: extension(4, 1).previous })).toThrow(failed);
  });

  test('finds a hash function that errs once', () => {
    let calls = 0;
    const node = (left: Uint8Array, right: Uint8Array) => {
      const hash = new Uint8Array(nodeTreeHasher.node(left, right));
      if (++calls === 5) flip(hash, 9);
      return hash;
    };
    const planted = extension(6, 4);
    expect(() => selfChecked({ ...planted, hasher: { ...nodeTreeHasher, node } })).toThrow(failed);
    expect(calls).toBeGreaterThanOrEqual(5);
  });
});

test('a log whose memory is damaged signs nothing, reports it, and recovers by a restart [S17]', async () => {
  const { log, store, halts, register } = await openMemoryLog();
  for (let i = 0; i < 5; i++) await register(`f${i}`);
  flip(store.head().root, 77);
  await expect(log.register(draftOf('lost'))).rejects.toThrow(failed);
  await expect(log.register(draftOf('refused'))).rejects.toThrow(failed);
  expect(halts.map(({ code }) => code)).toEqual(['self-check-failed']);
  expect(store.head().size).toBe(5n);
  flip(store.head().root, 77);
  const again = await openMemoryLog({ store });
  expect(await again.register('after')).toBe(5n);
});
