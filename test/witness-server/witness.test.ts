import { mkdirSync, readdirSync, readFileSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { MAX_ADD_CHECKPOINT_BYTES } from '../../src/protocol/note/add-checkpoint.ts';
import { checkCosignatures, parseWitnessVkey } from '../../src/protocol/note/cosignature.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { serveAt, urlOf } from '../../src/http/listening.ts';
import { createWitnessApp } from '../../src/witness-server/app.ts';
import { startWitness } from '../../src/compose/witness.ts';
import { bodyOf, foreignLog, hashedOrigin, noteAt, proofBetween, requestFor } from '../witness/foreign-log.ts';
import { sendRaw } from '../server/raw-http.ts';
import { startTestWitness } from './witness-fixture.ts';

/** A witness over real HTTP, with its state in a real folder. */

const log = foreignLog('log.example/a');
const sums = foreignLog('go.sum database tree');
const forked = foreignLog(log.origin, log.keys, 'other ');

test('a log that grows is cosigned, step by step, and what was cosigned last can be fetched', async () => {
  await using witness = await startTestWitness([log, sums]);
  const { url, vkey } = witness.running;
  const monitored = `${url}/${hashedOrigin(log)}/checkpoint`;
  expect((await fetch(monitored)).status).toBe(404);
  for (const [from, to] of [
    [0, 1],
    [1, 4],
    [4, 4],
    [4, 100],
  ] as const) {
    const answer = await witness.add(requestFor(log, from, to));
    const lines = await answer.text();
    expect([answer.status, answer.headers.get('content-type'), lines]).toEqual([
      200,
      'text/plain; charset=utf-8',
      lines,
    ]);
    const note = parseNote(noteAt(log, to) + lines);
    expect(checkCosignatures(note, [parseWitnessVkey(vkey)])).toMatchObject({ status: 'checked', cosignatures: [{}] });
    const latest = await fetch(monitored);
    expect(await latest.text()).toBe(noteAt(log, to) + lines);
    expect(latest.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(latest.headers.get('cache-control')).toBe('no-cache');
  }
  expect((await fetch(`${url}/${hashedOrigin(sums)}/checkpoint`)).status).toBe(404);
  expect((await fetch(monitored, { method: 'HEAD' })).status).toBe(200);
});

test('every refusal has its status; 409 its type and the size alone', async () => {
  await using witness = await startTestWitness([log]);
  await witness.add(requestFor(log, 0, 5));
  const stranger = foreignLog('log.example/never');
  for (const [status, body] of [
    [400, 'old x'],
    [404, requestFor(stranger, 0, 5)],
    [403, bodyOf(5, [], noteAt(log, 5, { keys: stranger.keys }))],
    [400, bodyOf(6, [], noteAt(log, 5))],
    [422, requestFor(forked, 5, 5)],
    [422, bodyOf(5, [], noteAt(log, 6))],
  ] as const) {
    const answer = await witness.add(body);
    expect([body, answer.status, answer.headers.get('content-type')]).toEqual([
      body,
      status,
      'text/plain; charset=utf-8',
    ]);
  }
  const conflict = await witness.add(requestFor(log, 0, 9));
  expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
    409,
    'text/x.tlog.size',
    '5\n',
  ]);
});

test('what was answered is kept across a restart', async () => {
  await using witness = await startTestWitness([log]);
  const line = await (await witness.add(requestFor(log, 0, 5))).text();
  await witness.restart();
  const { url } = witness.running;
  expect(await (await fetch(`${url}/${hashedOrigin(log)}/checkpoint`)).text()).toBe(noteAt(log, 5) + line);
  expect(await (await witness.add(requestFor(log, 0, 9))).text()).toBe('5\n');
});

test('any media type will do, and none; a compressed body will not, nor one that is too large', async () => {
  await using witness = await startTestWitness([log]);
  const types = ['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded'];
  for (const type of types) {
    const { status } = await witness.add(requestFor(log, 0, 5), { headers: { 'content-type': type } });
    expect([type, status]).toEqual([type, type === 'text/plain' ? 200 : 409]);
  }
  // fetch names no type for bytes
  expect((await witness.add(Buffer.from(requestFor(log, 5, 6)))).status).toBe(200);
  const compressed = await witness.add(gzipSync(requestFor(log, 6, 7)), { headers: { 'content-encoding': 'gzip' } });
  expect(compressed.status).toBe(415);
  const large = await witness.add(Buffer.alloc(MAX_ADD_CHECKPOINT_BYTES + 1, 'a'));
  expect([large.status, await large.json()]).toMatchObject([413, { code: 'body-too-large' }]);
  expect((await witness.add(Buffer.alloc(MAX_ADD_CHECKPOINT_BYTES, 'a'))).status).toBe(400);
});

