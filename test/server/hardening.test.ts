import { expect, test } from 'vitest';
import { Turns } from '../../src/server/turns.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from './memory-service.ts';
import { sendRaw } from './raw-http.ts';

const started = async (requestsPerSecond = 0) => startMemoryService((await openMemoryLog()).log, { requestsPerSecond });

test('every answer tells a browser to run, frame, keep and share nothing', async () => {
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

test('pages of elsewhere change nothing; their own pages, and programs, may', async () => {
  await using service = await started();
  const { url } = service;
  const ask = async (method: string, headers: Record<string, string>) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const { host } = new URL(url);
    const { statuses } = await sendRaw(
      url,
      `${method} /v1/anchors HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines.join('')}\r\n`,
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
    expect([foreign, await ask('GET', foreign)]).toEqual([foreign, 200]);
  }
  for (const own of [
    {},
    { Origin: url },
    { Origin: url, 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
  ])
    expect([own, await ask('POST', own as Record<string, string>)]).toEqual([own, 202]);
});

test('who asks too often waits: each kind of request by itself, and never for the health of the service', async () => {
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
  expect(new Set(await statuses('/healthz', 30))).toEqual(new Set([200]));
});

test('nobody is refused where there is no limit', async () => {
  await using service = await started();
  const answer = await fetch(`${service.url}/v1/evidence`);
  expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null]);
});

test('OPTIONS is refused with all that a path takes', async () => {
  await using service = await started();
  const answer = await fetch(`${service.url}/v1/evidence`, { method: 'OPTIONS' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD']);
});

test('turns come in order, one each time around, and others come in between', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = async (name: string) => {
    for (let i = 0; i < 2; i++) {
      await turns.next();
      seen.push(`${name}${i}`);
    }
  };
  const all = Promise.all([work('a'), work('b')]);
  await new Promise((resolve) => setImmediate(resolve));
  seen.push('between');
  await all;
  expect(seen).toEqual(['a0', 'between', 'b0', 'a1', 'b1']);
});
