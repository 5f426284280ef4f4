import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';
import { isAvailable } from '../availability.ts';

const hasPrlimit = isAvailable(
  'prlimit',
  process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0,
);
const limitFiles = (pid: number, limit: string) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

describe.runIf(hasPrlimit)('without file handles', () => {
  const workplace = new Workplace();
  const service = new Service(workplace);
  afterAll(async () => {
    await service.stop();
    workplace.remove();
  });

  test('the service answers 503 and continues without a restart; nothing incomplete is left [S10]', async () => {
    await service.start();
    const body = (name: string) =>
      JSON.stringify({ case: { number: 'c1' }, file: { name, size: 1 }, digests: { sha256: 'ab'.repeat(32) } });
    const register = (name: string) =>
      fetch(`${service.url}/v1/evidence`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body(name),
      });
    const upload = () =>
      fetch(`${service.url}/v1/contents`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: 'x',
      });
    expect((await register('before')).status).toBe(201);

    const before = openFiles(service.pid);
    const slow = Array.from({ length: 40 }, () => slowUpload(service.url));
    // One that the service has not accepted by now would be dropped without an answer.
    await expect.poll(() => openFiles(service.pid)).toBeGreaterThanOrEqual(before + slow.length);
    limitFiles(service.pid, String(openFiles(service.pid) + 5));
    for (const { send } of slow) send();
    const incoming = join(workplace.env['EVL_DATA_DIR']!, 'contents', 'incoming');
    const answers = () => slow.map(({ answer }) => answer()).filter((answer) => answer.endsWith('}'));
    await expect.poll(() => answers().length + readdirSync(incoming).length).toBe(slow.length);
    const refused = answers().filter((answer) => answer.startsWith('HTTP/1.1 503'));
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatch(/retry-after: 1/i);
      expect(answer).toContain('"code":"too-many-files"');
    }
    for (const { socket } of slow) socket.destroy();
    await expect.poll(async () => (await upload()).status).toBe(201);
    expect((await register('after')).status).toBe(201);
    await service.stop();
    expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true, size: '2' });
  });
});

/** Takes a connection and then, with `send`, a file; `answer` is what has come back so far. */
function slowUpload(url: string) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (data: string) => (text += data));
  return {
    socket,
    send: () => {
      socket.write(`POST /v1/contents HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/octet-stream\r\n`);
      socket.write('Content-Length: 100\r\n\r\nfirst');
    },
    answer: () => text,
  };
}
