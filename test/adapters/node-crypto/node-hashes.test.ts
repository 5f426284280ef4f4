import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeSha256, nodeTreeHasher } from '../../../src/adapters/node-crypto/node-hashes.ts';
import { hashOfParts, sha256 } from '../../../src/protocol/encoding/hash.ts';
import { portableTreeHasher } from '../../../src/protocol/merkle/tree-hasher.ts';
import { sha256 as oracle } from '../../oracle/merkle.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('noble and node:crypto hash alike', () => {
  test('messages of every length around the block size', () => {
    for (let length = 0; length <= 200; length++) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
      expect(hex(nodeSha256(message)), `${length} bytes`).toBe(hex(sha256(message)));
      expect(hex(nodeTreeHasher.leaf(message))).toBe(hex(portableTreeHasher.leaf(message)));
      expect(hex(sha256(message))).toBe(oracle(message).toString('hex'));
    }
    expect(hex(nodeTreeHasher.empty)).toBe(hex(portableTreeHasher.empty));
  });

  test('leaves, nodes and whole levels, also as views into larger arrays', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 9 }),
        fc.infiniteStream(fc.nat(255)),
        (n, offset, bytes) => {
          const whole = Uint8Array.from({ length: offset + 64 * n }, () => bytes.next().value as number);
          const children = whole.subarray(offset);
          const before = hex(whole);
          const parents = nodeTreeHasher.parents(children);
          expect(hex(parents)).toBe(hex(portableTreeHasher.parents(children)));
          const nodes = Array.from({ length: n }, (_, i) => {
            const [left, right] = [children.subarray(64 * i, 64 * i + 32), children.subarray(64 * i + 32, 64 * i + 64)];
            expect(hex(nodeTreeHasher.node(left, right))).toBe(hex(portableTreeHasher.node(left, right)));
            return hex(nodeTreeHasher.node(left, right));
          });
          expect(hex(parents)).toBe(nodes.join(''));
          expect(hex(whole), 'nothing is written into the arguments').toBe(before);
        },
      ),
    );
  });

  test('entries of one length behind gaps, where they stand', () => {
    const arbitrary = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(40), fc.nat(6), fc.infiniteStream(fc.nat(255)));
    fc.assert(
      fc.property(arbitrary, ([gapBytes, entryBytes, count, bytes]) => {
        const stride = gapBytes + entryBytes;
        const whole = Uint8Array.from({ length: 3 + stride * count }, () => bytes.next().value as number);
        const spaced = whole.subarray(3);
        const before = hex(whole);
        const leaves = Array.from({ length: count }, (_, i) =>
          spaced.subarray(i * stride + gapBytes, (i + 1) * stride),
        );
        const expected = leaves.map((entry) => hex(portableTreeHasher.leaf(entry))).join('');
        for (const hasher of [nodeTreeHasher, portableTreeHasher]) {
          expect(hex(hasher.spacedLeaves(spaced, gapBytes, entryBytes))).toBe(expected);
          expect(() => hasher.spacedLeaves(whole.subarray(0, stride + 1), gapBytes, stride + 1)).toThrow(RangeError);
        }
        expect(hex(whole), 'nothing is written into the arguments').toBe(before);
      }),
    );
  });

  test('a message in parts is the message, whatever its letters and its length', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.oneof(texts, fc.uint8Array({ maxLength: 9000 })), { maxLength: 4 }), (parts) => {
        const whole = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
        expect(hex(hashOfParts(nodeSha256, ...parts))).toBe(hex(sha256(whole)));
      }),
    );
    expect(() => hashOfParts(sha256, 'lone \ud800')).toThrow('surrogate');
  });

  test('a hash that was handed out stays as it is', () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const first = nodeTreeHasher.node(a, b);
    const copy = hex(first);
    nodeTreeHasher.node(b, a);
    nodeTreeHasher.parents(new Uint8Array(640));
    expect(hex(first)).toBe(copy);
  });

  test('a hash of another length is refused, and not mixed with an earlier one', () => {
    const hash = new Uint8Array(32);
    for (const length of [0, 31, 33, 64]) {
      expect(() => nodeTreeHasher.node(new Uint8Array(length), hash)).toThrow(RangeError);
      expect(() => nodeTreeHasher.node(hash, new Uint8Array(length))).toThrow(RangeError);
      if (length !== 0 && length !== 64)
        expect(() => nodeTreeHasher.parents(new Uint8Array(length))).toThrow(RangeError);
    }
  });
});
