import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnchorJob } from '../../src/log/model.ts';
import { QuorumAnchors } from '../../src/log/quorum-anchors.ts';
import { parsePolicy } from '../../src/protocol/note/witness-policy.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosigned, policyOf, testWitness } from '../oracle/witness.ts';

const witnesses = [testWitness('a.test', 1), testWitness('b.test', 2)] as const;
const policy = parsePolicy(policyOf(2, ...witnesses));
const key = testKey('log.test', 9);

/** Final anchors of some sizes, each with a number of cosignatures; counts the queries. */
class Anchors {
  readonly #lines: Map<number, number>;
  asked = 0;

  constructor(lines: Iterable<readonly [size: number, cosignatures: number]>) {
    this.#lines = new Map(lines);
  }

  set(size: number, cosignatures: number): void {
    this.#lines.set(size, cosignatures);
  }

  async finalAnchorFrom(size: bigint): Promise<AnchorJob | undefined> {
    this.asked++;
    const found = [...this.#lines.keys()].filter((each) => each >= size).toSorted((a, b) => a - b)[0];
    return found === undefined ? undefined : ({ size: BigInt(found), state: 'final' } as AnchorJob);
  }

  async publishedAt(size: bigint) {
    this.asked++;
    const note = signedNote(checkpointText('log.test', size, new Uint8Array(32)), key);
    return { size, note: cosigned(note, ...witnesses.slice(0, this.#lines.get(Number(size)))) };
  }

  /** The specification of the search, literally. */
  first(size: number): bigint | undefined {
    const sizes = [...this.#lines].filter(([each, lines]) => each >= size && lines === 2).map(([each]) => each);
    return sizes.length === 0 ? undefined : BigInt(Math.min(...sizes));
  }
}

test('a thousand anchors without the quorum are walked once, not for each receipt', async () => {
  const anchors = new Anchors(Array.from({ length: 1000 }, (_, i) => [2 * i + 2, i % 2]));
  const quorum = new QuorumAnchors(anchors, policy);
  expect(await quorum.first(1n)).toBeUndefined();
  const walked = anchors.asked;
  expect(walked).toBeGreaterThanOrEqual(2000);
  for (let size = 1n; size <= 2000n; size += 7n) expect(await quorum.first(size)).toBeUndefined();
  // one question each: is there a newer one
  expect(anchors.asked - walked).toBeLessThanOrEqual(286);
  anchors.set(2002, 2);
  anchors.asked = 0;
  for (let size = 1n; size <= 2000n; size += 7n) expect((await quorum.first(size))?.size).toBe(2002n);
  expect(anchors.asked).toBeLessThanOrEqual(2 * 286);
});

test('finds what a plain search finds, while anchors come and cosignatures are added', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('anchor' as const),
      gap: fc.integer({ min: 1, max: 4 }),
      lines: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant('gain' as const), at: fc.nat(), lines: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ kind: fc.constant('ask' as const), at: fc.nat() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const [anchors, sizes] = [new Anchors([]), [] as number[]];
      const quorum = new QuorumAnchors(anchors, policy);
      for (const taken of steps) {
        if (taken.kind === 'anchor') {
          sizes.push((sizes.at(-1) ?? 0) + taken.gap);
          anchors.set(sizes.at(-1)!, taken.lines);
        } else if (taken.kind === 'ask') {
          const size = taken.at % ((sizes.at(-1) ?? 0) + 3);
          expect((await quorum.first(BigInt(size)))?.size).toBe(anchors.first(size));
        } else if (sizes.length > 0) {
          const size = sizes[taken.at % sizes.length]!;
          anchors.set(size, taken.lines);
          quorum.gained(BigInt(size));
        }
      }
    }),
  );
});

test('what is gained while a search is under way is not forgotten', async () => {
  const anchors = new Anchors([
    [1, 0],
    [2, 0],
  ]);
  const quorum = new QuorumAnchors(
    {
      finalAnchorFrom: (size) => anchors.finalAnchorFrom(size),
      async publishedAt(size) {
        const published = await anchors.publishedAt(size);
        if (size === 2n) {
          anchors.set(1, 2);
          quorum.gained(1n);
        }
        return published;
      },
    },
    policy,
  );
  await quorum.first(1n);
  expect((await quorum.first(1n))?.size).toBe(1n);
});
