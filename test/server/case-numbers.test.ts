import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCaseFormat } from '../../src/kinds/cases/case-format.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startLedger, type TestLedger } from './ledger-fixture.ts';
import { startMemoryService } from './memory-service.ts';

/** Which case numbers a registration may have. */

let ledger: TestLedger;
const json = { 'content-type': 'application/json' };
const COURT = '（2026）浙01刑初123号';

beforeAll(async () => {
  ledger = await startLedger({ caseFormats: [parseCaseFormat('SA-<year>-<digits:6>')!] });
});
afterAll(() => ledger.remove());

const registration = (name: string, ofCase: object) => ({
  case: ofCase,
  file: { name, size: 1 },
  digests: { sha256: createHash('sha256').update(name).digest('hex') },
});

async function register(name: string, ofCase: object, headers: Record<string, string> = {}, route = '') {
  const body = `${JSON.stringify(registration(name, ofCase))}\n`;
  const type = route === '' ? json : { 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${ledger.server.url}/v1/evidence${route}`, {
    method: 'POST',
    headers: { ...type, 'accept-language': 'zh', ...headers },
    body,
  });
  const value = (await answer.json()) as {
    code?: string;
    detail?: string;
    errors?: { pointer: string }[];
    record?: { header: { id: string }; disclosed: { name: string; value: object }[] };
  };
  return { status: answer.status, ...value };
}

test.each(['', '/batch'])('evidence%s: recognised numbers are registered as they were given', async (route) => {
  for (const number of [COURT, '(2026)浙01刑初124号', '杭检刑诉〔2026〕123号', 'SA-2026-000001']) {
    const { record } = await register(`${route} ${number}`, { number }, {}, route);
    expect(record?.disclosed.find(({ name }) => name === 'case')?.value).toEqual({ number });
  }
});

test.each(['', '/batch'])(
  'evidence%s: others are refused, with what was read and which forms there are',
  async (route) => {
    const size = ledger.server.size();
    for (const ofCase of [
      { number: 'case 1' },
      { number: 'SA-2026-1', asIs: false },
      { number: '（2026）某01刑初1号' },
    ]) {
      const { code, detail, errors } = await register('refused', ofCase, {}, route);
      expect([code, errors?.[0]?.pointer]).toEqual(['case-not-recognised', '/case/number']);
      expect(detail).toMatch(/读作“.*法院案号.*SA-<year>-<digits:6>/);
    }
    expect(ledger.server.size()).toBe(size);
  },
);

test('with asIs they are registered, and it is no part of the record', async () => {
  const { status, record } = await register('as it is', { number: 'case 1', asIs: true });
  expect(status).toBe(201);
  expect(record?.disclosed.find(({ name }) => name === 'case')?.value).toEqual({ number: 'case 1' });
  expect((await register('as it is', { number: 'case 1', asIs: 'yes' })).code).toBe('validation-failed');
});

test('a key that was used is answered with its record, with or without asIs', async () => {
  const headers = { 'idempotency-key': 'as-is' };
  const first = await register('keyed', { number: 'case 1', asIs: true }, headers);
  const again = await register('keyed', { number: 'case 1' }, headers);
  expect(again.record?.header.id).toBe(first.record!.header.id);
});

test('the service tells what it reads in a number', async () => {
  const ask = async (number: string) => {
    const answer = await fetch(`${ledger.server.url}/v1/case-number?${new URLSearchParams({ number }).toString()}`);
    return (await answer.json()) as object;
  };
  expect(await ask(COURT)).toMatchObject({
    number: COURT,
    normalized: '(2026)浙01刑初123号',
    isRecognised: true,
    form: 'court',
    reading: { zh: '浙01 = 杭州中院，刑初，2026 年，第 123 号' },
  });
  expect(await ask('SA-2026-000001')).toMatchObject({ isRecognised: true, form: 'own' });
  expect(await ask('case 1')).toMatchObject({ isRecognised: false, form: null });
  expect(await ask('a\u200bb')).toMatchObject({ code: 'validation-failed' });
  expect(await ask('')).toMatchObject({ code: 'validation-failed' });
});

test('without forms of its own a service knows those of courts, procuratorates and police', async () => {
  const { log } = await openMemoryLog();
  await using service = await startMemoryService(log, { caseFormats: [] });
  const headers = json;
  const body = JSON.stringify(registration('x', { number: 'SA-2026-000001' }));
  expect((await fetch(`${service.url}/v1/evidence`, { method: 'POST', headers, body })).status).toBe(400);
});
