import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { addApiKey, Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';

const PASSWORD = 'several unrelated words';
const MINUTE_MS = 60_000;
const host = { authorization: `Bearer ${HOST_TOKEN}` };

let ledger: PeopleService;
const browser = () => new Browser(ledger.service.url);

async function start(story?: Parameters<typeof startPeopleService>[0]): Promise<void> {
  ledger = await startPeopleService(story);
}
afterEach(() => ledger[Symbol.asyncDispose]());

/** Sets the password of a person by a one-time link, and signs in by it. */
async function signedIn(name: string): Promise<Browser> {
  const token = await ledger.sessions.makeLink(idOf(name));
  const own = browser();
  expect((await own.post('/v1/one-time-link/use', { token, password: PASSWORD })).status).toBe(204);
  return own;
}

const signIn = (own: Browser, name: string, password = PASSWORD) => own.post('/v1/session', { name, password });

describe('the first account', () => {
  const first = {
    organisation: { kind: 'procuratorate', name: '人民检察院' },
    signInName: 'admin',
    name: '管理员',
  };
  beforeEach(() => start([]));

  test('is made by a one-time link, signs in, and ends the mode without accounts', async () => {
    const token = await ledger.sessions.makeLink(undefined);
    const own = browser();
    expect((await browser().get('/v1/evidence')).status).toBe(200);
    const looked = await own.post('/v1/one-time-link/look', { token });
    expect(await looked.json()).toEqual({ purpose: 'first-account', signInName: null });
    expect((await own.post('/v1/one-time-link/use', { token, password: PASSWORD, firstAccount: first })).status).toBe(
      204,
    );
    const account = (await (await own.get('/v1/account')).json()) as Record<string, unknown>;
    expect(account).toMatchObject({ name: '管理员', roles: ['admin'], hasPassword: true });
    expect((await browser().get('/v1/evidence')).status).toBe(401);
    expect((await own.get('/v1/evidence')).status).toBe(403);
  });

  test('is made once, however often its link is used at the same time', async () => {
    const token = await ledger.sessions.makeLink(undefined);
    const use = () => browser().post('/v1/one-time-link/use', { token, password: PASSWORD, firstAccount: first });
    const statuses = (await Promise.all([use(), use(), use()])).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 404, 404]);
    expect(ledger.people.directory.persons().length).toBe(1);
  });

  test('keeps its link where the account is refused', async () => {
    const token = await ledger.sessions.makeLink(undefined);
    const use = (kind: string, password = PASSWORD) =>
      browser().post('/v1/one-time-link/use', {
        token,
        password,
        firstAccount: { ...first, organisation: { ...first.organisation, kind } },
      });
    expect(await codeOf(await use('procuratorate', 'short'))).toBe('password-too-short');
    expect(await codeOf(await use('audit'))).toBe('role-not-of-organisation');
    expect(ledger.people.directory.hasPeople()).toBe(false);
  });

  test('is not made by a program of this machine', async () => {
    for (const [path, body] of [
      ['/v1/organisations', { kind: 'court', name: 'x' }],
      ['/v1/people', { organisation: idOf('x'), roles: ['admin'], signInName: 'x', name: 'x' }],
    ] as const) {
      expect([path, await codeOf(await browser().post(path, body))]).toEqual([path, 'forbidden']);
    }
    expect((await browser().post('/v1/organisations', { kind: 'court', name: 'x' }, host)).status).toBe(200);
  });
});

