import { appendFileSync, chmodSync, renameSync } from 'node:fs';
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

test('says what is wrong, and what to do', async () => {
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
  expect(running.findings.find(({ code }) => code === 'lock')!.message).toBe('lock: the service runs');
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
