import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loopSleep } from '../../src/http/loop-clock.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { type MemoryService, startMemoryService } from './memory-service.ts';

/** How long a body may take: windows of 200 ms here, of which the first two may be empty. */

const BODY = JSON.stringify({
  case: { number: 'c' },
  file: { name: 'f', size: 1 },
  digests: { sha256: 'ab'.repeat(32) },
});
const HEAD = `POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;

async function open(url: string): Promise<{ readonly socket: Socket; readonly answer: () => string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('error', () => {}).on('data', (data: Buffer) => (answer += data.toString()));
  await once(socket, 'connect');
  return { socket, answer: () => answer };
}

function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

/** Sends the head of a request, and resolves once the service has it. */
async function sendHead(socket: Socket, { server }: MemoryService): Promise<void> {
  const arrived = once(server, 'request');
  socket.write(HEAD);
  await arrived;
}

test('a client that was delayed together with the service is answered', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, { bodyWindowMs: 200 });
  const { socket, answer } = await open(service.url);
  await sendHead(socket, service);
  // Four windows of wall time, of which the event loop sees next to nothing.
  for (let i = 0; i < 4; i++) {
    block(200);
    await delay(1);
  }
  socket.write(BODY);
  await expect.poll(answer).toContain('HTTP/1.1 201');
  socket.destroy();
});

test('bytes that arrived while the service was delayed count', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, { bodyWindowMs: 200 });
  const { socket, answer } = await open(service.url);
  await sendHead(socket, service);
  await loopSleep(250); // into the second window, by the clock of the windows
  socket.write(BODY);
  block(2000);
  await expect.poll(answer).toContain('HTTP/1.1 201');
  socket.destroy();
});

test('a body that stops in the middle is answered, and is no fault of the service', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, { bodyWindowMs: 200 });
  const { socket, answer } = await open(service.url);
  socket.write(`${HEAD}{"case":`);
  await once(socket, 'close');
  expect(answer()).toContain('"code":"body-timeout"');
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  expect(service.internalErrors).toEqual([]);
});

test('a hostile client that sends drops is cut off, also on a busy machine', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, { bodyWindowMs: 200 });
  const { socket, answer } = await open(service.url);
  await sendHead(socket, service);
  const drops = setInterval(() => socket.writable && socket.write(' '), 20);
  const busy = setInterval(() => block(100), 150);
  try {
    await expect.poll(answer).toContain('"code":"body-timeout"');
  } finally {
    clearInterval(drops);
    clearInterval(busy);
  }
  socket.destroy();
});
