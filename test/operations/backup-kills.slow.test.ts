import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSeries } from '../../src/operations/backup-series.ts';
import { verifyBackups } from '../../src/compose/maintenance.ts';
import { register } from '../e2e/backup-helpers.ts';
import { Service, Workplace } from '../e2e/program.ts';

/** SIGKILL while a backup is added to others or one of them is removed. */

const RECORDS = 300;
const workplace = new Workplace();
const service = new Service(workplace);
const dir = join(workplace.dir, 'series');
const args = ['backup', '--to', dir, '--keep-daily', '1'];

beforeAll(async () => {
  await service.start();
  for (let i = 0; i < RECORDS; i++) expect((await register(service, `${i}`, true)).status).toBe(201);
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

const entries = () => (existsSync(dir) ? readdirSync(dir) : []);
const hasPart = (name: string) => () =>
  entries().some((entry) => entry.includes('.partial-') && existsSync(join(dir, entry, name)));

const moments: readonly (readonly [string, () => boolean])[] = [
  ['the journal is copied', hasPart('journal/00000000.seg')],
  ['contents are linked', hasPart('contents')],
  ['the chain is copied', hasPart('chain')],
  ['the manifest is written', hasPart('manifest.json')],
  ['an old backup is removed', () => entries().some((entry) => entry.includes('.removed-'))],
];

test.each(moments)(
  'killed when %s, every name is a whole backup, and the next run clears away the rest',
  async (...moment) => {
    const [, hasCome] = moment;
    expect((await workplace.run(args)).exit).toBe(0);
    const child = workplace.spawn(args);
    const ended = new Promise((resolve) => child.once('close', resolve));
    while (child.exitCode === null && !hasCome()) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await ended;
    const { backups, unreadable } = await readSeries(dir);
    expect(backups.length).toBeGreaterThan(0);
    expect(unreadable).toEqual([]);
    for (const { problems } of await verifyBackups(dir, () => {})) expect(problems).toEqual([]);
    expect((await workplace.run(args)).exit).toBe(0);
    const after = await readSeries(dir);
    expect([after.backups.length, after.remains]).toEqual([1, []]);
    expect(await verifyBackups(dir, () => {})).toMatchObject([{ problems: [] }]);
  },
);