test('other paths, methods and browsers are refused as by the service', async () => {
  await using witness = await startTestWitness([log]);
  const { url } = witness.running;
  const { host } = new URL(url);
  for (const path of [
    '/',
    '/add-checkpoint/',
    '/ADD-CHECKPOINT',
    '/v1/evidence',
    `/${hashedOrigin(log)}/checkpoint/`,
  ]) {
    expect([path, (await fetch(`${url}${path}`, { method: 'POST' })).status]).toEqual([path, 404]);
  }
  const wrong = await fetch(`${url}/add-checkpoint`);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${url}/${hashedOrigin(log)}/checkpoint`, { method: 'POST' })).headers.get('allow')).toBe(
    'GET, HEAD',
  );
  expect((await fetch(`${url}/add-checkpoint`, { method: 'OPTIONS' })).status).toBe(405);
  const answer = await fetch(`${url}/healthz`);
  expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
  const raw = (head: string) => sendRaw(url, `${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  const browser = await raw(`POST /add-checkpoint HTTP/1.1\r\nHost: ${host}\r\nSec-Fetch-Site: cross-site`);
  expect(browser.statuses).toEqual([403]);
  const twoHosts = await raw(`POST /add-checkpoint HTTP/1.1\r\nHost: ${host}\r\nHost: other.example`);
  expect(twoHosts.statuses).toEqual([400]);
  // a witness is public: it answers to whatever name it is known by
  const named = await raw('POST /add-checkpoint HTTP/1.1\r\nHost: witness.court.example');
  expect([named.statuses, named.text]).toEqual([[400], expect.stringContaining('add-checkpoint-malformed')]);
});

test('a client above the rate limit waits', async () => {
  // three in ten seconds
  await using witness = await startTestWitness([log], { requestsPerSecond: 30 });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await witness.add(requestFor(log, 5, 6))).status);
  expect(statuses).toEqual([409, 409, 409, 429]);
  const refused = await witness.add(requestFor(log, 0, 5));
  expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|10)$/);
  expect((await fetch(`${witness.running.url}/${hashedOrigin(log)}/checkpoint`)).status).toBe(404);
});

test('a body that arrives too slowly is cut off', async () => {
  const never = () => Promise.reject(new Error('this body is never whole'));
  const app = createWitnessApp({
    witness: { addCheckpoint: never, latest: never },
    metrics: { contentType: 'text/plain', text: async () => '', answered: () => {}, alarmed: () => {} },
    requestsPerSecond: 0,
    bodyWindowMs: 50,
    onRequest: () => {},
    onInternalError: () => {},
  });
  const server = await serveAt({ host: '127.0.0.1', port: 0 }, app);
  const url = urlOf(server);
  const head = `POST /add-checkpoint HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 100\r\n\r\nold`;
  expect((await sendRaw(url, head)).statuses).toEqual([408]);
  await new Promise((resolve) => server.close(resolve));
});

describe('an alarm', () => {
  test('two roots for one size are kept as evidence, reported once, counted each time', async () => {
    await using witness = await startTestWitness([log]);
    await witness.add(requestFor(log, 0, 5));
    const body = requestFor(forked, 5, 5);
    for (let i = 0; i < 3; i++) expect((await witness.add(body)).status).toBe(422);
    expect(witness.events).toEqual([{ type: 'alarm', origin: log.origin, code: 'root-differs', size: '5' }]);
    const names = readdirSync(witness.paths.evidence);
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{16}-root-differs-[0-9a-f]{16}\.json$/)]);
    const evidence = JSON.parse(readFileSync(join(witness.paths.evidence, names[0]!), 'utf8')) as Record<
      string,
      string
    >;
    expect(evidence).toMatchObject({ origin: log.origin, code: 'root-differs', request: body });
    expect(evidence['cosigned']).toContain(noteAt(log, 5));
    const metrics = await (await fetch(`${witness.running.url}/metrics`)).text();
    expect(metrics).toContain(`evl_witness_alarms_total{origin="${log.origin}",code="root-differs"} 3`);
  });

  test('what strangers can bring about is bounded, and leaves room for what the log alone can sign', async () => {
    await using witness = await startTestWitness([log]);
    await witness.add(requestFor(log, 0, 5));
    const of = (code: string) => readdirSync(witness.paths.evidence).filter((name) => name.includes(code));
    const flood = async (from: number, to: number) => {
      for (let size = from; size <= to; size++) await witness.add(bodyOf(5, [], noteAt(log, size)));
    };
    await flood(6, 105);
    const first = of('proof-wrong');
    expect([first.length, witness.events.length]).toEqual([100, 100]);
    // the rewritten log, among what a stranger sends
    expect((await witness.add(bodyOf(5, [], noteAt(forked, 107)))).status).toBe(422);
    const [rewritten] = of('proof-wrong').filter((name) => !first.includes(name));
    expect(witness.events.slice(100)).toEqual([
      { type: 'alarm', origin: log.origin, code: 'proof-wrong', size: '107' },
    ]);
    await flood(106, 115);
    expect(of('proof-wrong')).toHaveLength(100);
    expect(of('proof-wrong')).toContain(rewritten);
    // the first fifty among them
    expect(of('proof-wrong').filter((name) => first.includes(name))).toHaveLength(89);
    expect(witness.events, 'told once a minute').toHaveLength(101);
    await witness.add(requestFor(forked, 5, 5));
    expect(of('root-differs')).toHaveLength(1);
  });

  test('is reported also where its evidence cannot be kept', async () => {
    await using witness = await startTestWitness([log]);
    await witness.add(requestFor(log, 0, 5));
    rmdirSync(witness.paths.evidence);
    expect((await witness.add(requestFor(forked, 5, 5))).status).toBe(422);
    expect(witness.events.map(({ type }) => type)).toEqual(['internal-error', 'alarm']);
  });
});

