import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findKey, mirrorKey, publishedKey, recordKey } from '../../src/adapters/embedded-store/index/keys.ts';
import { openRow, sealRow } from '../../src/adapters/embedded-store/index/rows.ts';
import { decodeBody, encodeBody } from '../../src/adapters/embedded-store/journal/body.ts';
import type { LedgerRecord } from '../../src/log/model.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

/**
 * An attacker who can write the index or the contents writes anything, with checksums that fit:
 * none of it is served as if it had been committed.
 */

let ledger: TestLedger;
const ids: string[] = [];
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const files = [Buffer.from('first'), Buffer.alloc(3_000_000, 'second'), Buffer.from('third')];
const get = (path: string) => fetch(`${ledger.server.url}${path}`);
const json = { 'content-type': 'application/json' };

async function add(bytes: Buffer): Promise<string> {
  const { url } = ledger.server;
  const headers = { 'content-type': 'application/octet-stream' };
  const uploaded = await fetch(`${url}/v1/contents`, { method: 'POST', headers, body: new Uint8Array(bytes) });
  const { uploadToken } = (await uploaded.json()) as { uploadToken: string };
  const body = JSON.stringify({
    case: { number: 'c1' },
    file: { name: 'a.bin', size: bytes.length },
    digests: { sha256: sha256(bytes) },
    uploadToken,
  });
  const answer = await fetch(`${url}/v1/evidence`, { method: 'POST', headers: json, body });
  return ((await answer.json()) as { record: { header: { id: string } } }).record.header.id;
}

async function asked(path: string, body?: object): Promise<[number, string | undefined]> {
  const init = body === undefined ? {} : { method: 'POST', headers: json, body: JSON.stringify(body) };
  const { status, text } = await fetch(`${ledger.server.url}${path}`, init).then(async (response) => ({
    status: response.status,
    text: await response.text(),
  }));
  return [status, (JSON.parse(text) as { code?: string }).code];
}

type Rows = Level<Buffer, Buffer>;

/** Changes the index of the stopped ledger, and undoes that after the test. */
async function forged(change: (rows: Rows) => Promise<void>, check: () => Promise<void>): Promise<void> {
  const rows = async (write: (rows: Rows) => Promise<void>) => {
    const level: Rows = new Level(join(ledger.dataDir, 'index'), { keyEncoding: 'buffer', valueEncoding: 'buffer' });
    await write(level);
    await level.close();
  };
  const before = new Map<string, Buffer>();
  await ledger.server.stop();
  await rows(async (level) => {
    for await (const [key, value] of level.iterator()) before.set(key.toString('hex'), value);
    await change(level);
  });
  await ledger.restart();
  await check();
  await ledger.server.stop();
  await rows((level) =>
    level.batch([...before].map(([key, value]) => ({ type: 'put', key: Buffer.from(key, 'hex'), value }))),
  );
  await ledger.restart();
}

async function rewrite(rows: Rows, change: (record: LedgerRecord) => LedgerRecord): Promise<void> {
  const key = recordKey(0n);
  const record = decodeBody(openRow({ key, value: await rows.get(key) }));
  await rows.put(key, sealRow(key, encodeBody(change(record))).value);
}

const DAMAGED = [500, 'index-damaged'];

beforeAll(async () => {
  ledger = await startLedger({ anchorIntervalMs: 500 });
  for (const bytes of files) ids.push(await add(bytes));
  await eventually(async () => {
    const { anchor } = (await (await get(`/v1/evidence/${ids[2]}/receipt`)).json()) as { anchor: unknown };
    return anchor === null ? undefined : true;
  });
});
afterAll(() => ledger.remove());

async function expectAllDamaged(): Promise<void> {
  for (const path of ['', '/receipt', '/content']) {
    expect(await asked(`/v1/evidence/${ids[0]}${path}`), path).toEqual(DAMAGED);
  }
  expect(await asked('/v1/evidence')).toEqual(DAMAGED);
  expect(await asked('/v1/verify', { digests: { sha256: sha256(files[0]!) } })).toEqual(DAMAGED);
  expect(await asked(`/v1/evidence/${ids[2]}`), 'others are served').toEqual([200, undefined]);
}

test('a record with another section is not served', async () => {
  const file = (record: LedgerRecord) => record.sections.findIndex(({ name }) => name === 'file');
  await forged(
    (rows) =>
      rewrite(rows, (record) => ({
        ...record,
        sections: record.sections.with(file(record), {
          ...record.sections[file(record)]!,
          value: { name: 'other.bin', size: 5, mediaType: 'text/plain' },
        }),
      })),
    expectAllDamaged,
  );
});

test('content of another record is not served as that of this one', async () => {
  await forged(
    (rows) => rewrite(rows, (record) => ({ ...record, content: sha256(files[2]!) })),
    async () => expect(await asked(`/v1/evidence/${ids[0]}/content`)).toEqual(DAMAGED),
  );
});

test('a look-up that leads to another record is not answered with it', async () => {
  const looked = sha256(files[0]!);
  await forged(
    async (rows) => {
      const key = findKey('sha256', looked, 2n);
      for (const each of [key, mirrorKey(key)]) await rows.put(each, sealRow(each).value);
    },
    async () => {
      expect(await asked(`/v1/evidence?sha256=${looked}`)).toEqual(DAMAGED);
      expect(await asked('/v1/verify', { digests: { sha256: looked } })).toEqual(DAMAGED);
    },
  );
  await forged(
    async (rows) => {
      for (const [id, index] of [
        [ids[0]!, 2n],
        [ids[2]!, 0n],
      ] as const) {
        const key = findKey('.id', id, index);
        for (const each of [key, mirrorKey(key)]) await rows.put(each, sealRow(each).value);
        const own = findKey('.id', id, 2n - index);
        for (const each of [own, mirrorKey(own)]) await rows.del(each);
      }
    },
    async () => expect(await asked(`/v1/evidence/${ids[0]}/receipt`)).toEqual(DAMAGED),
  );
});

test('a checkpoint that the log has not signed is not put into receipts', async () => {
  await forged(
    async (rows) => {
      for (let size = 1n; size <= 3n; size++) {
        const key = publishedKey(size);
        const value = await rows.get(key);
        if (value === undefined) continue;
        const note = openRow({ key, value }).toString('utf8');
        const bent = note.replace(/.{6}\n$/, (end) => `${end.slice(0, 2) === 'AA' ? 'BB' : 'AA'}${end.slice(2)}`);
        for (const each of [key, mirrorKey(key)]) await rows.put(each, sealRow(each, Buffer.from(bent)).value);
      }
    },
    async () => expect(await asked(`/v1/evidence/${ids[2]}/receipt`)).toEqual(DAMAGED),
  );
});

test('content that was found to be other bytes is not given out any more, until it is put back', async () => {
  const name = sha256(files[1]!);
  const path = join(ledger.dataDir, 'contents', name.slice(0, 2), name.slice(2, 4), name);
  writeFileSync(path, Buffer.alloc(files[1]!.length, 'other'));
  await expect(get(`/v1/evidence/${ids[1]}/content`).then((each) => each.arrayBuffer())).rejects.toThrow('terminated');
  for (let again = 0; again < 2; again++) {
    expect(await asked(`/v1/evidence/${ids[1]}/content`)).toEqual([500, 'content-damaged']);
  }
  writeFileSync(path, files[1]!);
  const whole = await (await get(`/v1/evidence/${ids[1]}/content`)).arrayBuffer();
  expect(sha256(new Uint8Array(whole))).toBe(name);
});
