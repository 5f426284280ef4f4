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

/**
 * Passes over a small log, until the program has warmed up; then the log becomes many times larger.
 */
const WARM_PASSES = 120;
const LARGE_PASSES = 8;
const PASSES = WARM_PASSES + LARGE_PASSES;
const LARGE_GROWTH = 8000;
const sizeAfter = (pass: number) => pass + LARGE_GROWTH * Math.max(0, pass - WARM_PASSES);
const key = testKey(ORIGIN, 1);

test('the memory of a watch does not grow with the log, its anchors or the number of passes', async () => {
  const entries = recordEntries(sizeAfter(PASSES));
  const chain = new FakeChain();
  const logId = logIdOf(OPERATOR, key.vkey);
  chain.mine(3);
  const node = await serveChain(chain);
  let [size, pass] = [0, 0];
  let pages = new Map<string, Uint8Array | string>();
  const trust = JSON.stringify(trustJson({ key, logId, chain, records: [], entries, fileBytes: Buffer.alloc(0) }));
  const bytesRead: number[] = [];
  /**
   * Each pass begins with the trust file: it finds a larger log than the one before, and the last
   * checkpoint anchored.
   */
  const grow = () => {
    if (size > 0) chain.anchor(logId, BigInt(size), mth(entries.slice(0, size)));
    size = sizeAfter(++pass);
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
    expect(sizes).toEqual(Array.from({ length: PASSES }, (_, i) => sizeAfter(i + 1)));
    // a watch that kept something of each pass would show it here: the entries with their leaf
    // hashes are 4 MiB
    const warm = Math.max(...used!.slice(WARM_PASSES / 2, WARM_PASSES));
    expect(Math.min(...used!.slice(-3)) - warm).toBeLessThan(1024 * 1024);
    // only new data is read: 35 bytes per entry, 32 for its leaf, and the edges of the tree
    expect(Math.max(...bytesRead)).toBeLessThan(1.2 * 67 * LARGE_GROWTH);
  } finally {
    service.closeAllConnections();
    service.close();
    await node.close();
  }
});
