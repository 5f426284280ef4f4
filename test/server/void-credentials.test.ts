import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { SignedIn } from '../../src/people/ports.ts';
import { Sessions } from '../../src/server/access/sessions.ts';
import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, codeOf, type PeopleService, random, startPeopleService } from './people-service.ts';

const PASSWORD = 'several unrelated words';
const DAY_MS = 24 * 60 * 60_000;
const host = { authorization: `Bearer ${HOST_TOKEN}` };

let ledger: PeopleService;
beforeEach(async () => {
  ledger = await startPeopleService();
});
afterEach(() => ledger[Symbol.asyncDispose]());

const browser = () => new Browser(ledger.service.url);
const byHost = (path: string, body: unknown = {}) => browser().post(path, body, host);

async function signedIn(name: string): Promise<Browser> {
  const token = await ledger.sessions.makeLink(idOf(name));
  const own = browser();
  expect((await own.post('/v1/one-time-link/use', { token, password: PASSWORD })).status).toBe(204);
  return own;
}

describe('a one-time link', () => {
  test('is void with the event that it was good for, also where nothing was saved after it', async () => {
    let saved: SignedIn = { sessions: [], links: [], devices: [], counts: [] };
    const tools = {
      hash: nodeSha256,
      random,
      clock: () => ledger.nowMs,
      directory: ledger.people.directory,
      store: { load: async () => saved, save: async (state: SignedIn) => void (saved = state) },
    };
    const sessions = await Sessions.open(tools);
    const token = await sessions.makeLink(idOf('clerk'));
    const beforeUse = saved;
    await sessions.useLink(token, ({ person }) =>
      ledger.people.change(() => ({
        event: 'password-set',
        by: person!,
        person: person!,
        personal: { passwordHash: '$argon2id$x' },
      })),
    );
    saved = beforeUse; // as after a kill between the event and the save
    expect((await Sessions.open(tools)).link(token)).toBeUndefined();
  });

  test('does not outlive another event that ends the sessions of its person', async () => {
    const token = await ledger.sessions.makeLink(idOf('clerk'));
    expect(ledger.sessions.link(token)).toBeDefined();
    await ledger.people.change(() => ({ event: 'person-reset', by: 'host', person: idOf('clerk') }));
    expect(ledger.sessions.link(token)).toBeUndefined();
  });
});

describe('a reset while something is being hashed', () => {
  const reset = async () => expect((await byHost(`/v1/people/${idOf('clerk')}/reset`)).status).toBe(200);

  test('leaves no session of the password of before', async () => {
    await signedIn('clerk');
    const own = browser();
    await Promise.all([own.post('/v1/session', { name: 'clerk', password: PASSWORD }), reset()]);
    expect((await own.get('/v1/account')).status).toBe(401);
  });

  test('leaves no password that the link of before has set', async () => {
    const token = await ledger.sessions.makeLink(idOf('clerk'));
    const own = browser();
    await Promise.all([own.post('/v1/one-time-link/use', { token, password: PASSWORD }), reset()]);
    expect((await own.get('/v1/account')).status).toBe(401);
    expect(await codeOf(await browser().post('/v1/session', { name: 'clerk', password: PASSWORD }))).toBe(
      'sign-in-failed',
    );
  });
});

test('sessions that nobody shows again are forgotten with the next sign-in', async () => {
  let saved: SignedIn = { sessions: [], links: [], devices: [], counts: [] };
  const store = { load: async () => saved, save: async (state: SignedIn) => void (saved = state) };
  const tools = { hash: nodeSha256, random, clock: () => ledger.nowMs, directory: ledger.people.directory, store };
  const sessions = await Sessions.open(tools);
  await sessions.begin(idOf('clerk'), 'a browser');
  ledger.nowMs += DAY_MS;
  await sessions.begin(idOf('handler'), 'another');
  expect(saved.sessions.map(({ person }) => person)).toEqual([idOf('handler')]);
});

test('a reset forgets the devices that the person has signed in from', async () => {
  const own = await signedIn('clerk');
  const [, device] = [...own.cookies].find(([name]) => name.includes('device'))!;
  expect(ledger.sessions.personOfDevice(device)).toBe(idOf('clerk'));
  expect((await byHost(`/v1/people/${idOf('clerk')}/reset`)).status).toBe(200);
  expect(ledger.sessions.personOfDevice(device)).toBeUndefined();
  const again = await ledger.sessions.rememberDevice(idOf('clerk'));
  expect(ledger.sessions.personOfDevice(again)).toBe(idOf('clerk'));
});

describe('the end of', () => {
  const at = (days: number) => new Date(ledger.nowMs + days * DAY_MS).toISOString();

  test('an API key lies in the future and within a year, in each of the ways to make one', async () => {
    const own = await signedIn('clerk');
    const makers = [
      (until: string) => own.post('/v1/account/api-keys', { role: 'court', label: 'x', until }),
      (until: string) => byHost('/v1/api-keys', { person: idOf('clerk'), role: 'court', label: 'x', until }),
    ];
    for (const make of makers) {
      expect(await codeOf(await make('9999-01-01T00:00:00.000Z'))).toBe('api-key-too-long');
      expect(await codeOf(await make(at(367)))).toBe('api-key-too-long');
      expect(await codeOf(await make('2001-01-01T00:00:00.000Z'))).toBe('until-past');
      expect(await codeOf(await make('2001-01-01T08:00:00+08:00'))).toBe('until-past');
      expect((await make(at(365))).status).toBe(200);
    }
  });

  test('a grant lies in the future', async () => {
    const own = await signedIn('supervisor');
    const grant = (until: string) =>
      own.post(`/v1/cases/${idOf('case')}/grants`, { organisation: idOf('court'), right: 'look', basis: 'x', until });
    expect(await codeOf(await grant('2001-01-01T00:00:00Z'))).toBe('until-past');
    expect((await grant(at(400))).status).toBe(200);
  });
});

test('a role that the approver of a program does not hold is named in the language of the request', async () => {
  const own = await signedIn('clerk');
  const begun = await browser().post('/v1/login-requests', { device: 'x', verifierSha256: 'ab'.repeat(32) });
  const { code } = (await begun.json()) as { readonly code: string };
  const decision = { code, decision: 'approve', role: 'admin', hours: 1 };
  const answer = await own.post('/v1/login-requests/decide', decision, { 'accept-language': 'zh' });
  expect(((await answer.json()) as { readonly detail: string }).detail).toBe(
    '该人员没有角色 管理员，其角色为：法院人员',
  );
});
