import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { normalizeCaseNumber } from '../../src/kinds/case-number.ts';
import type { Role } from '../../src/people/persons.ts';
import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from '../server/memory-service.ts';
import { addApiKey, type PeopleService, startPeopleService } from '../server/people-service.ts';
import { evl, type Run } from './evl.ts';

/** Commands about people, against the service of the story. */

let ledger: PeopleService;
let dir: string;

beforeEach(async () => {
  ledger = await startPeopleService();
  dir = mkdtempSync(join(tmpdir(), 'evl-people-'));
  writeFileSync(join(dir, 'host.token'), `${HOST_TOKEN}\n`);
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

/** As the owner of the data folder. */
const asHost = (args: readonly string[]) =>
  run(args, { EVL_DATA_DIR: dir, EVL_PORT: new URL(ledger.service.url).port });

function run(args: readonly string[], env: Record<string, string>): Promise<Run> {
  return evl(args, { env: { EVL_URL: ledger.service.url, EVL_HOME: join(dir, 'home'), ...env } });
}

/** As a person, by an API key of one role. */
async function as(name: string, role: Role, args: readonly string[]): Promise<Run> {
  const file = join(dir, `${name}.key`);
  writeFileSync(file, await newKey(name, role), { mode: 0o600 });
  return run(args, { EVL_API_KEY_FILE: file });
}

async function newKey(name: string, role: Role): Promise<string> {
  const until = new Date(ledger.nowMs + 3_600_000).toISOString();
  return (await addApiKey(ledger.people, name, role, until)).key;
}

test('a restore is confirmed by those who were shown the persons first', async () => {
  await ledger.people.change(() => ({ event: 'restored', by: 'host' }));
  const shown = await asHost(['people', 'confirm-restore']);
  expect(shown).toMatchObject({ exit: 7, stdout: expect.stringContaining('clerk') });
  expect(shown.stdout).toContain('not known here');
  expect(ledger.people.directory.isRestored()).toBe(true);
  expect((await asHost(['people', 'confirm-restore', '--yes'])).exit).toBe(0);
  expect(ledger.people.directory.isRestored()).toBe(false);
});

test('no API key is made that cannot be kept, and no file is replaced', async () => {
  const file = join(dir, 'taken.key');
  writeFileSync(file, 'another key');
  const add = (output: string) =>
    asHost([
      'api-key',
      'add',
      'handler',
      '--role',
      'handler',
      '--label',
      'x',
      '--until',
      until(),
      '-o',
      output,
      '--json',
    ]);
  const until = () => new Date(ledger.nowMs + 86_400_000).toISOString();
  const keys = async () => JSON.parse((await asHost(['api-key', 'list', 'handler', '--json'])).stdout) as object;
  const before = await keys();
  expect(JSON.parse((await add(file)).stdout)).toMatchObject({ error: { code: 'document-exists' } });
  expect(JSON.parse((await add(join(dir, 'none', 'x.key'))).stdout)).toMatchObject({
    error: { code: 'file-unwritable' },
  });
  expect(readFileSync(file, 'utf8')).toBe('another key');
  expect(await keys()).toEqual(before);
  expect((await add(join(dir, 'new.key'))).exit).toBe(0);
  expect(readFileSync(join(dir, 'new.key'), 'utf8')).toMatch(/^evk_/);
  expect(statSync(join(dir, 'new.key')).mode & 0o777).toBe(0o600);
});

test('the token of the owner is shown to the port of the settings alone', async () => {
  const elsewhere = await run(['people', 'list', '--json'], { EVL_DATA_DIR: dir, EVL_PORT: '1' });
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ error: { code: 'sign-in-required' } });
});

describe('evl people bind', () => {
  const ISSUER = 'https://sign-in.example';
  const bind = (name: string, subject: string, command = 'bind') =>
    asHost(['people', command, name, '--issuer', ISSUER, '--subject', subject, '--json']);
  const bound = () =>
    ledger.people.directory.person(idOf('clerk'))!.identities.map(({ issuer, subject }) => [issuer, subject]);

  test('binds an account to a person, and unbinds it', async () => {
    expect(await bind('clerk', 'li')).toMatchObject({ exit: 0, stdout: expect.stringContaining(idOf('clerk')) });
    expect(bound()).toEqual([[ISSUER, 'li']]);
    expect((await bind('clerk', 'li', 'unbind')).exit).toBe(0);
    expect(bound()).toEqual([]);
  });

  test.each([
    ['the account of somebody else', 'handler', 'li', 'bind', 'identity-taken'],
    ['nobody of this name', 'nobody', 'wang', 'bind', 'person-not-named'],
    ['an account that is not bound', 'clerk', 'wang', 'unbind', 'identity-not-named'],
  ])('refuses %s, and changes nothing', async (_, name, subject, command, code) => {
    expect((await bind('clerk', 'li')).exit).toBe(0);
    const { exit, stdout } = await bind(name, subject, command);
    expect(exit).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(bound()).toEqual([[ISSUER, 'li']]);
  });

  test('is refused to those who are no administrators', async () => {
    const options = ['--issuer', ISSUER, '--subject', 'li', '--json'];
    for (const [name, role] of [
      ['supervisor', 'supervisor'],
      ['clerk', 'court'],
    ] as const) {
      const { exit, stdout } = await as(name, role, ['people', 'bind', 'clerk', ...options]);
      expect([name, exit === 0, stdout]).toEqual([
        name,
        false,
        expect.stringMatching(/"code":\s*"(forbidden|person-not-named)"/),
      ]);
    }
    expect(bound()).toEqual([]);
    expect((await run(['people', 'bind', 'clerk', ...options], {})).exit).not.toBe(0);
  });
});

