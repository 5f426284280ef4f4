import { describe, expect, test } from 'vitest';
import { Alarms } from '../../src/audit/alarms.ts';
import { contradiction, unknown } from '../../src/audit/audit-problem.ts';

const DAY_MS = 86_400_000;
const fork = contradiction('log-forked', 'size 7');
const silent = unknown('witness-silent', 'witness w0', '<= 5 s', '6 s');

describe('a problem', () => {
  test('is reported once, whatever its values, again after a day, and when it is resolved', () => {
    const alarms = new Alarms();
    expect(alarms.update([fork, silent], true, 0)).toEqual({ raised: [fork, silent], reminded: [], resolved: [] });
    const later = { ...silent, found: '7 s' };
    expect(alarms.update([fork, later], true, DAY_MS - 1)).toEqual({ raised: [], reminded: [], resolved: [] });
    expect(alarms.update([fork], true, DAY_MS)).toEqual({ raised: [], reminded: [fork], resolved: [later] });
    expect(alarms.update([fork], true, DAY_MS + 1)).toEqual({ raised: [], reminded: [], resolved: [] });
    expect(alarms.update([fork], true, 2 * DAY_MS)).toEqual({ raised: [], reminded: [fork], resolved: [] });
    expect(alarms.active).toEqual([fork]);
    expect(alarms.update([], true, 2 * DAY_MS)).toEqual({ raised: [], reminded: [], resolved: [fork] });
    expect(alarms.update([fork], true, 2 * DAY_MS).raised, 'it appears again').toEqual([fork]);
  });

  test('is not resolved by an incomplete pass', () => {
    const alarms = new Alarms();
    alarms.update([fork], true, 0);
    const unreachable = unknown('service-unreachable', 'checkpoint');
    expect(alarms.update([unreachable], false, 1)).toEqual({ raised: [unreachable], reminded: [], resolved: [] });
    expect(alarms.active).toEqual([fork, unreachable]);
    expect(alarms.update([fork], true, 2)).toEqual({ raised: [], reminded: [], resolved: [unreachable] });
  });

  test('of one code at two places is two problems; a contradiction is not forgotten', () => {
    const alarms = new Alarms();
    alarms.update([silent], true, 0);
    expect(alarms.hasSeenContradiction).toBe(false);
    const other = contradiction('log-forked', 'size 8');
    expect(alarms.update([fork, other], true, 1).raised).toEqual([fork, other]);
    alarms.update([], true, 2);
    expect([alarms.active, alarms.hasSeenContradiction]).toEqual([[], true]);
  });

  test('with another root at the same size is another fork', () => {
    const alarms = new Alarms();
    const [one, two] = ['a', 'b'].map((found) => contradiction('log-forked', 'size 7', 'own', found));
    alarms.update([one!], true, 0);
    expect(alarms.update([two!], true, 1)).toEqual({ raised: [two], reminded: [], resolved: [one] });
  });
});
