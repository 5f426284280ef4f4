import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

/** What the service makes certificates of: never of what a client says about itself. */

let ledger: TestLedger;
let id: string;
let frozenMs: number | undefined;

beforeAll(async () => {
  ledger = await startLedger({ anchorIntervalMs: 200, clock: () => frozenMs ?? Date.now() });
  const answer = await fetch(`${ledger.server.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      case: { number: '（2026）浙01刑初123号' },
      file: { name: 'letter.txt', size: 1 },
      digests: { sha256: 'a'.repeat(64) },
    }),
  });
  expect(answer.status).toBe(201);
  const { record } = (await answer.json()) as { record: { header: { id: string } } };
  ({ id } = record.header);
  await eventually(async () => ((await certificateFor()).status === 200 ? true : undefined));
  frozenMs = Date.now();
});
afterAll(() => ledger.remove());

/** The certificate as a client gets it that names this host, in the header or in the target. */
async function certificateFor(host?: string, target = ''): Promise<{ status: number | undefined; body: Buffer }> {
  const { hostname, port, host: own } = new URL(ledger.server.url);
  const path = `${target}/v1/evidence/${id}/certificate`;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ hostname, port, path, headers: { host: host ?? own }, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: answer.statusCode, body: await buffer(answer) };
}

test('without the address of a verify page it names none, whatever host a request names', async () => {
  expect(ledger.events.filter(({ type }) => type === 'verify-url-missing')).toHaveLength(1);
  const { body } = await certificateFor();
  for (const [host, target] of [
    ['localhost:6666', ''],
    ['127.0.0.1:1', ''],
    ['[::1]', ''],
    [undefined, 'http://localhost:6666'],
  ] as const) {
    const forged = await certificateFor(host, target);
    expect([forged.status, forged.body.equals(body)]).toEqual([200, true]);
  }
  expect((await certificateFor('evl.example')).status).toBe(421);
});

test('with one, it is that of the operator, and the bytes are again the same for all', async () => {
  const without = await certificateFor();
  await ledger.restart({ verifyUrl: 'https://evl.example/verify' });
  expect(ledger.events.filter(({ type }) => type === 'verify-url-missing')).toHaveLength(1);
  const [one, other] = [await certificateFor(), await certificateFor('localhost:6666')];
  expect([one.status, one.body.equals(other.body), one.body.equals(without.body)]).toEqual([200, true, false]);
});
