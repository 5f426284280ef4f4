import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { FakeChain, logIdOf } from '../oracle/chain.ts';
import { OPERATOR, ORIGIN, trustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';
import { serveChain } from './fake-service.ts';
import { recordEntries, servedLog } from './served-log.ts';

const PASSES = 40;
const GROWTH = 260;
const key = testKey(ORIGIN, 1);

test('what a watch holds does not grow with the log, its anchors or the number of passes', async () => {
  const entries = recordEntries(PASSES * GROWTH);
  const chain = new FakeChain();
  const logId = logIdOf(OPERATOR, key.vkey);
  chain.mine(3);
  const node = await serveChain(chain);
  let size = 0;
  let pages = new Map<string, Uint8Array | string>();
  const trust = JSON.stringify(trustJson({ key, logId, chain, records: [], entries, fileBytes: Buffer.alloc(0) }));
  const bytesRead: number[] = [];
  /** Each pass begins with the trust file: it finds a larger log than the one before, and the last checkpoint anchored. */
  const grow = () => {
    if (size > 0) chain.anchor(logId, BigInt(size), mth(entries.slice(0, size)));
    size += GROWTH;
    const list = entries.slice(0, size);
    pages = new Map<string, Uint8Array | string>(servedLog(list));
    pages.set('checkpoint', signedNote(checkpointText(ORIGIN, size, mth(list)), key));
    bytesRead.push(0);
  };
  const service: Server = createServer((request, response) => {
    if (request.url === '/trust.json') grow();
    const page = request.url === '/trust.json' ? trust : pages.get(request.url!.slice('/log/'.length));
    bytesRead[bytesRead.length - 1]! += page?.length ?? 0;
    response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const script = join(import.meta.dirname, 'passes-process.ts');
    const child = spawn(process.execPath, [script, url, node.url, String(PASSES)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = (await text(child.stdout)).trim().split('\n');
    const [sizes, used] = [0, 1].map((column) => lines.map((line) => Number(line.split(' ')[column])));
    expect(sizes).toEqual(Array.from({ length: PASSES }, (_, i) => (i + 1) * GROWTH));
    const most = (from: number, to: number) => Math.max(...used!.slice(from, to));
    // the log is twice as long by the end; a part of it would show
    expect(most(30, 40) - most(10, 20)).toBeLessThan(1024 * 1024);
    expect(Math.max(...bytesRead.slice(30))).toBeLessThan(3 * Math.max(...bytesRead.slice(2, 12)));
  } finally {
    service.closeAllConnections();
    service.close();
    await node.close();
  }
});
