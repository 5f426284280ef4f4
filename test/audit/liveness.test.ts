import { describe, expect, test } from 'vitest';
import type { HistoricAnchor } from '../../src/audit/anchor.ts';
import { contradiction, unknown } from '../../src/audit/audit-problem.ts';
import {
  initialLiveness,
  judgeCosignatures,
  judgeLiveness,
  type Liveness,
  updateLiveness,
} from '../../src/audit/liveness.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { parsePolicy } from '../../src/protocol/note/witness-policy.ts';
import { ORIGIN } from '../oracle/ledger.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';

const [w0, w1] = [testWitness('court.example', 7), testWitness('notary.example', 8)];
const policy = parsePolicy(policyOf(1, w0, w1));
const text = checkpointText(ORIGIN, 5, Buffer.alloc(32, 1));
const cosignedAt = (...times: readonly (number | undefined)[]) =>
  parseNote(
    signedNote(text, testKey(ORIGIN, 1)) +
      times.map((time, i) => (time === undefined ? '' : cosignatureLine([w0, w1][i]!, text, time))).join(''),
  );
const history = (...sizes: number[]) => ({
  finalBlock: 9n,
  anchors: sizes.map((size) => ({ size: BigInt(size) }) as HistoricAnchor),
  problems: [],
});
const codes = (list: readonly { code: string; where: string }[]) => list.map(({ code, where }) => `${code} ${where}`);

describe('liveness', () => {
  const NOW = 1_790_000_000;
  const MAX_AGE = 100;
  /** The liveness after passes at these times. */
  function after(...passes: readonly [number, ReturnType<typeof cosignedAt>, ReturnType<typeof history>][]): Liveness {
    return passes.reduce<Liveness>(
      (liveness, [at, note, chain]) => updateLiveness(liveness, at, { note, size: 5n }, policy, chain),
      initialLiveness(NOW),
    );
  }
  const judge = (liveness: Liveness, at: number, note: ReturnType<typeof cosignedAt>) =>
    codes(judgeLiveness(liveness, at, MAX_AGE, note, policy));

  test('a cosignature may be as old as the limit, and not a second older', () => {
    const note = cosignedAt(NOW - MAX_AGE, NOW);
    const signs = after([NOW, note, history(5)]);
    expect(judge(signs, NOW, note)).toEqual([]);
    expect(judge(signs, NOW + 1, note)).toEqual(['witness-silent witness w0']);
    expect(judge(signs, NOW + MAX_AGE, note)).toEqual(['witness-silent witness w0']);
    expect(judge(signs, NOW + MAX_AGE + 1, note)).toEqual(['checkpoint-stale checkpoint']);
  });

  test('a witness that is missing on one checkpoint still counts from the previous one', () => {
    const signs = after([NOW, cosignedAt(NOW, NOW), history(5)], [NOW + 50, cosignedAt(NOW + 50), history(5)]);
    expect(judge(signs, NOW + 100, cosignedAt(NOW + 50))).toEqual([]);
    expect(judge(signs, NOW + 101, cosignedAt(NOW + 50))).toEqual(['witness-silent witness w1']);
  });

  test('a witness that never cosigned is silent since the start of the watch', () => {
    const note = cosignedAt(NOW + 50);
    const signs = after([NOW, note, history(5)]);
    expect(judge(signs, NOW + 100, note)).toEqual([]);
    expect(judge(signs, NOW + 101, note)).toEqual(['witness-silent witness w1']);
    expect(codes(judgeLiveness(signs, NOW + 101, MAX_AGE, note, undefined)), 'no witness is required').toEqual([]);
    expect(codes(judgeLiveness(signs, NOW + 101, MAX_AGE, note, parsePolicy('quorum none\n')))).toEqual([]);
  });

  test('a time in the future hides no silence, and is reported', () => {
    const fast = cosignedAt(NOW + 300, NOW + 301);
    const signs = after([NOW, fast, history(5)]);
    expect(judgeLiveness(signs, NOW, MAX_AGE, fast, policy)).toEqual([
      unknown('cosignature-in-future', 'witness w1', '<= 300 s', '301 s'),
    ]);
    expect(judge(signs, NOW + 101, cosignedAt(NOW + 101))).toEqual(['witness-silent witness w1']);
    const never = cosignedAt(undefined, NOW + 9_000_000);
    expect(judge(after([NOW, never, history(5)]), NOW + 101, never)).toEqual([
      'witness-silent witness w0',
      'witness-silent witness w1',
      'cosignature-in-future witness w1',
    ]);
  });

  test('an anchor is overdue when the log has been ahead of the same anchor for too long', () => {
    const note = cosignedAt(NOW + 300, NOW + 300);
    const ahead = after([NOW, note, history(3)], [NOW + 90, note, history(3)]);
    expect(judge(ahead, NOW + 100, note)).toEqual([]);
    expect(judge(ahead, NOW + 101, note)).toEqual(['anchor-overdue chain, size 3']);
    const moved = after([NOW, note, history(3)], [NOW + 90, note, history(3, 4)]);
    expect(judge(moved, NOW + 101, note)).toEqual([]);
    const caughtUp = after([NOW, note, history(3)], [NOW + 90, note, history(3, 5)]);
    expect(judge(caughtUp, NOW + 400, note)).toEqual([]);
    const unreadable = after([NOW, note, history(3)], [NOW + 90, note, { ...history(), finalBlock: undefined! }]);
    expect(judge(unreadable, NOW + 101, note), 'an unreadable chain changes nothing').toEqual([
      'anchor-overdue chain, size 3',
    ]);
    expect(judge(after([NOW, note, history()]), NOW + 101, note)).toEqual(['anchor-overdue chain, size 0']);
  });

  test('too few cosignatures, and a forged one', () => {
    const both = parsePolicy(policyOf(2, w0, w1));
    expect(judgeCosignatures(cosignedAt(NOW, NOW), both)).toEqual([]);
    expect(judgeCosignatures(cosignedAt(NOW), both)).toEqual([
      unknown('too-few-cosignatures', 'checkpoint', '2/2(w0,w1)', 'w0'),
    ]);
    expect(judgeCosignatures(cosignedAt(), both)).toMatchObject([{ found: '-' }]);
    expect(judgeCosignatures(cosignedAt(NOW), policy)).toEqual([]);
    expect(judgeCosignatures(cosignedAt(), undefined)).toEqual([]);
    expect(judgeCosignatures(cosignedAt(), parsePolicy('quorum none\n'))).toEqual([]);
    const other = cosignatureLine(w1, checkpointText(ORIGIN, 6, Buffer.alloc(32, 1)), NOW);
    const forged = parseNote(signedNote(text, testKey(ORIGIN, 1)) + cosignatureLine(w0, text, NOW) + other);
    expect(judgeCosignatures(forged, policy)).toEqual([contradiction('cosignature-wrong', 'checkpoint, witness w1')]);
  });
});
