import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { uploadContent } from '../../src/client/registration.ts';
import { evlProcess } from '../cli/evl.ts';
import { checkpointNote, testLedger, trustJson } from '../oracle/ledger.ts';

/** More than sockets and streams buffer. */
const LARGE_BYTES = 64 * 1024 * 1024;
/** A fraction of the time after which an upload that does not move is given up. */
const SOON_MS = 60_000;

/** What a client looks at before it sends anything. */
const ledger = testLedger();
const PAGES: Readonly<Record<string, string>> = {
  '/trust.json': JSON.stringify(trustJson(ledger)),
  '/log/checkpoint': checkpointNote(ledger, ledger.entries.length),
};

let folder: string;
let server: Server;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evl-refused-'));
  writeFileSync(join(folder, 'large'), '');
  truncateSync(join(folder, 'large'), LARGE_BYTES);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** A service that answers an upload at its first bytes, and neither reads on nor hangs up. */
async function refuseUploads(status: number): Promise<void> {
  server = createServer((request, response) => {
    const problem = JSON.stringify({ status, code: 'storage-full', title: 'no space' });
    const page = request.method === 'GET' ? PAGES[request.url!] : undefined;
    response.writeHead(page === undefined ? status : 200, { 'content-type': 'application/json' });
    response.end(page ?? problem);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([507, 413, 429])('%i to an upload ends the process, and does not hang it', async (status) => {
  await refuseUploads(status);
  const begin = performance.now();
  const { exit, stderr } = await evlProcess(['add', 'large', '--case', '1'], {
    cwd: folder,
    env: { EVL_URL: url, EVL_HOME: join(folder, 'home') },
  });
  expect([exit, stderr]).toEqual([8, expect.stringContaining('storage-full')]);
  expect(performance.now() - begin).toBeLessThan(SOON_MS);
});

test('the source of a refused upload is closed', async () => {
  await refuseUploads(507);
  const closed = Promise.withResolvers<void>();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(1024 * 1024);
    } finally {
      closed.resolve();
    }
  }
  const upload = uploadContent({ url }, { lengthBytes: undefined, chunks });
  await expect(upload).rejects.toMatchObject({ code: 'storage-full' });
  await closed.promise;
});
