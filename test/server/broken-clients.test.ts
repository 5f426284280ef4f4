import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { EMPTY_HEAD, openMemoryLog } from '../log/memory-log.ts';
import { type MemoryService, startMemoryService } from './memory-service.ts';

/**
 * Clients that stop in the middle of a batch which is being answered. An uncaught error would end
 * the service.
 */

const uncaught: unknown[] = [];
const keep = (error: unknown) => uncaught.push(error);
beforeEach(() => {
  uncaught.length = 0;
  process.on('uncaughtException', keep);
});
afterEach(() => process.off('uncaughtException', keep));

const line = (name: string) => {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return `${JSON.stringify({ case: { number: 'c' }, file: { name, size: 1 }, digests: { sha256 } })}\n`;
};
const HEAD = 'POST /v1/evidence/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n';

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function expectWell({ url, internalErrors }: MemoryService): Promise<void> {
  // The service is in this process: whatever would be thrown is thrown before this answer comes.
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(uncaught).toEqual([]);
  expect(internalErrors).toEqual([]);
}

test('a client that disconnects: what was accepted is registered', async () => {
  const store = new MemoryStore(EMPTY_HEAD);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const commit = store.commit.bind(store);
  let isHeld = false;
  store.commit = async (...args) => {
    if (store.head().size > 1000n) {
      isHeld = true;
      await released;
    }
    return commit(...args);
  };
  const { log } = await openMemoryLog({ store });
  await using service = await startMemoryService(log);
  const socket = await open(service.url);
  const lines = Array.from({ length: 2600 }, (_, i) => line(`${i}`)).join('');
  socket.write(`${HEAD}Content-Length: ${lines.length}\r\n\r\n${lines}`);
  await once(socket, 'data');
  await expect.poll(() => isHeld).toBe(true);
  socket.destroy();
  await expect.poll(() => service.openConnections()).toBe(0);
  release();
  await expect.poll(() => store.head().size).toBeGreaterThan(1000n);
  await log.drained();
  await expectWell(service);
});

test.each([
  ['a registration', 'POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'],
  ['a batch', HEAD],
])('a client that disconnects in the middle of %s: no fault of the service', async (_, head) => {
  const { log } = await openMemoryLog();
  const handled = Promise.withResolvers<void>();
  await using service = await startMemoryService(log, { onRequest: () => handled.resolve() });
  const socket = await open(service.url);
  socket.write(`${head}Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n`);
  await once(socket, 'data');
  socket.write('{"case":');
  socket.destroy();
  await handled.promise;
  await expectWell(service);
});

test('a client that reads nothing and keeps sending: its answer does not look complete', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, { bodyWindowMs: 100 });
  const socket = await open(service.url);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const [nonsense, after] = ['x\n'.repeat(40_000), 'x\n'.repeat(100)];
  socket.pause();
  socket.write(`${HEAD}Content-Length: 10000000\r\n\r\n${nonsense}`);
  const timer = setInterval(() => socket.writable && socket.write(after), 20);
  await expect.poll(() => service.openConnections(), { message: 'the service gives it up' }).toBe(0);
  clearInterval(timer);
  let end = '';
  socket.on('data', (data) => (end = data.toString().slice(-10)));
  socket.resume();
  await closed;
  expect(end.endsWith('0\r\n\r\n')).toBe(false);
  await expectWell(service);
});

test('a client that stops in the middle of a batch: its refusal is complete, and nothing is written after it', async () => {
  const store = new MemoryStore(EMPTY_HEAD);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const commit = store.commit.bind(store);
  store.commit = async (...args) => {
    await released;
    return commit(...args);
  };
  const { log } = await openMemoryLog({ store });
  await using service = await startMemoryService(log, { bodyWindowMs: 100 });
  const socket = await open(service.url);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString('utf8')));
  socket.write(`${HEAD}Content-Length: 100000\r\n\r\n${line('first')}`);
  await expect.poll(() => answer).toContain('"code":"body-timeout"');
  release();
  await expect.poll(() => store.head().size).toBe(1n);
  await closed;
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  await expectWell(service);
});
