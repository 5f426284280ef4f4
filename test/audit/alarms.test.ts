import { describe, expect, test } from 'vitest';
import { Alarms } from '../../src/audit/alarms.ts';
import { contradiction, unknown } from '../../src/audit/audit-problem.ts';
import {
  initialLiveness,
  judgeCosignatures,
  judgeLiveness,
  type Liveness,
  updateLiveness,
} from '../../src/audit/liveness.ts';
import type { HistoricAnchor } from '../../src/audit/node-view.ts';
import { judgeWithheld, judgeWitnessNotes, readWitnessNote, type WitnessNote } from '../../src/audit/witness-notes.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { parseTrust, type Trust } from '../../src/protocol/trust.ts';
import { parsePolicy } from '../../src/protocol/note/witness-policy.ts';
import { checkpointNote, ORIGIN, testLedger, trustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';

const DAY_MS = 86_400_000;
const fork = contradiction('log-forked', 'size 7');
const silent = unknown('witness-silent', 'witness w0', '<= 5 s', '6 s');

describe('alarms', () => {
  test('are told once, whatever their values, again after a day, and when they are over', () => {
    const alarms = new Alarms();
    expect(alarms.update([fork, silent], true, 0)).toEqual({ raised: [fork, silent], reminded: [], over: [] });
    const later = { ...silent, found: '7 s' };
    expect(alarms.update([fork, later], true, DAY_MS - 1)).toEqual({ raised: [], reminded: [], over: [] });
    expect(alarms.update([fork], true, DAY_MS)).toEqual({ raised: [], reminded: [fork], over: [later] });
    expect(alarms.update([fork], true, DAY_MS + 1)).toEqual({ raised: [], reminded: [], over: [] });
    expect(alarms.update([fork], true, 2 * DAY_MS)).toEqual({ raised: [], reminded: [fork], over: [] });
    expect(alarms.active).toEqual([fork]);
    expect(alarms.update([], true, 2 * DAY_MS)).toEqual({ raised: [], reminded: [], over: [fork] });
    expect(alarms.update([fork], true, 2 * DAY_MS).raised, 'it comes again').toEqual([fork]);
  });

  test('are not over because nobody could look', () => {
    const alarms = new Alarms();
    alarms.update([fork], true, 0);
    const blind = unknown('service-unreachable', 'checkpoint');
    expect(alarms.update([blind], false, 1)).toEqual({ raised: [blind], reminded: [], over: [] });
    expect(alarms.active).toEqual([fork, blind]);
    expect(alarms.update([fork], true, 2)).toEqual({ raised: [], reminded: [], over: [blind] });
  });

  test('of one code at two places are two; a contradiction is not forgotten', () => {
    const alarms = new Alarms();
    alarms.update([silent], true, 0);
    expect(alarms.hasSeenContradiction).toBe(false);
    const other = contradiction('log-forked', 'size 8');
    expect(alarms.update([fork, other], true, 1).raised).toEqual([fork, other]);
    alarms.update([], true, 2);
    expect([alarms.active, alarms.hasSeenContradiction]).toEqual([[], true]);
  });

  test('of another root at one size is another fork', () => {
    const alarms = new Alarms();
    const [one, two] = ['a', 'b'].map((found) => contradiction('log-forked', 'size 7', 'own', found));
    alarms.update([one!], true, 0);
    expect(alarms.update([two!], true, 1)).toEqual({ raised: [two], reminded: [], over: [one] });
  });
});

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

describe('signs of life', () => {
  const NOW = 1_790_000_000;
  const MAX_AGE = 100;
  /** The signs after passes at these times. */
  function after(...passes: readonly [number, ReturnType<typeof cosignedAt>, ReturnType<typeof history>][]): Liveness {
    return passes.reduce<Liveness>(
      (signs, [at, note, chain]) => updateLiveness(signs, at, { note, size: 5n }, policy, chain),
      initialLiveness(NOW),
    );
  }
  const judge = (signs: Liveness, at: number, note: ReturnType<typeof cosignedAt>) =>
    codes(judgeLiveness(signs, at, MAX_AGE, note, policy));

  test('a cosignature may be as old as is said, and not a second more', () => {
    const note = cosignedAt(NOW - MAX_AGE, NOW);
    const signs = after([NOW, note, history(5)]);
    expect(judge(signs, NOW, note)).toEqual([]);
    expect(judge(signs, NOW + 1, note)).toEqual(['witness-silent witness w0']);
    expect(judge(signs, NOW + MAX_AGE, note)).toEqual(['witness-silent witness w0']);
    expect(judge(signs, NOW + MAX_AGE + 1, note)).toEqual(['checkpoint-stale checkpoint']);
  });

  test('a witness that is missing on one checkpoint was there on the one before', () => {
    const signs = after([NOW, cosignedAt(NOW, NOW), history(5)], [NOW + 50, cosignedAt(NOW + 50), history(5)]);
    expect(judge(signs, NOW + 100, cosignedAt(NOW + 50))).toEqual([]);
    expect(judge(signs, NOW + 101, cosignedAt(NOW + 50))).toEqual(['witness-silent witness w1']);
  });

  test('a witness that was never there is silent since the watch began', () => {
    const note = cosignedAt(NOW + 50);
    const signs = after([NOW, note, history(5)]);
    expect(judge(signs, NOW + 100, note)).toEqual([]);
    expect(judge(signs, NOW + 101, note)).toEqual(['witness-silent witness w1']);
    expect(codes(judgeLiveness(signs, NOW + 101, MAX_AGE, note, undefined)), 'nobody is demanded').toEqual([]);
    expect(codes(judgeLiveness(signs, NOW + 101, MAX_AGE, note, parsePolicy('quorum none\n')))).toEqual([]);
  });

  test('a time that is yet to come hides no silence, and is told', () => {
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

  test('an anchor is overdue where the log has been ahead of the same one for too long', () => {
    const note = cosignedAt(NOW + 300, NOW + 300);
    const ahead = after([NOW, note, history(3)], [NOW + 90, note, history(3)]);
    expect(judge(ahead, NOW + 100, note)).toEqual([]);
    expect(judge(ahead, NOW + 101, note)).toEqual(['anchor-overdue chain, size 3']);
    const moved = after([NOW, note, history(3)], [NOW + 90, note, history(3, 4)]);
    expect(judge(moved, NOW + 101, note)).toEqual([]);
    const caughtUp = after([NOW, note, history(3)], [NOW + 90, note, history(3, 5)]);
    expect(judge(caughtUp, NOW + 400, note)).toEqual([]);
    const blind = after([NOW, note, history(3)], [NOW + 90, note, { ...history(), finalBlock: undefined! }]);
    expect(judge(blind, NOW + 101, note), 'a silent node says nothing new').toEqual(['anchor-overdue chain, size 3']);
    expect(judge(after([NOW, note, history()]), NOW + 101, note)).toEqual(['anchor-overdue chain, size 0']);
  });

  test('too few, and a false one', () => {
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

describe('what witnesses were shown', () => {
  const ledger = testLedger();
  const trust = parseTrust(JSON.stringify(trustJson(ledger)));
  const rootAt = (size: bigint) => mth(ledger.entries.slice(0, Number(size)));
  const shown = { origin: ORIGIN, size: 5n, root: rootAt(5n) };
  const noteOf = (size: number, of = rootAt(BigInt(size))) =>
    readWitnessNote('w0', signedNote(checkpointText(ORIGIN, size, of), ledger.key), trust) as WitnessNote;
  const other = mth([Buffer.from('other')]);

  test('the same log, at any size up to ours', () => {
    for (const size of [0, 1, 3, 5]) expect(judgeWitnessNotes(shown, [noteOf(size)], rootAt)).toEqual([]);
  });

  test('another root: a fork, at our own size and at an earlier one', () => {
    expect(codes(judgeWitnessNotes(shown, [noteOf(3, other)], rootAt))).toEqual(['log-forked witness w0, size 3']);
    expect(codes(judgeWitnessNotes(shown, [noteOf(5, other)], () => undefined))).toEqual([
      'log-forked witness w0, size 5',
    ]);
    expect(
      judgeWitnessNotes(shown, [noteOf(3, other)], () => undefined),
      'nothing to compare with',
    ).toEqual([]);
  });

  test('more than we are shown: unknown at first, long after a contradiction', () => {
    expect(judgeWitnessNotes(shown, [noteOf(6)], rootAt)).toEqual([
      unknown('witness-ahead', 'witness w0', '>= 6', '5'),
    ]);
    expect(judgeWithheld(shown, [noteOf(6), noteOf(5)])).toEqual([
      contradiction('log-rolled-back', 'witness w0', '>= 6', '5'),
    ]);
  });

  test('a key that was replaced contradicts beyond its sizes too; one that was revoked, nothing', () => {
    const [first] = trust.log.keys;
    const replaced = { ...trust, log: { ...trust.log, keys: [{ ...first!, toSize: 3n }] } };
    const read = (of: Trust) => readWitnessNote('w0', checkpointNote(ledger, 4), of);
    expect(read(replaced)).toMatchObject({ checkpoint: { size: 4n } });
    const revoked = { ...trust, log: { ...trust.log, keys: [{ ...first!, revokedAtBlock: 7n }] } };
    expect(read(revoked)).toEqual(unknown('key-revoked', 'witness w0'));
  });

  test('what the log has not signed speaks against the witness alone', () => {
    const wrong = (source: string) => readWitnessNote('w0', source, trust);
    const found = (source: string) => (wrong(source) as { found?: string }).found;
    expect(wrong(checkpointNote(ledger, 5))).not.toHaveProperty('kind');
    expect(wrong('nonsense')).toMatchObject({ kind: 'unknown', code: 'witness-answer-wrong', where: 'witness w0' });
    expect(found('nonsense')).toBe('note-malformed');
    expect(found(checkpointNote(ledger, 5, testKey(ORIGIN, 9)))).toBe('unsigned');
    expect(found(checkpointNote(ledger, 5).replace('\n5\n', '\n4\n'))).toBe('forged');
    expect(found(signedNote(checkpointText('other.example', 5, rootAt(5n)), ledger.key))).toBe('other.example');
  });
});