describe('a state that cannot be used', () => {
  test.each([
    ['state-missing', (path: string) => unlinkSync(path)],
    ['state-damaged', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('log', 'lag'))],
  ])('%s: that log is refused and reported at the start, the others continue', async (code, spoil) => {
    await using witness = await startTestWitness([log, sums]);
    for (const each of [log, sums]) await witness.add(requestFor(each, 0, 5));
    spoil(join(witness.paths.state, hashedOrigin(log)));
    await witness.restart();
    expect(witness.events).toMatchObject([{ type: 'log-refused', origin: log.origin, code }]);
    for (const body of [requestFor(log, 0, 3), requestFor(log, 5, 6)]) {
      const answer = await witness.add(body);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.text()).toContain(code);
    }
    expect((await fetch(`${witness.running.url}/${hashedOrigin(log)}/checkpoint`)).status).toBe(503);
    expect((await witness.add(requestFor(sums, 5, 6))).status).toBe(200);
    const metrics = await (await fetch(`${witness.running.url}/metrics`)).text();
    expect(metrics).toContain(`evl_witness_usable{origin="${log.origin}"} 0`);
    expect(metrics).toContain(`evl_witness_usable{origin="${sums.origin}"} 1`);
  });

  test('a write that fails is never answered with 200, and ends the witness', async () => {
    await using witness = await startTestWitness([log, sums]);
    await witness.add(requestFor(log, 0, 5));
    mkdirSync(join(witness.paths.state, `${hashedOrigin(log)}.tmp`));
    const answers = await Promise.all([6, 7, 8].map((size) => witness.add(requestFor(log, 5, size))));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(await witness.running.failed).toMatchObject({ code: 'state-failed' });
    expect((await witness.add(requestFor(sums, 0, 5))).status).toBe(503);
  });
});

test('a second witness on the same folder is refused', async () => {
  await using witness = await startTestWitness([log]);
  const second = startWitness({
    dir: witness.paths.dir,
    host: '127.0.0.1',
    port: 0,
    requestsPerSecond: 0,
    clock: () => 1n,
    onEvent: () => {},
  });
  await expect(second).rejects.toMatchObject({ code: 'locked' });
});

test('the metrics count, and show size and age of each log', async () => {
  await using witness = await startTestWitness([log, sums]);
  await witness.add(requestFor(log, 0, 5));
  await witness.add(bodyOf(5, proofBetween(log, 5, 7), noteAt(log, 7)));
  await witness.add(requestFor(log, 0, 9));
  await witness.add('nonsense');
  const metrics = await (await fetch(`${witness.running.url}/metrics`)).text();
  for (const line of [
    'evl_witness_cosigned_total 2',
    'evl_witness_refused_total{status="409"} 1',
    'evl_witness_refused_total{status="400"} 1',
    `evl_witness_size{origin="${log.origin}"} 7`,
    `evl_witness_size{origin="${sums.origin}"} 0`,
  ])
    expect(metrics).toContain(`${line}\n`);
  expect(metrics).toMatch(/evl_witness_age_seconds\{origin="log\.example\/a"\} [0-5]\n/);
  expect(metrics).not.toMatch(/evl_witness_age_seconds\{origin="go\.sum/);
});
