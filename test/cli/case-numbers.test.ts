import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCaseFormat } from '../../src/kinds/cases/case-format.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl } from './evl.ts';

let ledger: TestLedger;
let cwd: string;

beforeAll(async () => {
  ledger = await startLedger({ caseFormats: [parseCaseFormat('SA-<digits:6>')!] });
  cwd = mkdtempSync(join(tmpdir(), 'evl-case-'));
  writeFileSync(join(cwd, 'a.txt'), 'a');
});
afterAll(async () => {
  await ledger.remove();
  rmSync(cwd, { recursive: true, force: true });
});

/** A machine that has no forms of its own. */
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  evl(args, { cwd, env: { EVL_URL: ledger.server.url, EVL_HOME: join(cwd, 'home'), EVL_CASE_FORMATS: '', ...env } });
const add = (...args: string[]) => run(['add', 'a.txt', '--lang', 'zh', ...args]);

describe('evl add', () => {
  test('shows what it reads in the number, of a form that only the service knows too', async () => {
    const court = await add('--case', '（2026）浙01刑初123号', '--receipt-dir', 'court');
    expect([court.exit, court.stderr]).toEqual([
      0,
      expect.stringContaining('案号：浙01 = 杭州中院，刑初，2026 年，第 123 号'),
    ]);
    const own = await add('--case', 'SA-000001', '--receipt-dir', 'own');
    expect([own.exit, own.stderr]).toEqual([0, expect.stringContaining('本单位编号（SA-<digits:6>）')]);
  });

  test('refuses another one before any file is read, and names the forms', async () => {
    const { exit, stderr } = await add('no-such-file', '--case', 'SA-1', '--receipt-dir', 'refused');
    expect(exit).toBe(2);
    for (const part of ['读作“SA-1”', '法院案号', 'SA-<digits:6>', '--case-as-is']) expect(stderr).toContain(part);
    expect(readdirSync(cwd)).not.toContain('refused');
  });

  test('takes it as it is; the same file is then registered once', async () => {
    const first = await add('--case', 'SA-1', '--case-as-is', '--json');
    const again = await add('--case', 'SA-1', '--case-as-is', '--json');
    expect([first.exit, again.exit]).toEqual([0, 0]);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
  });
});

test('a form that could match in two ways is refused at the start', async () => {
  const { exit, stderr } = await run(['serve', '--case-formats', '<digits><digits>']);
  expect([exit, stderr]).toEqual([2, expect.stringContaining('<digits><digits>')]);
  writeFileSync(join(cwd, 'evl.yaml'), 'caseFormats:\n  - SA-<digits>\n  - "(a+)+<digits"\n');
  expect((await run(['list'])).exit).toBe(2);
  writeFileSync(join(cwd, 'evl.yaml'), 'caseFormats:\n  - SA-<digits>\n  - 收〔<year>〕<digits>号\n');
  expect((await run(['list'])).exit).toBe(0);
  rmSync(join(cwd, 'evl.yaml'));
});
