import { afterEach, describe, expect, test } from 'vitest';
import { WitnessClient } from '../../../src/adapters/witness-client/witness-client.ts';
import { WITNESS_FAULTS } from '../../../src/text/log.ts';
import { openMemoryLog, signer, logKey, type MemoryLog } from '../../log/memory-log.ts';
import type { Log } from '../../../src/log/log.ts';
import { parseWitnessVkey } from '../../../src/protocol/note/cosignature.ts';
import { parseNote } from '../../../src/protocol/note/note.ts';
import { formatVkey } from '../../../src/protocol/note/vkey.ts';
import { parsePolicy } from '../../../src/protocol/note/witness-policy.ts';
import { type Asked, nobody, type Page, trickle } from '../../client/http-server.ts';
import { checkpointText } from '../../oracle/note.ts';
import { cosignatureLine, testWitness } from '../../oracle/witness.ts';
import { policyWith, startWitness, type TestWitness } from '../../oracle/witness-server.ts';
import { httpStatus } from '../../../src/text/answer-faults.ts';

/** The adapter against real HTTP: a witness by hand, and what strangers may answer instead. */

/** Longer than an honest answer takes on the busiest machine, and short for a silent witness. */
const [TIMEOUT_MS, SHORT_TIMEOUT_MS] = [120_000, 300];
const key = testWitness('court.test/witness', 1);
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

async function witness(): Promise<TestWitness> {
  const started = await startWitness(key, formatVkey(logKey));
  open.push(started);
  return started;
}

function clientOf(url: string, timeoutMs = TIMEOUT_MS): WitnessClient {
  const timeouts = { addMs: timeoutMs, latestMs: timeoutMs };
  return new WitnessClient({ name: 'court', key: parseWitnessVkey(key.vkey), url }, signer.origin, timeouts);
}

const request = { oldSize: 3n, proof: [new Uint8Array(32)], note: 'note' };

async function answerTo(page: Page | ((asked: Asked) => Page | Promise<Page>), timeoutMs?: number) {
  const server = await witness();
  server.misbehave = typeof page === 'function' ? page : () => page;
  return clientOf(server.url, timeoutMs).add(request);
}

describe('the answers to add-checkpoint', () => {
  test('the request is as the specification has it, and the address may end in a slash', async () => {
    const server = await witness();
    server.misbehave = () => ({ body: 'lines' });
    expect(await clientOf(`${server.url}/`).add(request)).toEqual({ status: 'cosigned', lines: 'lines' });
    const [asked] = server.asked;
    expect([asked!.method, asked!.path]).toEqual(['POST', '/add-checkpoint']);
    expect(asked!.body.toString()).toBe(`old 3\n${'A'.repeat(43)}=\n\nnote`);
  });

  test.each<[string, Page, object]>([
    ['404: it does not know the log', { status: 404, body: 'x' }, { status: 'refused', reason: httpStatus(404) }],
    ['403: it does not know the key, or the log', { status: 403 }, { status: 'refused', reason: httpStatus(403) }],
    ['409 with a size', { status: 409, body: '17\n' }, { status: 'other-size', size: 17n }],
    ['409 with a size and no newline', { status: 409, body: '0' }, { status: 'other-size', size: 0n }],
    ['409 without a body', { status: 409 }, { status: 'conflict' }],
    ['409 with words', { status: 409, body: 'old root differs\n' }, { status: 'conflict' }],
    ['409 with a size spelled otherwise', { status: 409, body: '017\n' }, { status: 'conflict' }],
    ['409 with a size too many', { status: 409, body: '18446744073709551616\n' }, { status: 'conflict' }],
    ['422', { status: 422, body: 'no' }, { status: 'conflict', reason: httpStatus(422) }],
    [
      '429 with Retry-After',
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 'unavailable', retryAfterMs: 7000 },
    ],
    [
      '503 with a date',
      { status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' } },
      { status: 'unavailable', reason: httpStatus(503) },
    ],
    ['500', { status: 500 }, { status: 'unavailable', reason: httpStatus(500) }],
    ['400: the request is not as it reads them', { status: 400 }, { status: 'refused', reason: httpStatus(400) }],
    ['408', { status: 408 }, { status: 'unavailable', reason: httpStatus(408) }],
    ['202', { status: 202, body: 'later' }, { status: 'unavailable', reason: httpStatus(202) }],
    [
      'a redirection is not followed',
      { status: 307, headers: { location: '/elsewhere' } },
      { status: 'unavailable', reason: httpStatus(307) },
    ],
    [
      'a megabyte',
      { body: 'x'.repeat(1024 * 1024) },
      { status: 'unavailable', reason: { en: 'the answer has more than 65536 bytes' } },
    ],
    ['a megabyte behind 409', { status: 409, body: '1'.repeat(1024 * 1024) }, { status: 'unavailable' }],
    ['what is no text', { body: new Uint8Array([0xff, 0xfe]) }, { status: 'unavailable' }],
    ['the end of the connection', { isDropped: true }, { status: 'unavailable' }],
  ])('%s', async (_, page, expected) => {
    const answer = await answerTo(page);
    expect(answer).toMatchObject(expected);
    expect('retryAfterMs' in answer).toBe('retryAfterMs' in expected);
  });

  test('silence, and an answer that never ends, are cut off', async () => {
    const silence = () => new Promise<never>(() => {});
    expect(await answerTo(silence, SHORT_TIMEOUT_MS)).toMatchObject({ status: 'unavailable' });
    const slow = await trickle(20);
    open.push(slow);
    const cutOff = { status: 'unavailable', reason: WITNESS_FAULTS.noAnswer };
    expect(await clientOf(slow.url, SHORT_TIMEOUT_MS).add(request)).toMatchObject(cutOff);
    expect(await clientOf(await nobody()).add(request)).toMatchObject({ status: 'unavailable' });
  });

  test('what is under way when the service stops ends at once', async () => {
    const server = await witness();
    server.misbehave = () => new Promise(() => {});
    const client = new WitnessClient(
      { name: 'court', key: parseWitnessVkey(key.vkey), url: server.url },
      signer.origin,
    );
    const answer = client.add(request);
    client.close();
    expect(await answer).toEqual({ status: 'unavailable', reason: WITNESS_FAULTS.stopping });
  });
});

