import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../server/ledger-fixture.ts';
import { register } from './backup-helpers.ts';
import { Service, Workplace } from './program.ts';

/**
 * The data folder put back from a plain copy, as an operator does who has no backup, while the
 * chain has gone on elsewhere.
 */

const workplace = new Workplace();
const service = new Service(workplace);
const data = workplace.env['EVL_DATA_DIR']!;
const copy = join(workplace.dir, 'copy');

afterAll(async () => {
  await service.stop();
  workplace.remove();
});

test('an older copy of the folder signs nothing, reports both heads, and is read as before [S20]', async () => {
  workplace.env['EVL_CHAIN_DIR'] = join(workplace.dir, 'chain');
  workplace.env['EVL_ANCHOR_INTERVAL_MS'] = '100';
  await service.start();
  const older = await registered('before');
  await anchoredAt(1);
  await service.stop();
  cpSync(data, copy, { recursive: true });
  await service.start();
  await registered('after');
  await anchoredAt(2);
  await service.stop();

  rmSync(data, { recursive: true });
  renameSync(copy, data);
  service.stderr = '';
  await service.start();
  const refused = await register(service, 'never');
  expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: 'log-halted' })]);
  expect(service.stderr).toMatch(/the contract holds size 2 with root \S+, this log has size 1 with root \S+/);
  const checkpoint = await (await fetch(`${service.url}/log/checkpoint`)).text();
  expect(checkpoint.split('\n')[1]).toBe('1');
  expect((await fetch(`${service.url}/v1/evidence/${older}`)).status).toBe(200);
  expect((await fetch(`${service.url}/v1/evidence/${older}/receipt`)).status).toBe(200);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
  expect(await service.stop()).toBe(0);
});

async function registered(name: string): Promise<string> {
  const answer = await register(service, name);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { record: { header: { id: string } } }).record.header.id;
}

async function anchoredAt(size: number): Promise<void> {
  await eventually(async () => {
    const { anchors } = (await (await fetch(`${service.url}/v1/anchors`)).json()) as {
      anchors: readonly { readonly state: string; readonly size: string }[];
    };
    return anchors.some((anchor) => anchor.state === 'final' && anchor.size === `${size}`) ? true : undefined;
  });
}
