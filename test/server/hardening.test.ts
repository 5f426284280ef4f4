import { expect, test } from 'vitest';
import { FairQueue } from '../../src/http/fair-queue.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from './memory-service.ts';
import { sendRaw } from './raw-http.ts';

const started = async (requestsPerSecond = 0) => startMemoryService((await openMemoryLog()).log, { requestsPerSecond });

test('every answer forbids a browser to run, frame, keep or share anything', async () => {
  await using service = await started();
  for (const path of ['/healthz', '/v1/evidence', '/nowhere']) {
    const { headers } = await fetch(`${service.url}${path}`, { headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

test('pages of other origins change and look up nothing; its own pages, and programs, may', async () => {
  await using service = await started();
  const { url } = service;
  const ask = async (method: string, headers: Record<string, string>, path = '/v1/anchors') => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const { host } = new URL(url);
    const { statuses } = await sendRaw(
      url,
      `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines.join('')}\r\n`,
    );
    return statuses[0];
  };
  for (const foreign of [
    { Origin: 'https://elsewhere.example' },
    { Origin: 'null' },
    { Origin: 'http://127.0.0.1:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ] as Record<string, string>[]) {
    expect([foreign, await ask('POST', foreign)]).toEqual([foreign, 403]);
    expect([foreign, await ask('GET', foreign)]).toEqual([foreign, 403]);
    expect([foreign, await ask('GET', foreign, '/docs')]).toEqual([foreign, 200]);
  }
  for (const own of [
    {},
    { Origin: url },
    { Origin: url, 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
  ])
    expect([own, await ask('POST', own as Record<string, string>)]).toEqual([own, 202]);
});

test('an address above its limit waits: each class of requests by itself, and never for the health of the service', async () => {
  await using service = await started(1); // ten in ten seconds, and one anchor
  const statuses = async (path: string, count: number, init?: RequestInit) => {
    const answers = [];
    for (let i = 0; i < count; i++) answers.push((await fetch(`${service.url}${path}`, init)).status);
    return answers;
  };
  const first = await fetch(`${service.url}/v1/evidence`);
  expect(first.headers.get('ratelimit-policy')).toBe('10;w=10');
  expect(first.headers.get('ratelimit')).toMatch(/^limit=10, remaining=9, reset=([1-9]|10)$/);
  expect(await statuses('/v1/evidence', 10)).toEqual([...Array.from({ length: 9 }, () => 200), 429]);
  expect(await statuses('/v1/anchors', 2, { method: 'POST' })).toEqual([202, 429]);
  expect(await statuses('/log/tile/0/000', 11)).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
  expect(await statuses('/v1/nothing-here', 11)).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
  expect(new Set(await statuses('/healthz', 30))).toEqual(new Set([200]));
});

test('no request is refused where there is no limit', async () => {
  await using service = await started();
  const answer = await fetch(`${service.url}/v1/evidence`);
  expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null]);
});

test('OPTIONS is refused with all that a path takes', async () => {
  await using service = await started();
  const answer = await fetch(`${service.url}/v1/evidence`, { method: 'OPTIONS' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
});

test('users of the fair queue take turns, one task each, and other work runs in between', async () => {
  const fairQueue = new FairQueue();
  const seen: string[] = [];
  const work = async (name: string) => {
    for (let i = 0; i < 2; i++) {
      await fairQueue.next();
      seen.push(`${name}${i}`);
    }
  };
  const all = Promise.all([work('a'), work('b')]);
  await new Promise((resolve) => setImmediate(resolve));
  seen.push('between');
  await all;
  expect(seen).toEqual(['a0', 'between', 'b0', 'a1', 'b1']);
});

test('a transfer coding under chunked is refused, and a missing Host is a problem like any other', async () => {
  await using service = await started();
  const { host } = new URL(service.url);
  const bodyOf =
    'Content-Type: application/octet-stream\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
  const coded = await sendRaw(
    service.url,
    `POST /v1/contents HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${bodyOf}`,
  );
  expect(coded.statuses[0]).toBe(400);
  const homeless = await sendRaw(service.url, 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect(homeless.statuses[0]).toBe(400);
  expect(homeless.text).toContain('"code":"request-unreadable"');
});

test('a client that sends the lines of a batch one by one gets each answer before the next line', async () => {
  await using service = await started();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const line = (n: number) => {
    const body = { case: { number: 'A1' }, file: { name: `${n}.txt`, size: 1 }, digests: { sha256: 'ab'.repeat(32) } };
    return new TextEncoder().encode(`${JSON.stringify(body)}\n`);
  };
  void writer.write(line(0));
  const answer = await fetch(`${service.url}/v1/evidence/batch?receipts=false`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: readable,
    duplex: 'half',
  });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let n = 0; n < 3; n++) {
    const { value } = await reader.read();
    expect(JSON.parse(value!)).toMatchObject({ index: String(n) });
    if (n < 2) void writer.write(line(n + 1));
  }
  await writer.close();
  expect((await reader.read()).done).toBe(true);
});
