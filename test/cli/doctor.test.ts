import { appendFileSync, chmodSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Service, Workplace } from '../e2e/program.ts';

const workplace = new Workplace();
const service = new Service(workplace);
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

interface Diagnosis {
  readonly ok: boolean;
  readonly exit: number | null;
  readonly findings: {
    readonly code: string;
    readonly level: string;
    readonly message: string;
    readonly repair?: string;
  }[];
}
const doctor = (env = {}) => workplace.json<Diagnosis>(['doctor'], env) as Promise<Diagnosis>;
const levels = ({ findings }: Diagnosis) => Object.fromEntries(findings.map(({ code, level }) => [code, level]));

test('reports what is wrong, and the remedy', async () => {
  const none = await doctor();
  expect([none.exit, none.ok, levels(none)['ledger-missing']]).toEqual([5, false, 'problem']);

  workplace.env['EVL_DISK_RESERVE_BYTES'] = '0';
  await service.start();
  const running = await doctor();
  expect([running.exit, running.ok]).toEqual([0, true]);
  expect(levels(running)).toMatchObject({
    anchor: 'ok',
    chain: 'ok',
    'chain-blocks': 'ok',
    clock: 'ok',
    'key-file': 'ok',
  });
  expect(running.findings.find(({ code }) => code === 'lock')!.message).toBe('lock: the service is running');
  expect(levels(running)).toMatchObject({ 'verify-url-missing': 'warning' });
  for (const [url, code, level] of [
    ['https://evl.example/verify', 'verify-url', 'ok'],
    ['http://127.0.0.1:8080/verify', 'verify-url-local', 'warning'],
    ['http://[::1]/verify', 'verify-url-local', 'warning'],
  ] as const) {
    expect(levels(await doctor({ EVL_VERIFY_URL: url }))).toMatchObject({ [code]: level });
  }
  const backups = { EVL_BACKUP_DIR: join(workplace.dir, 'backups') };
  expect(levels(await doctor(backups))).toMatchObject({ 'backup-none': 'warning' });
  expect((await workplace.run(['backup'], backups)).exit).toBe(0);
  expect(levels(await doctor(backups))).toMatchObject({ backup: 'ok' });
  const [made] = readdirSync(backups.EVL_BACKUP_DIR).filter((name) => name !== 'lock');
  renameSync(join(backups.EVL_BACKUP_DIR, made!), join(backups.EVL_BACKUP_DIR, '2026-01-01T00-00-00Z'));
  expect(levels(await doctor(backups))).toMatchObject({ 'backup-old': 'warning' });
  await service.stop();

  const data = workplace.env['EVL_DATA_DIR']!;
  chmodSync(join(data, 'keys/log.key'), 0o644);
  renameSync(join(data, 'index'), join(data, 'index.away'));
  appendFileSync(join(data, 'journal/00000000.seg'), 'torn');
  const ill = await doctor({ EVL_DISK_RESERVE_BYTES: '999999999999999' });
  expect(ill.exit).toBe(5);
  expect(levels(ill)).toMatchObject({
    'key-file-open': 'problem',
    'index-missing': 'problem',
    'journal-torn-tail': 'warning',
    'storage-full': 'problem',
    'chain-unreachable': 'warning',
  });
  for (const { level, repair } of ill.findings) expect(repair !== undefined).toBe(level !== 'ok');
  const { stdout } = await workplace.run(['doctor', '--lang', 'zh']);
  expect(stdout).toContain('问题  密钥');
});

test('a flipped bit in a key, the chain’s journal or the identity is named, and never answered with evl init', async () => {
  const data = workplace.env['EVL_DATA_DIR']!;
  for (const [file, code, repair] of [
    ['keys/log.key', 'key-wrong', /key/],
    ['keys/chain.key', 'key-wrong', /key/],
    ['chain/transactions.jsonl', 'chain-damaged', /transactions\.jsonl back from a backup/],
    ['trust.json', 'ledger-unusable', /do not run evl init/],
    ['version', 'ledger-unusable', /do not run evl init/],
  ] as const) {
    const path = join(data, file);
    const whole = readFileSync(path);
    chmodSync(join(data, 'keys/log.key'), 0o600);
    const flipped = Buffer.from(whole);
    flipped[flipped.length >> 1]! ^= 1 << 6;
    writeFileSync(path, flipped);
    const { exit, findings } = await doctor();
    writeFileSync(path, whole);
    expect([file, exit]).toEqual([file, 5]);
    const finding = findings.find((each) => each.code === code);
    expect([file, finding?.level, finding?.repair]).toEqual([file, 'problem', expect.stringMatching(repair)]);
  }
  renameSync(join(data, 'version'), join(data, 'version.away'));
  for (const command of ['serve', 'init', 'fsck']) {
    const { exit, stderr } = await workplace.run([command]);
    expect([command, exit === 0, /run evl init|creating/.test(stderr)]).toEqual([command, false, false]);
  }
  renameSync(join(data, 'version.away'), join(data, 'version'));
});
