import { describe, expect, test } from 'vitest';
import { contradiction, unknown } from '../../src/audit/audit-problem.ts';
import { WithheldNotes } from '../../src/audit/withheld.ts';
import { judgeWitnessNotes, readWitnessNote, type WitnessNote } from '../../src/audit/witness-notes.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import { checkpointNote, ORIGIN, testLedger, trustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';

const codes = (list: readonly { code: string; where: string }[]) => list.map(({ code, where }) => `${code} ${where}`);

describe('notes of witnesses', () => {
  const ledger = testLedger();
  const trust = parseTrust(JSON.stringify(trustJson(ledger)));
  const rootAt = (size: bigint) => mth(ledger.entries.slice(0, Number(size)));
  const received = { origin: ORIGIN, size: 5n, root: rootAt(5n) };
  const noteOf = (size: number, of = rootAt(BigInt(size))) =>
    readWitnessNote('w0', signedNote(checkpointText(ORIGIN, size, of), ledger.key), trust) as WitnessNote;
  const other = mth([Buffer.from('other')]);

  test('of the same log are no problem at any size up to the received one', () => {
    for (const size of [0, 1, 3, 5]) expect(judgeWitnessNotes(received, [noteOf(size)], rootAt)).toEqual([]);
  });

  test('with another root are a fork, at the same size and at an earlier one', () => {
    expect(codes(judgeWitnessNotes(received, [noteOf(3, other)], rootAt))).toEqual(['log-forked witness w0, size 3']);
    expect(codes(judgeWitnessNotes(received, [noteOf(5, other)], () => undefined))).toEqual([
      'log-forked witness w0, size 5',
    ]);
    expect(
      judgeWitnessNotes(received, [noteOf(3, other)], () => undefined),
      'nothing to compare with',
    ).toEqual([]);
  });

  test('of a larger size are unknown', () => {
    expect(judgeWitnessNotes(received, [noteOf(6)], rootAt)).toEqual([
      unknown('witness-ahead', 'witness w0', '>= 6', '5'),
    ]);
  });

  test('by a replaced key contradict beyond its sizes too; by a revoked one they prove nothing', () => {
    const [first] = trust.log.keys;
    const replaced = { ...trust, log: { ...trust.log, keys: [{ ...first!, toSize: 3n }] } };
    const read = (of: Trust) => readWitnessNote('w0', checkpointNote(ledger, 4), of);
    expect(read(replaced)).toMatchObject({ checkpoint: { size: 4n } });
    const revoked = { ...trust, log: { ...trust.log, keys: [{ ...first!, revokedAtBlock: 7n }] } };
    expect(read(revoked)).toEqual(unknown('key-revoked', 'witness w0'));
  });

  test('that the log has not signed are evidence against the witness only', () => {
    const wrong = (source: string) => readWitnessNote('w0', source, trust);
    const found = (source: string) => (wrong(source) as { found?: string }).found;
    expect(wrong(checkpointNote(ledger, 5))).not.toHaveProperty('kind');
    expect(wrong('nonsense')).toMatchObject({ kind: 'unknown', code: 'witness-answer-wrong', where: 'witness w0' });
    expect(found('nonsense')).toBe('note-malformed');
    expect(found(checkpointNote(ledger, 5, testKey(ORIGIN, 9)))).toBe('unsigned');
    expect(found(checkpointNote(ledger, 5).replace('\n5\n', '\n4\n'))).toBe('forged');
    expect(found(signedNote(checkpointText('other.example', 5, rootAt(5n)), ledger.key))).toBe('other.example');
  });

  describe('ahead of the received checkpoint', () => {
    const at = (size: bigint) => ({ origin: ORIGIN, size, root: rootAt(size) });
    const problem = contradiction('log-rolled-back', 'witness w0', '>= 7', '5');

    test('are withheld after the grace period, and no earlier', () => {
      const withheld = new WithheldNotes();
      expect(withheld.update(at(5n), [noteOf(7)], rootAt, 100, 60)).toEqual([]);
      expect(withheld.update(at(5n), [noteOf(7)], rootAt, 159, 60)).toEqual([]);
      expect(withheld.update(at(5n), [], rootAt, 160, 60), 'also if the witness is silent now').toEqual([problem]);
      expect(withheld.update(at(6n), [noteOf(7)], rootAt, 170, 60)).toMatchObject([{ found: '6' }]);
    });

    test('are kept until the log contains them', () => {
      const withheld = new WithheldNotes();
      withheld.update(at(5n), [noteOf(6), noteOf(4)], rootAt, 100, 60);
      expect(withheld.notes).toEqual([noteOf(6)]);
      withheld.update(at(5n), [noteOf(7)], rootAt, 110, 60);
      expect(withheld.notes, 'the first one of a witness').toEqual([noteOf(6)]);
      withheld.update(at(7n), [], () => undefined, 120, 60);
      expect(withheld.notes, 'the root at its size is unknown').toEqual([noteOf(6)]);
      expect(withheld.update(at(7n), [], rootAt, 130, 60)).toEqual([]);
      expect(withheld.notes).toEqual([]);
    });

    test('stay where the log has another root at their size', () => {
      const withheld = new WithheldNotes();
      withheld.update(at(5n), [noteOf(6, other)], rootAt, 100, 60);
      expect(withheld.update(at(7n), [], rootAt, 170, 60)).toEqual([]);
      expect(withheld.notes).toHaveLength(1);
    });
  });
});
