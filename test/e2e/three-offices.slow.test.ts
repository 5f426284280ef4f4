import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../certificates.ts';
import { type Finished, Service, Workplace } from './program.ts';

/**
 * Three offices and their machines, each with programs, settings and keys of its own, at one
 * service that speaks https on an address that is not the loopback one of its commands.
 */

const HOST = '127.0.0.2';
const [CASE, OTHER] = ['（2026）浙01刑初123号', '（2026）浙01刑初124号'];
const UNTIL = new Date(Date.now() + 3_600_000).toISOString();

const operator = new Workplace();
const service = new Service(operator);
const at = (...names: string[]) => join(operator.dir, ...names);
const data = at('data');

beforeAll(async () => {
  await service.start();
  await done(operator.run(['org', 'add', 'centre', '--kind', 'administration']));
  await done(operator.run(['people', 'add', 'root', '--admin', '--org', 'centre']));
  const { cert, key } = makeCertificate(operator.dir, 'served', { hosts: [HOST] });
  await service.stop();
  Object.assign(operator.env, {
    EVL_HOST: HOST,
    EVL_PUBLIC_HOSTS: HOST,
    EVL_TLS_CERT: cert,
    EVL_TLS_KEY: key,
    NODE_EXTRA_CA_CERTS: cert,
  });
  await service.start();
  operator.env['EVL_PUBLIC_RPC_URLS'] = `${service.url}/v1/chain`;
  await restart('SIGTERM');
});
afterAll(async () => {
  await service.stop();
  operator.remove();
});

async function restart(signal: NodeJS.Signals): Promise<void> {
  await service.stop(signal);
  await service.start();
}

async function done(run: Promise<Finished>): Promise<string> {
  const { exit, stdout, stderr } = await run;
  expect([exit, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

/** By the owner of the data folder, at the address that follows from the settings. */
const byOwner = (...args: string[]) => done(operator.runProcess(args, { EVL_URL: '' }));

/** A person's own machine; its programs have a key of that person, nothing of the operator's. */
async function machineOf(
  name: string,
  office: string,
  role: string,
): Promise<(...args: string[]) => Promise<Finished>> {
  const key = at(`${name}.key`);
  await byOwner('people', 'add', name, '--org', office, '--role', role);
  await byOwner('api-key', 'add', name, '--role', role, '--label', 'machine', '--until', UNTIL, '-o', key);
  mkdirSync(at(name));
  const machine = new Workplace(at(name));
  const env = {
    EVL_URL: service.url,
    EVL_API_KEY_FILE: key,
    NODE_EXTRA_CA_CERTS: operator.env['NODE_EXTRA_CA_CERTS']!,
  };
  return (...args) => machine.runProcess(args, env);
}

type Machine = Awaited<ReturnType<typeof machineOf>>;

/** Exit code of a search that finds nothing. */
const NONE = 3;

/** What a person finds of a case: the names of its files, or the exit code. */
async function filesOf(machine: Machine, number: string): Promise<unknown> {
  const { exit, stdout } = await machine('list', '--case', number, '--json');
  if (exit !== 0) return exit;
  const { items } = JSON.parse(stdout) as { items: { sections: { file: { name: string } } }[] };
  return items.map(({ sections }) => sections.file.name);
}

test('the court sees the case that is granted to it and no other, the auditor no name, through a kill and a restore', async () => {
  await byOwner('org', 'add', 'procuratorate', '--kind', 'procuratorate');
  await byOwner('org', 'add', 'court', '--kind', 'court');
  await byOwner('org', 'add', 'audit office', '--kind', 'audit');
  const handler = await machineOf('handler', 'procuratorate', 'handler');
  const supervisor = await machineOf('supervisor', 'procuratorate', 'supervisor');
  const clerk = await machineOf('clerk', 'court', 'court');
  const auditor = await machineOf('auditor', 'audit office', 'auditor');
  const [photo, other] = [at('photo.jpg'), at('other.txt')];
  writeFileSync(photo, 'a photo');
  writeFileSync(other, 'another file');
  await done(handler('add', photo, '--case', CASE, '--wait', 'final'));
  await done(handler('add', other, '--case', OTHER, '--wait', 'final'));

  expect((await clerk('case', 'grant', CASE, '--org', 'court', '--basis', '17')).exit).not.toBe(0);
  expect(await filesOf(clerk, CASE)).toBe(NONE);
  await done(supervisor('case', 'grant', CASE, '--org', 'court', '--basis', '17', '--until', UNTIL));
  const granted = ['photo.jpg'];
  expect(await filesOf(clerk, CASE)).toEqual(granted);
  expect(await filesOf(clerk, OTHER)).toBe(NONE);
  // a record that is hidden is answered as one that does not exist
  const { number } = JSON.parse(readFileSync(`${other}.receipt.json`, 'utf8')).record.header as { number: string };
  expect((await clerk('show', number)).exit).toBe(3);
  expect((await clerk('verify', photo, '--json')).exit).toBe(0);

  const audited = await auditor('audit', '--json');
  expect([audited.exit, audited.stderr]).toEqual([0, expect.any(String)]);
  expect(JSON.parse(audited.stdout)).toMatchObject({ ok: true, nodes: [{ by: 'operator' }] });
  for (const args of [['list'], ['show', number], ['people', 'list'], ['case', 'list']]) {
    const { stdout } = await auditor(...args);
    expect([args, /handler|photo|other\.txt|刑初/.exec(stdout)]).toEqual([args, null]);
  }
  expect((await operator.runProcess(['list'], { EVL_URL: '' })).exit).not.toBe(0);

  await restart('SIGKILL');
  expect([await filesOf(clerk, CASE), await filesOf(clerk, OTHER)]).toEqual([granted, NONE]);

  const backup = at('backup');
  await byOwner('backup', backup, '--with-keys');
  const { items } = JSON.parse((await supervisor('case', 'list', '--json')).stdout) as {
    items: { grants: { id: string }[] }[];
  };
  await done(supervisor('case', 'end-grant', items.flatMap(({ grants }) => grants)[0]!.id));
  expect(await filesOf(clerk, CASE)).toBe(NONE);
  await service.stop();
  renameSync(data, at('former'));
  await byOwner('restore', backup);
  await service.start();
  expect(await filesOf(clerk, CASE)).not.toEqual(granted);
  expect((await handler('list')).exit).not.toBe(0);
  // what needs no account goes on
  expect((await clerk('verify', photo, `${photo}.receipt.json`, '--json')).exit).toBe(0);
}, 240_000);
