import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatRecordNumber } from '../../src/kinds/record-number.ts';
import { json, serve } from '../client/http-server.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { evl } from './evl.ts';

/** Finding records again: `evl list` and `evl show`, with a real service. */

interface Receipt {
  readonly record: { readonly header: { readonly id: string; readonly number: string } };
}

const CASE = '（2026）浙01刑初123号';
const digestOf = (name: string) => createHash('sha256').update(name).digest('hex');

let ledger: TestLedger;
let url: string;
let folder: string;
const receipts: Receipt[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evl-find-'));
  ledger = await startLedger();
  ({ url } = ledger.server);
  for (const [name, number] of [
    ['笔录.txt', CASE],
    ['照片.jpg', CASE],
    ['other.txt', 'another case'],
  ] as const) {
    const body = { case: { number }, file: { name, size: 1 }, digests: { sha256: digestOf(name) } };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/evidence`, { method: 'POST', headers, body: JSON.stringify(body) });
    receipts.push((await answer.json()) as Receipt);
  }
});
afterAll(async () => {
  await ledger.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => evl(args, { cwd: folder, env: { EVL_URL: url, EVL_HOME: join(folder, 'home') } });
const numbers = async (...args: string[]) => {
  const { stdout } = await run('list', '--json', ...args);
  return (JSON.parse(stdout) as { items: { number: string }[] }).items.map(({ number }) => number);
};
const numberOf = (i: number) => receipts[i]!.record.header.number;

describe('evl list', () => {
  test('finds the records of a case, the newest first, however its number is typed', async () => {
    expect(await numbers('--case', CASE)).toEqual([numberOf(1), numberOf(0)]);
    expect(await numbers('--case', CASE.replace('（', '(').replace('）', ')'))).toEqual([numberOf(1), numberOf(0)]);
    const { stdout, stderr, exit } = await run('list', '--case', CASE, '--lang', 'zh');
    expect(exit).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(
      new RegExp(`^${numberOf(1)}\t已(?:登记|公布)\t.*北京时间.*\t${CASE}\t照片.jpg$`),
    );
    expect(stderr).toContain('共 2 条');
  });

  test('finds one by number or digest, in upper case too', async () => {
    expect(await numbers('--number', numberOf(2).toLowerCase())).toEqual([numberOf(2)]);
    expect(await numbers('--sha256', digestOf('other.txt').toUpperCase())).toEqual([numberOf(2)]);
  });

  test('finds what fits all that is given: name, time, state, digest', async () => {
    expect(await numbers('--case', CASE, '--name', '笔录.txt')).toEqual([numberOf(0)]);
    expect(await numbers('--case', CASE, '--name', '笔录')).toEqual([]);
    expect(await numbers('--case', CASE, '--name', '笔*')).toEqual([numberOf(0)]);
    expect(await numbers('--case', CASE, '--sha256', digestOf('照片.jpg'))).toEqual([numberOf(1)]);
    expect(await numbers('--case', CASE, '--number', numberOf(2))).toEqual([]);
    expect(await numbers('--tx', `0x${'a'.repeat(64)}`)).toEqual([]);
    expect(await numbers('--case', CASE, '--since', '2000-01-01')).toHaveLength(2);
    expect(await numbers('--case', CASE, '--until', '2000-01-01T00:00:00Z')).toEqual([]);
    expect(await numbers('--case', CASE, '--state', 'final')).toEqual([]);
  });

  test('lists all records without any option, and no more than the limit, with the total', async () => {
    expect(await numbers()).toEqual([numberOf(2), numberOf(1), numberOf(0)]);
    const { stdout } = await run('list', '--json', '--limit', '2', '--lang', 'zh');
    const listed = JSON.parse(stdout) as { items: { number: string }[]; total: number };
    expect([listed.items.map(({ number }) => number), listed.total]).toEqual([[numberOf(2), numberOf(1)], 3]);
    expect((await run('list', '--limit', '2', '--lang', 'zh')).stderr).toContain('共 3 条，列出最新的 2 条');
  });

  test('takes no record that was not asked for from the service', async () => {
    await using lying = await serve(({ path }) => {
      const { searchParams } = new URL(path, 'http://service');
      const sections = { case: { number: CASE }, file: { name: 'x' }, digests: { sha256: digestOf('x') } };
      const items = searchParams.has('sha256') ? ['1'] : ['1', '2'];
      const item = (index: string) => ({ id: 'i', number: 'n', index, state: 'final', ...sections });
      return json({ items: items.map(item), total: 1, nextCursor: null });
    });
    for (const query of [
      ['--sha256', digestOf('other')],
      ['--case', CASE],
      ['--case', 'other'],
      ['--state', 'final'],
    ]) {
      const { exit, stderr } = await run('list', ...query, '--url', lying.url);
      expect([exit === 0, stderr.includes('which was not asked for')], query.join(' ')).toEqual([false, true]);
    }
  });

  test('nothing found is exit 3; a name without a case, a wrong number or time are exit 2', async () => {
    expect((await run('list', '--case', 'no such case')).exit).toBe(3);
    expect((await run('list', '--name', 'x')).exit).toBe(2);
    expect((await run('list', '--limit', '0')).exit).toBe(2);
    expect((await run('list', '--number', 'x')).exit).toBe(2);
    expect((await run('list', '--case', 'a', '--since', 'yesterday')).exit).toBe(2);
  });
});

describe('evl verify', () => {
  const verify = async (...args: string[]) => {
    const { exit, stdout } = await run('verify', '--json', ...args);
    return { ...(JSON.parse(stdout) as { object: { number: string } | null; verdict: string }), exit };
  };

  test('takes a record number or a digest in the place of a file; an existing path counts first', async () => {
    const byNumber = await verify(numberOf(0));
    expect([byNumber.object?.number, byNumber.verdict]).toEqual([numberOf(0), 'PENDING']);
    const byDigest = await verify(digestOf('other.txt').toUpperCase());
    expect([byDigest.object?.number, byDigest.verdict]).toEqual([numberOf(2), 'PENDING']);
    writeFileSync(join(folder, numberOf(0)), 'a file of that name');
    expect(await verify(numberOf(0))).toMatchObject({ exit: 3, verdict: 'NOT_FOUND' });
    rmSync(join(folder, numberOf(0)));
  });

  test('an unknown number or digest is NOT_FOUND, anything else no file', async () => {
    expect((await verify(formatRecordNumber(0, new Uint8Array(12)))).exit).toBe(3);
    expect((await verify('ab'.repeat(32))).exit).toBe(3);
    expect((await run('verify', 'no-such-file')).exit).toBe(2);
  });
});

describe('evl show', () => {
  test('shows what a receipt states, by its file or by its number, and that nothing was verified', async () => {
    writeFileSync(join(folder, 'r.json'), JSON.stringify(receipts[0]));
    for (const record of ['r.json', numberOf(0)]) {
      const { exit, stdout, stderr } = await run('show', record, '--lang', 'zh');
      expect(exit).toBe(0);
      for (const part of [numberOf(0), CASE, '笔录.txt', digestOf('笔录.txt'), '回执没有锚定信息']) {
        expect(stdout).toContain(part);
      }
      expect(stderr).toContain('未经核验');
    }
  });

  test('marks the values of a receipt that was edited', async () => {
    const edited = JSON.stringify(receipts[0]).replace('笔录.txt', '别的.txt');
    writeFileSync(join(folder, 'edited.json'), edited);
    expect((await run('show', 'edited.json', '--lang', 'zh')).stdout).toContain('别的.txt（未能证实，可能被改动）');
  });

  test('what is neither a file nor a record is refused', async () => {
    expect((await run('show', 'nothing')).exit).toBe(2);
    const unknown = formatRecordNumber(0, new Uint8Array(12));
    expect((await run('show', unknown)).exit).toBe(3);
  });
});