test('evl case grant-record gives a party a record until a date, and prints the id that ends it', async () => {
  const headers = { authorization: `Bearer ${await newKey('handler', 'handler')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({
    case: { number: '（2026）浙01刑初123号' },
    file: { name: 'a', size: 1 },
    digests: { sha256: 'ab'.repeat(32) },
  });
  const made = await fetch(`${ledger.service.url}/v1/evidence`, { method: 'POST', headers, body });
  const { id } = ((await made.json()) as { record: { header: { id: string } } }).record.header;
  const until = new Date(ledger.nowMs + 60_000).toISOString();
  const grant = (name: string) =>
    as('supervisor', 'supervisor', ['case', 'grant-record', id, name, '--basis', 'x', '--until', until]);
  expect((await grant('clerk')).exit).not.toBe(0);
  const { exit, stdout } = await grant('lawyer');
  const [, granted = ''] = /^grant (\S+)$/m.exec(stdout) ?? [];
  expect([exit, ledger.people.directory.recordGrant(granted)]).toMatchObject([0, { record: id, isEnded: false }]);
  expect((await as('supervisor', 'supervisor', ['case', 'end-grant', granted])).exit).toBe(0);
  expect(ledger.people.directory.recordGrant(granted)).toMatchObject({ isEnded: true });
});

describe('evl case access', () => {
  const NUMBER = '（2026）浙01刑初123号';

  /** A handler looks at one record of the case; its id. */
  async function lookAt(): Promise<string> {
    const headers = {
      authorization: `Bearer ${await newKey('handler', 'handler')}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({
      case: { number: NUMBER },
      file: { name: 'a', size: 1 },
      digests: { sha256: 'ab'.repeat(32) },
    });
    const made = await fetch(`${ledger.service.url}/v1/evidence`, { method: 'POST', headers, body });
    const { id } = ((await made.json()) as { record: { header: { id: string } } }).record.header;
    expect((await fetch(`${ledger.service.url}/v1/evidence/${id}/receipt`, { headers })).status).toBe(200);
    await ledger.access.flush();
    return id;
  }

  test('shows a supervisor who asked for what, by name, and as JSON', async () => {
    const record = await lookAt();
    const shown = await as('supervisor', 'supervisor', ['case', 'access', NUMBER]);
    expect(shown).toMatchObject({ exit: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      new RegExp(`^\\d{4}-.*Z handler \\(procuratorate\\) fetchReceipt ${record} 200$`, 'm'),
    );
    const { items } = JSON.parse(
      (await as('supervisor', 'supervisor', ['case', 'access', NUMBER, '--json'])).stdout,
    ) as {
      items: object[];
    };
    expect(items).toContainEqual(
      expect.objectContaining({ person: idOf('handler'), operation: 'fetchReceipt', record, status: 200 }),
    );
  });

  test('counts the question itself', async () => {
    const personal = { number: normalizeCaseNumber('（2026）浙01刑初7号') };
    const organisation = idOf('procuratorate');
    await ledger.people.change(() => ({ event: 'case-opened', by: 'host', case: idOf('new'), organisation, personal }));
    const shown = await as('supervisor', 'supervisor', ['case', 'access', personal.number]);
    expect(shown.exit).toBe(0);
    expect(shown.stdout).toMatch(/^\d{4}-\S+Z supervisor \(procuratorate\) listCaseAccess - -\n$/);
  });

  test.each([
    ['a handler of the case', 'handler', 'handler', NUMBER, 'forbidden'],
    ['a court without a grant', 'clerk', 'court', NUMBER, 'case-not-numbered'],
    ['a number of no case', 'supervisor', 'supervisor', '（2026）浙01刑初9号', 'case-not-numbered'],
  ] as const)('is refused for %s', async (_, name, role, number, code) => {
    await lookAt();
    const { exit, stdout } = await as(name, role, ['case', 'access', number, '--json']);
    expect(exit).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(stdout).not.toContain('fetchReceipt');
  });
});
