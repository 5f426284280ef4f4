import { describe, expect, test } from 'vitest';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { Slots } from '../../src/http/slots.ts';
import { LoginRequests } from '../../src/server/access/login-requests.ts';
import { PendingSignIns } from '../../src/server/access/pending-sign-ins.ts';
import { PeopleError } from '../../src/text/people-error.ts';
import { random } from './people-service.ts';

/** What strangers can fill has room for others all the same. */

describe('requests of evl login', () => {
  const begin = (requests: LoginRequests, address: string) =>
    requests.begin({ device: 'x', address, verifierSha256: 'ab'.repeat(32) }).code;

  test('begin while strangers hold all places, and stay while strangers go on', () => {
    const requests = new LoginRequests({ clock: () => 0, random, hash: nodeSha256 });
    const strangers = (from: number) => {
      for (let i = 0; i < 1200; i++) begin(requests, `10.${from}.0.${i % 60}`);
    };
    strangers(1);
    const own = begin(requests, '192.0.2.7');
    strangers(1);
    strangers(2);
    expect(requests.find(own).code).toBe(own);
  });
});

describe('sign-ins in two steps', () => {
  test('are good once, end with their time, and an address that begins many loses its own oldest', () => {
    let nowMs = 0;
    const pending = new PendingSignIns<string>(random, () => nowMs);
    const other = pending.begin('other', '192.0.2.7');
    const tokens = Array.from({ length: 201 }, (_, i) => pending.begin(`value ${i}`, '10.0.0.1'));
    expect([pending.take(tokens[0]!), pending.take(tokens[1]!), pending.take(tokens[1]!)]).toEqual([
      undefined,
      'value 1',
      undefined,
    ]);
    expect(pending.take(other)).toBe('other');
    nowMs += 5 * 60_000;
    pending.begin('next', '10.0.0.1');
    expect(pending.take(tokens[2]!)).toBeUndefined();
  });

  test('cost the same when many wait', () => {
    const pending = new PendingSignIns<number>(random, () => 0);
    const begin = (times: number) => {
      const startMs = performance.now();
      for (let i = 0; i < times; i++) pending.begin(i, `10.0.${Math.floor(i / 200)}.${i % 200}`);
      return performance.now() - startMs;
    };
    begin(20_000);
    expect(begin(20_000)).toBeLessThan(5000); // a copy of all for each one takes minutes
  });
});

test('preferred work still waits for its turn where the rest is refused', async () => {
  const slots = new Slots({ atOnce: 1, waiting: 3, kept: 1, refusal: () => new PeopleError('sign-in-busy') });
  const gate = Promise.withResolvers<void>();
  const work = (isPreferred: boolean) =>
    slots
      .run(() => gate.promise, { isPreferred })
      .then(
        () => 'done',
        () => 'refused',
      );
  const all = [work(false), work(false), work(false), work(false), work(true), work(true)];
  gate.resolve();
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done', 'refused', 'done', 'refused']);
});
