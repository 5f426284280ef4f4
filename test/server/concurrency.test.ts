import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import type { RecordHeader } from '../../src/protocol/record/header.ts';
import type { TlogProof } from '../../src/protocol/note/tlog-proof.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { judgeInclusion, judgeSignature } from '../../src/protocol/verify/log-steps.ts';
import { report } from '../faults/figures.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

/** Many requests at once, over real HTTP. */

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger();
  await register('first');
  // the anchor of a start is over: from here on receipts change with registrations alone
  await eventually(async () => ((await anchors()).anchors.some(({ state }) => state === 'final') ? true : undefined));
});
afterAll(() => ledger.remove());

interface Item {
  readonly id: string;
  readonly index: string;
}

function bodyOf(name: string): string {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return JSON.stringify({ case: { number: 'many' }, file: { name, size: name.length }, digests: { sha256 } });
}

function register(name: string, key?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) };
  return fetch(`${ledger.server.url}/v1/evidence`, { method: 'POST', headers, body: bodyOf(name) });
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${ledger.server.url}${path}`)).json()) as T;
}

async function anchors() {
  return get<{ head: { size: string }; anchors: readonly { state: string }[] }>('/v1/anchors');
}

async function treeSize(): Promise<number> {
  return Number((await anchors()).head.size);
}

function read(text: string): { header: RecordHeader; proof: TlogProof } {
  const { record, proof } = parseReceipt(text);
  if (!('value' in record && 'value' in proof)) throw new Error('the receipt cannot be read');
  return { header: record.value.header, proof: proof.value };
}

test('one key a hundred times at once: one record, equal answers [C42]', async () => {
  const before = await treeSize();
  const answers = await Promise.all(Array.from({ length: 100 }, () => register('once', 'one-key')));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(bodies).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  expect(await treeSize()).toBe(before + 1);
});

test('one file twice without a key, one after the other and at once: a record each time [C44]', async () => {
  const before = await treeSize();
  const answers = [await register('same'), await register('same')];
  answers.push(...(await Promise.all([register('same'), register('same')])));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  const headers = await Promise.all(answers.map(async (answer) => read(await answer.text()).header));
  expect(new Set(headers.map(({ id }) => id)).size).toBe(4);
  expect(new Set(headers.map(({ number }) => number)).size).toBe(4);
  expect(await treeSize()).toBe(before + 4);
});

test('an answer that never arrived: the retry after a restart gets the original record [C45]', async () => {
  const before = await treeSize();
  const { hostname, port } = new URL(ledger.server.url);
  const body = bodyOf('unheard');
  const head = [
    'POST /v1/evidence HTTP/1.1',
    `Host: ${hostname}`,
    'Content-Type: application/json',
    'Idempotency-Key: unheard',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.pause(); // this client reads nothing
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  await eventually(async () => ((await treeSize()) > before ? true : undefined));
  socket.destroy();
  await ledger.restart();
  const { items } = await get<{ items: Item[] }>(
    `/v1/evidence?sha256=${createHash('sha256').update('unheard').digest('hex')}`,
  );
  const retried = await register('unheard', 'unheard');
  expect([retried.status, retried.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  expect(items.map(({ id }) => id)).toEqual([read(await retried.text()).header.id]);
  expect(await treeSize()).toBe(before + 1);
});

test('a thousand at once: indexes without gaps or duplicates, each proof verifies [C46]', async (context) => {
  const COUNT = 1000;
  const before = await treeSize();
  const names = Array.from({ length: COUNT }, (_, i) => `parallel ${i}`);
  const texts = await Promise.all(names.map(async (name) => (await register(name)).text()));
  const receipts = texts.map(read);
  const indexes = receipts.map(({ proof }) => Number(proof.index)).toSorted((a, b) => a - b);
  expect(indexes).toEqual(names.map((_, i) => before + i));
  expect(new Set(receipts.map(({ header }) => header.id)).size).toBe(COUNT);
  for (const { header, proof } of receipts) expect(judgeInclusion(nodeSha256, header, proof).status).toBe('pass');
  const trust = parseTrust(await (await fetch(`${ledger.server.url}/trust.json`)).text());
  const bySize = new Map(receipts.map(({ proof }) => [proof.checkpoint.size, proof]));
  for (const proof of bySize.values()) expect(judgeSignature(proof, trust, undefined).status).toBe('pass');
  const notes = new Set(receipts.map(({ proof: { note } }) => note.text));
  expect(notes.size, 'one root a size').toBe(bySize.size);
  report(context, { acknowledged: receipts.length, checkpoints: bySize.size });
});

test.each(['', '&case=many'])(
  'pages read while writes go on: nothing skipped, nothing twice%s [C47]',
  async (query) => {
    const writing = { isOver: false };
    let next = 0;
    const writers = Array.from({ length: 8 }, async () => {
      while (!writing.isOver) expect((await register(`meanwhile ${next++}`)).status).toBe(201);
    });
    const before = await treeSize();
    const all = { indexes: [] as number[], pages: 0 };
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: Item[]; nextCursor: string | null } = await get(
        `/v1/evidence?limit=50${query}${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      all.indexes.push(...page.items.map(({ index }) => Number(index)));
      all.pages++;
      cursor = page.nextCursor;
    }
    writing.isOver = true;
    await Promise.all(writers);
    expect(all.indexes).toEqual(all.indexes.map((_, i) => i)); // all records here are of one case
    expect(all.indexes.length).toBeGreaterThanOrEqual(before);
    expect(all.pages).toBeGreaterThan(10);
    expect(await treeSize(), 'writes went on meanwhile').toBeGreaterThan(all.indexes.length);
  },
);