describe('signing in', () => {
  beforeEach(() => start());

  test('needs the right name and password, and answers nothing else', async () => {
    await signedIn('clerk');
    const own = browser();
    const wrong = await Promise.all([
      signIn(own, 'clerk', 'another password'),
      signIn(own, 'nobody'),
      signIn(own, 'admin'),
    ]);
    const bodies = await Promise.all(wrong.map((answer) => answer.text()));
    expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(bodies).size).toBe(1);
    expect((await own.get('/v1/account')).status).toBe(401);
    expect((await signIn(own, 'ＣＬＥＲＫ')).status).toBe(200);
    expect((await own.get('/v1/account')).status).toBe(200);
  });

  test('sets cookies that scripts and other sites do not get', async () => {
    await signedIn('clerk');
    const answer = await signIn(browser(), 'clerk');
    const cookies = answer.headers.getSetCookie();
    expect(cookies.length).toBe(2);
    for (const cookie of cookies)
      expect(cookie).toMatch(/^evl[^;]*; (?:.*; )?Path=\/; (?:.*; )?HttpOnly; SameSite=Lax$/);
  });

  test('gives a new session each time, and none that was made up', async () => {
    const own = await signedIn('clerk');
    const before = own.cookies.get('evl')!;
    await signIn(own, 'clerk');
    expect(own.cookies.get('evl')).not.toBe(before);
    const fixed = browser();
    fixed.cookies.set('evl', 'A'.repeat(43));
    expect((await fixed.get('/v1/account')).status).toBe(401);
    await signIn(fixed, 'clerk');
    expect(fixed.cookies.get('evl')).not.toBe('A'.repeat(43));
  });

  test('of 100 attempts at one account few are hashed, and the owner gets in from a known device', async () => {
    const own = await signedIn('clerk');
    await own.post('/v1/session/end');
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 100; i++) codes.push(await codeOf(await signIn(browser(), 'clerk', `guess ${i}`)));
    expect(codes.filter((code) => code === 'sign-in-failed').length).toBeLessThan(8);
    expect(codes.at(-1)).toBe('sign-in-paused');
    const paused = await signIn(browser(), 'clerk');
    expect([paused.status, Number(paused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect((await signIn(own, 'clerk')).status).toBe(200);
  });

  test('is refused to who has left, and after a restore to all but administrators', async () => {
    const [clerk, admin] = [await signedIn('clerk'), await signedIn('admin')];
    await signedIn('lawyer');
    await ledger.people.change(() => ({ event: 'person-left', by: 'host', person: idOf('lawyer') }));
    expect(await codeOf(await signIn(browser(), 'lawyer'))).toBe('sign-in-failed');
    ledger.nowMs += 1;
    await ledger.people.change(() => ({ event: 'restored', by: 'host' }));
    expect((await clerk.get('/v1/account')).status).toBe(401);
    expect((await admin.get('/v1/account')).status).toBe(401);
    expect(await codeOf(await signIn(clerk, 'clerk'))).toBe('sign-in-failed');
    expect((await signIn(admin, 'admin')).status).toBe(200);
    expect((await admin.post('/v1/restore/confirm')).status).toBe(200);
    expect((await signIn(clerk, 'clerk')).status).toBe(200);
  });
});

describe('sessions', () => {
  beforeEach(() => start());

  test('end without requests, and twelve hours after the sign-in', async () => {
    const own = await signedIn('clerk');
    for (let minutes = 0; minutes < 11 * 60; minutes += 25) {
      ledger.nowMs += 25 * MINUTE_MS;
      expect((await own.get('/v1/account')).status).toBe(200);
    }
    ledger.nowMs += 25 * MINUTE_MS;
    await own.get('/v1/account');
    ledger.nowMs += 25 * MINUTE_MS;
    await own.get('/v1/account');
    ledger.nowMs += 25 * MINUTE_MS;
    expect((await own.get('/v1/account')).status).toBe(401);
    const idle = await signedIn('admin');
    ledger.nowMs += 31 * MINUTE_MS;
    expect((await idle.get('/v1/account')).status).toBe(401);
  });

  test('are listed to their owner, who ends them, and nobody else does', async () => {
    const [first, admin] = [await signedIn('clerk'), await signedIn('admin')];
    const second = browser();
    await signIn(second, 'clerk');
    const { sessions } = (await (await second.get('/v1/account')).json()) as {
      sessions: { readonly id: string; readonly isThis: boolean }[];
    };
    expect(sessions.filter(({ isThis }) => isThis).length).toBe(1);
    expect(sessions.length).toBe(2);
    const other = sessions.find(({ isThis }) => !isThis)!;
    expect((await admin.post(`/v1/sessions/${other.id}/end`)).status).toBe(404);
    expect((await second.post(`/v1/sessions/${other.id}/end`)).status).toBe(204);
    expect([(await first.get('/v1/account')).status, (await second.get('/v1/account')).status]).toEqual([401, 200]);
  });

  test('all others end when the password changes, and all when a person is reset or leaves', async () => {
    const [first, second] = [await signedIn('clerk'), browser()];
    await signIn(second, 'clerk');
    ledger.nowMs += 1000;
    const change = (current: string) =>
      second.post('/v1/account/password', { current, password: 'other unrelated words' });
    expect(await codeOf(await change('wrong password'))).toBe('sign-in-failed');
    expect((await change(PASSWORD)).status).toBe(204);
    expect([(await first.get('/v1/account')).status, (await second.get('/v1/account')).status]).toEqual([401, 200]);
    ledger.nowMs += 1000;
    const reset = await browser().post(`/v1/people/${idOf('clerk')}/reset`, {}, host);
    const { link } = (await reset.json()) as { readonly link: string };
    expect((await second.get('/v1/account')).status).toBe(401);
    expect(await codeOf(await signIn(second, 'clerk', 'other unrelated words'))).toBe('sign-in-failed');
    const again = browser();
    expect((await again.post('/v1/one-time-link/use', { token: link, password: PASSWORD })).status).toBe(204);
    expect(await codeOf(await again.post('/v1/one-time-link/use', { token: link, password: PASSWORD }))).toBe(
      'link-invalid',
    );
  });

  test('change nothing for a page of another site, nor without a page', async () => {
    const own = await signedIn('clerk');
    const from = async (headers: Record<string, string>) => codeOf(await own.post('/v1/session/end', {}, headers));
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe('cross-origin');
    expect(await from({ 'sec-fetch-site': 'same-site' })).toBe('cross-origin');
    expect(await from({ origin: 'https://elsewhere.example' })).toBe('cross-origin');
    const bare = await fetch(`${ledger.service.url}/v1/session/end`, {
      method: 'POST',
      headers: { cookie: `evl=${own.cookies.get('evl')}` },
    });
    expect(await codeOf(bare)).toBe('cross-origin');
    expect((await own.get('/v1/account')).status).toBe(200);
  });

  test('need a new sign-in for what is sensitive', async () => {
    const own = await signedIn('admin');
    const add = () => own.post('/v1/organisations', { kind: 'court', name: `court ${ledger.nowMs}` });
    expect((await add()).status).toBe(200);
    ledger.nowMs += 11 * MINUTE_MS;
    expect(await codeOf(await add())).toBe('sign-in-again');
    await signIn(own, 'admin');
    expect((await add()).status).toBe(200);
  });

  test('an API key is no session', async () => {
    const until = new Date(ledger.nowMs + MINUTE_MS).toISOString();
    const { key } = await addApiKey(ledger.people, 'clerk', 'court', until);
    const headers = { authorization: `Bearer ${key}` };
    expect((await browser().call('GET', '/v1/evidence', undefined, headers)).status).toBe(200);
    expect((await browser().call('GET', '/v1/account', undefined, headers)).status).toBe(401);
    ledger.nowMs += MINUTE_MS;
    expect((await browser().call('GET', '/v1/evidence', undefined, headers)).status).toBe(401);
  });
});

test('the token of the folder’s owner administers, and sees no evidence', async () => {
  await start();
  const own = browser();
  expect((await own.call('GET', '/v1/people', undefined, host)).status).toBe(200);
  expect((await own.call('GET', '/v1/evidence', undefined, host)).status).toBe(403);
  const wrong = { authorization: `Bearer ${HOST_TOKEN.slice(0, -1)}u` };
  expect((await own.call('GET', '/v1/people', undefined, wrong)).status).toBe(401);
});
