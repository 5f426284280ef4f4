import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { report } from '../faults/figures.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

/**
 * A real service on a clock of the test. Each test continues from the time at which the one before
 * ended.
 */

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

let nowMs = Date.parse('2016-12-31T20:00:00.000Z');
let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger({ clock: () => nowMs });
});
afterAll(() => ledger.remove());

interface Receipt {
  readonly record: {
    readonly header: { readonly id: string; readonly number: string };
    readonly disclosed: readonly { readonly name: string; readonly value: Record<string, unknown> }[];
  };
}

const get = (path: string) => fetch(`${ledger.server.url}${path}`);
const post = (path: string, body: unknown, type = 'application/json') =>
  fetch(`${ledger.server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const registration = (name: string) => {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return { case: { number: 'c1' }, file: { name, size: name.length }, digests: { sha256 } };
};
const receivedAt = ({ record }: Receipt) => record.disclosed.find(({ name }) => name === 'time')!.value['receivedAt'];
const isoNow = () => new Date(nowMs).toISOString();

async function register(name: string): Promise<Receipt> {
  const answer = await post('/v1/evidence', registration(name));
  expect(answer.status).toBe(201);
  return (await answer.json()) as Receipt;
}

async function expectRefused(name: string): Promise<void> {
  const answer = await post('/v1/evidence', registration(name));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toMatchObject({
    code: 'clock-behind',
    detail: expect.stringContaining('the clock is behind'),
  });
}

async function expectReads({ record }: Receipt): Promise<void> {
  const { id } = record.header;
  const paths = [`/v1/evidence/${id}`, `/v1/evidence/${id}/receipt`, '/v1/evidence?case=c1', '/log/checkpoint'];
  for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 200]);
  // the jump of the clock may have made an anchor due: while it is on its way the receipt is one
  // that must be asked for again
  await eventually(async () => {
    const receipt: unknown = await (await get(`/v1/evidence/${id}/receipt`)).json();
    const { verdict } = (await (await post('/v1/verify', { receipt })).json()) as { verdict: string };
    return verdict === 'PENDING' || verdict === 'VERIFIED' ? verdict : undefined;
  });
}

const told = (type: string) => ledger.events.filter((event) => event.type === type);

test('the clock an hour back: refused and reported, reading continues, also after a restart, until the hour has passed [T37]', async () => {
  const before = await register('before');
  expect(receivedAt(before)).toBe(isoNow());
  const jumpedFromMs = nowMs;
  nowMs -= HOUR_MS;
  await expectRefused('an hour back');
  const lines = `${JSON.stringify(registration('x'))}\n${JSON.stringify(registration('y'))}\n`;
  const batch = await (await post('/v1/evidence/batch', lines, 'application/x-ndjson')).text();
  expect(batch.match(/"code":"clock-behind"/g)).toHaveLength(2);
  await expectReads(before);
  const ready = await get('/readyz');
  expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'refusing', reason: 'clock-behind' }]);
  await eventually(async () => (told('refusing').length > 0 ? true : undefined));
  expect(told('refusing')).toEqual([{ type: 'refusing', code: 'clock-behind' }]);

  await ledger.restart();
  await expectRefused('after a restart');
  expect(told('refusing')).toHaveLength(2);
  nowMs = jumpedFromMs - 5001;
  await expectRefused('nearly');
  // what time servers do: the time of the last record is given once more
  nowMs = jumpedFromMs - 5000;
  expect(receivedAt(await register('within the slack'))).toBe(receivedAt(before));
  nowMs = jumpedFromMs + 1;
  expect(receivedAt(await register('afterwards'))).toBe(isoNow());
  expect((await get('/readyz')).status).toBe(200);
  await eventually(async () => (told('accepting').length > 0 ? true : undefined));
  expect(ledger.server.size()).toBe(3n);
});

test('leap second, summer time, 2038 and 2100: times, numbers and order are right in any time zone [T39]', async (context) => {
  const zoneBefore = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
  try {
    expect(new Date(2026, 0, 1).getTimezoneOffset(), 'the zone is in effect').toBe(-60);
    const moments = [
      ['2016-12-31T23:59:59.900Z', '2016-12-31T23:59:59.900Z'],
      ['2016-12-31T23:59:59.100Z', '2016-12-31T23:59:59.900Z'], // 23:59:60, as computers count it
      ['2017-01-01T00:00:00.000Z', '2017-01-01T00:00:00.000Z'],
      ['2026-03-29T00:59:59.999Z', '2026-03-29T00:59:59.999Z'],
      ['2026-03-29T01:00:00.000Z', '2026-03-29T01:00:00.000Z'],
      ['2026-10-25T00:30:00.000Z', '2026-10-25T00:30:00.000Z'],
      // the same hour of the day in Berlin once more
      ['2026-10-25T01:30:00.000Z', '2026-10-25T01:30:00.000Z'],
      ['2038-01-19T03:14:07.999Z', '2038-01-19T03:14:07.999Z'],
      ['2038-01-19T03:14:08.000Z', '2038-01-19T03:14:08.000Z'],
      ['2100-02-28T23:59:59.999Z', '2100-02-28T23:59:59.999Z'],
      ['2100-03-01T00:00:00.000Z', '2100-03-01T00:00:00.000Z'], // no leap year
    ] as const;
    const receipts: Receipt[] = [];
    for (const [clock, stated] of moments) {
      nowMs = Date.parse(clock);
      const receipt = await register(clock);
      expect(receivedAt(receipt)).toBe(stated);
      expect(receipt.record.header.number.slice(0, 8)).toBe(stated.slice(0, 10).replaceAll('-', ''));
      const idMs = Number.parseInt(receipt.record.header.id.replace('-', '').slice(0, 12), 16);
      expect(new Date(idMs).toISOString()).toBe(stated);
      receipts.push(receipt);
    }
    await ledger.restart();
    const trust = parseTrust(await (await get('/trust.json')).text());
    const page = (await (await get('/v1/evidence?case=c1&limit=1000')).json()) as { items: { id: string }[] };
    expect(page.items.slice(-moments.length).map(({ id }) => id)).toEqual(
      receipts.map(({ record }) => record.header.id),
    );
    for (const { record } of receipts) {
      const text = await (await get(`/v1/evidence/${record.header.id}/receipt`)).text();
      const { steps } = verifyReceipt({
        receipt: parseReceipt(text),
        trust: { source: 'file', value: trust },
        hash: nodeSha256,
      });
      // whether it is anchored by now does not matter
      for (const name of ['record-root', 'inclusion', 'log-signature']) {
        expect(steps.find(({ step }) => step === name)?.status, name).toBe('pass');
      }
    }
    report(context, { moments: moments.length });
  } finally {
    if (zoneBefore === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zoneBefore;
  }
});

test('a client that sends its own time of receipt is refused, wherever it puts it [T40]', async () => {
  const time = '2026-01-01T00:00:00.000Z';
  const size = ledger.server.size();
  const own = [
    [{ receivedAt: time }, '/receivedAt'],
    [{ time: { receivedAt: time } }, '/time'],
    [{ file: { name: 'a', size: 1, receivedAt: time } }, '/file/receivedAt'],
    [{ collection: { method: 'copy', receivedAt: time } }, '/collection/receivedAt'],
  ] as const;
  for (const [more, pointer] of own) {
    const answer = await post('/v1/evidence', { ...registration('own time'), ...more });
    const { code, errors } = (await answer.json()) as { code: string; errors: unknown[] };
    expect([answer.status, code]).toEqual([400, 'validation-failed']);
    expect(errors).toContainEqual({ pointer, code: 'member-unknown', detail: 'is not a known member' });
  }
  expect(ledger.server.size()).toBe(size);
});

test('the clock a year ahead, and back: what was registered meanwhile stays, and the jump back is refused [T38]', async () => {
  const rightMs = nowMs;
  const upload = await post('/v1/contents', 'bytes', 'application/octet-stream');
  const { uploadToken } = (await upload.json()) as { uploadToken: string };
  nowMs += YEAR_MS;
  const ahead = await register('a year ahead');
  expect(receivedAt(ahead)).toBe(isoNow());
  const late = await post('/v1/evidence', { ...registration('bytes'), uploadToken });
  expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([422, 'upload-unknown']);

  nowMs = rightMs;
  await expectRefused('back again');
  await ledger.restart();
  await expectRefused('after a restart');
  await expectReads(ahead);
  nowMs = rightMs + YEAR_MS + 1;
  expect(receivedAt(await register('a year later'))).toBe(isoNow());
});

test('a block that is older than the log time: the report shows the bounds of the chain, and who states the other time [T41]', async () => {
  const behindMs = nowMs - Date.now();
  expect(behindMs).toBeGreaterThan(YEAR_MS); // the chain keeps its own, right time
  const { record } = await register('drift');
  await post('/v1/anchors', {});
  const receipt = await eventually(async () => {
    const newest = (await (await get(`/v1/evidence/${record.header.id}/receipt`)).json()) as { anchor: unknown };
    return newest.anchor === null ? undefined : newest;
  });
  const { verdict, object, steps } = (await (await post('/v1/verify', { receipt })).json()) as {
    verdict: string;
    object: Record<'notBefore' | 'anchoredBy', { blockTime: string }> & { receivedAt: string };
    steps: { step: string; status: string }[];
  };
  expect(verdict).toBe('VERIFIED');
  const passed = steps.filter(({ status }) => status === 'pass').map(({ step }) => step);
  expect(passed).toEqual(expect.arrayContaining(['anchor', 'finality', 'not-before']));
  const [notBeforeMs, anchoredByMs] = [object.notBefore, object.anchoredBy].map(({ blockTime }) =>
    Date.parse(blockTime),
  );
  expect(notBeforeMs).toBeLessThanOrEqual(anchoredByMs!);
  expect(Math.abs(anchoredByMs! - Date.now())).toBeLessThan(HOUR_MS);
  expect(object.receivedAt).toBe(isoNow());
});