describe('the newest checkpoint', () => {
  test('is requested by the hash of the origin; any other answer counts as none', async () => {
    const server = await witness();
    const client = clientOf(server.url);
    expect(await client.latest()).toBeUndefined();
    server.logs.set(signer.origin, { size: 1, root: '', note: 'a note' });
    expect(await client.latest()).toBe('a note');
    expect(server.asked.at(-1)!.path).toMatch(/^\/[0-9a-f]{64}\/checkpoint$/);
    for (const page of [{ status: 500 }, { isDropped: true }, { body: 'x'.repeat(1024 * 1024) }]) {
      server.misbehave = () => page;
      expect(await client.latest()).toBeUndefined();
    }
  });
});

describe('the log and its witness over HTTP', () => {
  async function logWith(server: TestWitness): Promise<MemoryLog> {
    return openMemoryLog({
      witnesses: {
        policy: parsePolicy(policyWith(1, server)),
        cosigners: [clientOf(server.url)],
        keys: [logKey],
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
        onEvent: () => {},
      },
    });
  }
  const stateOf = (log: Log) => log.witnesses[0]!.state;

  test('every proof is one that the witness accepts, also after it has missed some', async () => {
    const server = await witness();
    const { log, register, store } = await logWith(server);
    for (let size = 1; size <= 20; size++) {
      await register(`${size}`);
      if (size % 3 !== 2) await log.publishStep();
    }
    await log.publishStep();
    const note = parseNote(store.published()!.note);
    expect([note.signatures.length, server.logs.get(signer.origin)!.size]).toEqual([2, 20]);
    expect(stateOf(log)).toBe('answers');
    expect(server.asked.every(({ path }) => path === '/add-checkpoint')).toBe(true);
  });

  test('the log continues from the size of a witness that was advanced elsewhere or set back', async () => {
    const server = await witness();
    const { log, register } = await logWith(server);
    for (const name of ['a', 'b', 'c']) {
      await register(name);
      await log.publishStep();
    }
    server.logs.delete(signer.origin); // it lost its memory
    await register('d');
    await log.publishStep();
    expect([server.logs.get(signer.origin)!.size, stateOf(log)]).toEqual([4, 'answers']);
  });

  test('a line over another text is not published', async () => {
    const server = await witness();
    server.misbehave = () => ({ body: cosignatureLine(key, checkpointText(signer.origin, 1, new Uint8Array(32))) });
    const { log, register, store } = await logWith(server);
    await register('a');
    await log.publishStep();
    expect(parseNote(store.published()!.note).signatures).toHaveLength(1);
    expect(stateOf(log)).toBe('witness-silent');
  });
});
