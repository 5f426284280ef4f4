import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { ATTACKS, complaint, NAMES } from './attacks.ts';

/** Each attack of the campaign that ends at once, made once against a service in this process. */

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(() => ledger.remove());

test.each(ATTACKS.filter(({ isSlow }) => isSlow !== true).map((attack) => [attack.name, attack] as const))(
  '%s',
  async (_name, attack) => {
    expect(complaint(attack, await attack.run(ledger.server.url, 0))).toBeUndefined();
  },
);

test('the service is as before: it answers, registers, and nothing is left over', async () => {
  const { url } = ledger.server;
  expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ready' });
  const incoming = join(ledger.dataDir, 'contents', 'incoming');
  await eventually(async () => (readdirSync(incoming).length === 0 ? true : undefined));
  expect(readdirSync(join(ledger.dataDir, 'contents'))).toEqual(['incoming']);
  expect(ledger.events.filter(({ type }) => type === 'internal-error')).toEqual([]);
});

test.each(NAMES.map((name) => [JSON.stringify(name.slice(0, 30)), name] as const))(
  'a content is given back as an attachment under the last part of its name: %s',
  async (_shown, name) => {
    const { url } = ledger.server;
    const stored = await fetch(`${url}/v1/contents`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'x',
    });
    const { uploadToken } = (await stored.json()) as { uploadToken: string };
    const sha256 = createHash('sha256').update('x').digest('hex');
    const made = await fetch(`${url}/v1/evidence`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ case: { number: 'c' }, file: { name, size: 1 }, digests: { sha256 }, uploadToken }),
    });
    const { record } = (await made.json()) as {
      record: { header: { id: string }; disclosed: { name: string; value: { name?: string } }[] };
    };
    expect(record.disclosed.find((section) => section.name === 'file')!.value.name).toBe(name);
    const content = await fetch(`${url}/v1/evidence/${record.header.id}/content`);
    expect([content.status, await content.text()]).toEqual([200, 'x']);
    const disposition = content.headers.get('content-disposition')!;
    expect(disposition).toMatch(/^attachment(?:;|$)/);
    expect(content.headers.get('set-cookie')).toBeNull();
    const extended = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
    const plain = /filename="((?:[^"\\]|\\.)*)"|filename=([^;"]+)/.exec(disposition);
    const given = extended === undefined ? (plain?.[1] ?? plain?.[2]) : decodeURIComponent(extended);
    expect(given).toBe(name.split(/[/\\]/).at(-1));
  },
);
