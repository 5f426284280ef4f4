import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveChain, servePages, type TestServer } from '../auditor/fake-service.ts';
import { recordEntries, servedLog } from '../auditor/served-log.ts';
import { FakeChain, logIdOf } from '../oracle/chain.ts';
import { OPERATOR, ORIGIN, trustJson } from '../oracle/ledger.ts';
import { mth } from '../oracle/merkle.ts';
import { checkpointText, signedNote, testKey } from '../oracle/note.ts';

/** `scripts/audit.ts`, the auditor's program on one page. */

const key = testKey(ORIGIN, 1);
const entries = recordEntries(300);
const pages = new Map<string, Uint8Array | string>();
let chain: FakeChain;
let folder: string;
let service: TestServer;
let node: TestServer;

beforeEach(async () => {
  chain = new FakeChain();
  folder = await mkdtemp(join(tmpdir(), 'audit-script-'));
  const logId = logIdOf(OPERATOR, key.vkey);
  chain.mine(3);
  chain.anchor(logId, 200n, mth(entries.slice(0, 200)));
  chain.mine(40);
  const trust = trustJson({ key, logId, chain, records: [], entries, fileBytes: Buffer.alloc(0) });
  await writeFile(join(folder, 'trust.json'), JSON.stringify(trust));
  publish(entries.slice(0, 280));
  service = await servePages(pages);
  node = await serveChain(chain);
});

afterEach(async () => {
  await service.close();
  await node.close();
  await rm(folder, { recursive: true });
});

function publish(list: readonly Buffer[]): void {
  pages.clear();
  for (const [path, page] of servedLog(list)) pages.set(`log/${path}`, page);
  pages.set('log/checkpoint', signedNote(checkpointText(ORIGIN, list.length, mth(list)), key));
}

const state = () => join(folder, 'audit.state');

async function audit(): Promise<{ readonly exit: number; readonly lines: readonly string[] }> {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'audit.ts');
  const args = [script, service.url, join(folder, 'trust.json'), state(), node.url];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { encoding: 'utf8' }, (error, stdout) => {
      resolve({ exit: error === null ? 0 : Number(error.code), lines: stdout.trim().split('\n') });
    });
  });
}

test('finds an honest log in order, remembers it, and finds it rolled back afterwards', async () => {
  expect(await audit()).toEqual({ exit: 0, lines: ['ok: 280 entries, 1 anchors'] });
  publish(entries);
  expect(await audit()).toEqual({ exit: 0, lines: ['ok: 300 entries, 1 anchors'] });
  const remembered = readFileSync(state(), 'utf8');

  publish(entries.slice(0, 290));
  const { exit, lines } = await audit();
  expect([exit, lines.slice(0, 2)]).toEqual([
    5,
    [
      'contradiction log-rolled-back at checkpoint: expected >= 300, found 290',
      'contradiction: 290 entries, 1 anchors',
    ],
  ]);
  expect(readFileSync(state(), 'utf8')).toBe(remembered);
  expect((await readdir(folder)).filter((name) => name.includes('evidence'))).toHaveLength(1);
});

test('does not judge a log that does not answer', async () => {
  pages.delete('log/tile/entries/000');
  const { exit, lines } = await audit();
  expect(exit).toBe(6);
  expect(lines[0]).toMatch(/^unknown page-unavailable at tile\/entries\/000/);
  expect(existsSync(state())).toBe(false);
});
