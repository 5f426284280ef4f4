import { LedgerError } from '../../src/text/ledger-error.ts';
import { EXTERNAL_HOLDERS } from '../../src/text/log.ts';
import { describe, expect, test } from 'vitest';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { toBase64, utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { checkNote } from '../../src/protocol/note/vkey.ts';
import { draftOf, logKey, openMemoryLog } from './memory-log.ts';

const markOf = (scope: string, request: string) => ({
  scope: nodeSha256(utf8Bytes(scope)),
  request: nodeSha256(utf8Bytes(request)),
});

describe('the sequencer', () => {
  test('gives gapless indexes in the order of arrival, and signs what it committed', async () => {
    const { log, register } = await openMemoryLog();
    const indexes = await Promise.all(Array.from({ length: 3000 }, (_, i) => register(`f${i}`)));
    expect(indexes).toEqual(indexes.map((_, i) => BigInt(i)));
    const head = log.store.head();
    const note = parseNote(head.note);
    expect(checkNote(note, [logKey]).status).toBe('signed');
    const { size, root } = parseCheckpoint(note.text);
    expect([size, toBase64(root)]).toEqual([3000n, toBase64(head.root)]);
  });

  test('takes requests that arrive while others are being answered', async () => {
    const { register } = await openMemoryLog();
    for (let i = 0; i < 50; i++) await register(`f${i}`);
    const chains = Array.from({ length: 20 }, async (_, chain) => {
      for (let i = 0; i < 20; i++) await register(`c${chain}-${i}`);
    });
    await Promise.all(chains);
    expect(await register('last')).toBe(450n);
  });

  test('keeps time from falling, and refuses a clock that is clearly behind', async () => {
    const memory = await openMemoryLog();
    await memory.register('first');
    const { lastTimeMs } = memory.log.store.head();
    memory.nowMs -= 4000;
    await memory.register('a little behind');
    expect(memory.log.store.head().lastTimeMs).toBe(lastTimeMs);
    memory.nowMs -= 2000;
    await expect(memory.register('too far behind')).rejects.toMatchObject({ code: 'clock-behind' });
    expect(memory.log.store.head().size).toBe(2n);
    memory.nowMs += 60_000;
    expect(await memory.register('right again')).toBe(2n);
  });

  test('answers one idempotency mark with one record, at once and later', async () => {
    const { log } = await openMemoryLog();
    const draft = { ...draftOf('once'), mark: markOf('scope', 'request') };
    const answers = await Promise.all(Array.from({ length: 100 }, () => log.register(draft)));
    expect(new Set(answers.map(({ index }) => index))).toEqual(new Set([0n]));
    expect((await log.register(draft)).index).toBe(0n);
    const conflict = { ...draft, mark: markOf('scope', 'another request') };
    await expect(log.register(conflict)).rejects.toMatchObject({ code: 'idempotency-conflict' });
    expect(log.store.head().size).toBe(1n);
  });

  test('two requests with one mark at the same time: the other one is a conflict', async () => {
    const { log } = await openMemoryLog();
    const first = log.register({ ...draftOf('a'), mark: markOf('scope', 'a') });
    const second = log.register({ ...draftOf('b'), mark: markOf('scope', 'b') });
    await expect(second).rejects.toMatchObject({ code: 'idempotency-conflict' });
    expect((await first).index).toBe(0n);
  });

  test('a request is answered again though another one with its mark is under way', async () => {
    const { log } = await openMemoryLog();
    const right = { ...draftOf('a'), mark: markOf('scope', 'a') };
    await log.register(right);
    const wrong = log.register({ ...draftOf('b'), mark: markOf('scope', 'b') });
    const again = log.register(right);
    await expect(wrong).rejects.toMatchObject({ code: 'idempotency-conflict' });
    expect((await again).index).toBe(0n);
  });

  test('is bounded', async () => {
    const { register } = await openMemoryLog();
    const all = await Promise.allSettled(Array.from({ length: 9000 }, (_, i) => register(`f${i}`)));
    const refused = all.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ reason }) => (reason as LedgerError).code === 'queue-full')).toBe(true);
  });

  test('refuses everything once it is halted', async () => {
    const { log, register } = await openMemoryLog();
    await register('before');
    log.halt(
      new LedgerError('log-forked', {
        holder: EXTERNAL_HOLDERS.contract,
        externalRoot: 'one',
        size: 1,
        root: 'other',
      }),
    );
    await expect(register('after')).rejects.toMatchObject({ code: 'log-forked' });
    expect(log.store.head().size).toBe(1n);
  });

  test('fails every request of the batch when the store fails, and changes nothing', async () => {
    const { log, store, register } = await openMemoryLog();
    await register('before');
    const commit = store.commit.bind(store);
    store.commit = () =>
      Promise.reject(new LedgerError('store-failed', { reason: { zh: '测试所致', en: 'for the test' } }));
    const results = await Promise.allSettled([register('a'), register('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    store.commit = commit;
    expect(await register('c')).toBe(1n);
    expect(log.store.head().size).toBe(2n);
  });
});
