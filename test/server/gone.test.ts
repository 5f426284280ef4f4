import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HandlerCount } from '../../src/http/handler-count.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from './memory-service.ts';

/** Work stops when nobody waits for it. */

const RECORDS = 500;

async function openListed() {
  const { log, store, register } = await openMemoryLog();
  for (let i = 0; i < RECORDS; i++) await register(`record ${i}`);
  let reads = 0;
  const record = store.record.bind(store);
  store.record = async (index) => {
    reads++;
    await delay(1);
    return record(index);
  };
  return { log, reads: () => reads };
}

/** Sends a request, and leaves as soon as `isBegun`. */
async function abandon(url: string, isBegun: () => boolean): Promise<void> {
  const sent = request(url);
  sent.on('error', () => {});
  const closed = new Promise((resolve) => sent.once('close', resolve));
  sent.end();
  while (!isBegun()) await delay(1);
  sent.destroy();
  await closed;
}

test('a listing is not made any further once its client has left, and a stop can wait for that', async () => {
  const { log, reads } = await openListed();
  const handlers = new HandlerCount();
  await using service = await startMemoryService(log, { handlers });
  await abandon(`${service.url}/v1/evidence?limit=1000`, () => reads() > 0);
  await handlers.idle();
  expect(reads()).toBeLessThan(RECORDS);
  expect(service.internalErrors).toEqual([]);
  expect((await fetch(`${service.url}/v1/evidence?limit=1000`)).status).toBe(200);
});

test('a page of another site cannot make the service look up records', async () => {
  const { log, reads } = await openListed();
  await using service = await startMemoryService(log);
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
  for (const path of ['/v1/evidence', '/v1/anchors']) {
    const answer = await fetch(`${service.url}${path}`, { headers });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'cross-origin']);
  }
  expect(reads()).toBe(0);
  for (const path of ['/docs', '/log/checkpoint', '/healthz']) {
    expect((await fetch(`${service.url}${path}`, { headers })).status, path).not.toBe(403);
  }
});

test('a batch of lines that are no registrations is read up to a limit', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log);
  const answer = await fetch(`${service.url}/v1/evidence/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'accept-language': 'en' },
    body: 'x\n'.repeat(100_000),
  });
  const lines = (await answer.text()).trimEnd().split('\n');
  expect(lines.length).toBeLessThan(5000);
  const codes = lines.map((line) => (JSON.parse(line) as { code: string }).code);
  expect([codes[0], codes.at(-1)]).toEqual(['json-invalid', 'body-too-large']);
});
