import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../web/browser.ts';
import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';
import { type Odd, SoftwarePasskey, type StatedOptions } from './software-passkey.ts';

const PASSWORD = 'several unrelated words';
const MINUTE_MS = 60_000;
const host = { authorization: `Bearer ${HOST_TOKEN}` };

let ledger: PeopleService;
let origin: string;
beforeEach(async () => {
  ledger = await startPeopleService();
  origin = ledger.service.url.replace('127.0.0.1', 'localhost');
});
afterEach(() => ledger[Symbol.asyncDispose]());

const browser = (at = origin) => new Browser(at);

async function signedIn(name: string, own = browser()): Promise<Browser> {
  const token = await ledger.sessions.makeLink(idOf(name));
  expect((await own.post('/v1/one-time-link/use', { token, password: PASSWORD })).status).toBe(204);
  return own;
}

async function optionsOf(answer: Promise<Response>): Promise<StatedOptions> {
  const { status, json } = await answer.then(async (given) => ({ status: given.status, json: await given.json() }));
  expect(status).toBe(200);
  return json as StatedOptions;
}

const beginAdding = (own: Browser) => optionsOf(own.post('/v1/account/passkeys/begin'));
const beginSignIn = (own: Browser) => optionsOf(own.post('/v1/session/passkey/begin'));

async function add(own: Browser, passkey: SoftwarePasskey, odd?: Odd): Promise<Response> {
  const response = passkey.create(await beginAdding(own), odd);
  return own.post('/v1/account/passkeys', { label: 'key', response });
}

async function signIn(own: Browser, passkey: SoftwarePasskey, odd?: Odd): Promise<Response> {
  return own.post('/v1/session/passkey', { response: passkey.get(await beginSignIn(own), odd) });
}

async function withPasskey(name: string): Promise<{ own: Browser; passkey: SoftwarePasskey; id: string }> {
  const [own, passkey] = [await signedIn(name), new SoftwarePasskey(origin)];
  const answer = await add(own, passkey);
  expect(answer.status).toBe(200);
  return { own, passkey, id: ((await answer.json()) as { id: string }).id };
}

/** In a browser: options from JSON, answers to JSON. */
const AS_PAGES_DO = `(async () => {
  const post = (path, body) =>
    fetch(path, {
      method: 'POST',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  const creation = await (await post('/v1/account/passkeys/begin')).json();
  const made = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(creation),
  });
  const added = await post('/v1/account/passkeys', { label: 'this device', response: made.toJSON() });
  await post('/v1/session/end');
  const after = await fetch('/v1/account');
  const request = await (await post('/v1/session/passkey/begin')).json();
  const shown = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(request) });
  const signed = await post('/v1/session/passkey', { response: shown.toJSON() });
  return [added.status, after.status, signed.status, (await fetch('/v1/account')).status];
})()`;

describe('a passkey', () => {
  test('of a real browser is added and signs in', { timeout: 60_000 }, async () => {
    const own = await signedIn('clerk');
    const chromium = await launchBrowser();
    try {
      const page = await (await chromium.newContext()).newPage();
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('WebAuthn.enable');
      await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      await page.context().addCookies([{ name: 'evl', value: own.cookies.get('evl')!, url: origin }]);
      await page.route(`${origin}/blank`, (route) => route.fulfill({ contentType: 'text/html', body: '<main>' }));
      await page.goto(`${origin}/blank`);
      const statuses = await page.evaluate(AS_PAGES_DO);
      expect(statuses).toEqual([200, 401, 200, 200]);
    } finally {
      await chromium.close();
    }
  });

  test('signs in, and again, from a browser that has never been seen', async () => {
    const { passkey } = await withPasskey('clerk');
    for (let i = 0; i < 2; i++) {
      const own = browser();
      const answer = await signIn(own, passkey);
      expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ id: idOf('clerk') })]);
      expect((await own.get('/v1/account')).status).toBe(200);
    }
  });

  test('stands alone: the password is removed, and the last passkey stays', async () => {
    const { own, passkey, id } = await withPasskey('clerk');
    const other = await signedIn('handler');
    expect(await codeOf(await other.post('/v1/account/password/remove'))).toBe('last-credential');
    expect((await own.post('/v1/account/password/remove')).status).toBe(204);
    expect(await codeOf(await browser().post('/v1/session', { name: 'clerk', password: PASSWORD }))).toBe(
      'sign-in-failed',
    );
    expect(await codeOf(await own.post(`/v1/account/passkeys/${id}/remove`))).toBe('last-credential');
    expect((await signIn(browser(), passkey)).status).toBe(200);
    const second = new SoftwarePasskey(origin);
    expect((await add(own, second)).status).toBe(200);
    ledger.nowMs += 1;
    expect((await own.post(`/v1/account/passkeys/${id}/remove`)).status).toBe(204);
    expect(await codeOf(await signIn(browser(), passkey))).toBe('passkey-failed');
    expect((await signIn(browser(), second)).status).toBe(200);
  });

  test('is added and removed after a sign-in of the last minutes alone, and by its owner alone', async () => {
    const { own, id } = await withPasskey('clerk');
    const other = await signedIn('handler');
    expect(await codeOf(await other.post(`/v1/account/passkeys/${id}/remove`))).toBe('passkey-unknown');
    ledger.nowMs += 11 * MINUTE_MS;
    expect(await codeOf(await own.post('/v1/account/passkeys/begin'))).toBe('sign-in-again');
    expect(await codeOf(await own.post(`/v1/account/passkeys/${id}/remove`))).toBe('sign-in-again');
    expect((await browser().post('/v1/account/passkeys/begin')).status).toBe(401);
  });

  test('ends with the person, a reset, and until a restore is confirmed', async () => {
    const [clerk, handler, admin] = [
      await withPasskey('clerk'),
      await withPasskey('handler'),
      await withPasskey('admin'),
    ];
    await ledger.people.change(() => ({ event: 'person-left', by: 'host', person: idOf('handler') }));
    expect(await codeOf(await signIn(browser(), handler.passkey))).toBe('passkey-failed');
    ledger.nowMs += 1;
    await ledger.people.change(() => ({ event: 'restored', by: 'host' }));
    expect((await clerk.own.get('/v1/account')).status).toBe(401);
    expect(await codeOf(await signIn(browser(), clerk.passkey))).toBe('passkey-failed');
    const own = browser();
    expect((await signIn(own, admin.passkey)).status).toBe(200);
    expect((await own.post('/v1/restore/confirm')).status).toBe(200);
    expect((await signIn(browser(), clerk.passkey)).status).toBe(200);
    expect((await browser().post(`/v1/people/${idOf('clerk')}/reset`, {}, host)).status).toBe(200);
    expect(await codeOf(await signIn(browser(), clerk.passkey))).toBe('passkey-failed');
  });

  test('is not slowed down by those who guess the password of its owner', async () => {
    const { passkey } = await withPasskey('clerk');
    for (let i = 0; i < 10; i++) await browser().post('/v1/session', { name: 'clerk', password: `guess ${i}` });
    expect(await codeOf(await browser().post('/v1/session', { name: 'clerk', password: PASSWORD }))).toBe(
      'sign-in-paused',
    );
    expect((await signIn(browser(), passkey)).status).toBe(200);
  });

  test('is for names by https and for localhost, not for addresses', async () => {
    const at = (url: string) => browser(url).post('/v1/session/passkey/begin');
    expect(await codeOf(await at(ledger.service.url))).toBe('passkeys-not-here');
    expect(await codeOf(await at(origin))).toBeUndefined();
  });
});

describe('a sign-in by passkey is refused', () => {
  const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  test.each<[string, Odd]>([
    ['from another origin', { origin: 'https://ledger.example' }],
    ['from another port of this machine', { origin: 'http://localhost:1' }],
    ['from an origin that only begins the same', { origin: 'http://localhost.example' }],
    ['for another site', { rpId: 'example' }],
    ['with another challenge', { challenge: 'A'.repeat(43) }],
    ['without a challenge', { challenge: '' }],
    ['as a registration', { type: 'webauthn.create' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['without a verified user', { flags: 0x01 }],
    ['without a user', { flags: 0x04 }],
    ['with a count that was seen before', { count: 1 }],
    ['with a count that has fallen to 0', { count: 0 }],
    ['in the name of another person', { userHandle: Buffer.alloc(16, 1).toString('base64url') }],
    ['in the name of nobody', { userHandle: '' }],
    ['of an unknown credential', { id: 'A'.repeat(43) }],
    ['signed over something else', { signed: (right) => Buffer.concat([right, Buffer.of(0)]) }],
    ['with the client data of another signature', { signed: (right) => sign('sha256', right, OTHER_KEY) }],
  ])('%s, always in the same words', async (_, odd) => {
    const { passkey } = await withPasskey('clerk');
    expect((await signIn(browser(), passkey)).status).toBe(200);
    const answer = await signIn(browser(), passkey, odd);
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'passkey-failed']);
    expect((await signIn(browser(), passkey)).status).toBe(200);
  });

  test('a second time, by another browser, after five minutes, and without the first step', async () => {
    const { own: clerk, passkey } = await withPasskey('clerk');
    const own = browser();
    const response = passkey.get(await beginSignIn(own));
    const cookie = own.cookies.get('evl-passkey')!;
    const thief = browser();
    expect(await codeOf(await thief.post('/v1/session/passkey', { response }))).toBe('sign-in-ended');
    await beginSignIn(thief);
    expect(await codeOf(await thief.post('/v1/session/passkey', { response }))).toBe('passkey-failed');
    expect((await own.post('/v1/session/passkey', { response })).status).toBe(200);
    own.cookies.set('evl-passkey', cookie);
    expect(await codeOf(await own.post('/v1/session/passkey', { response }))).toBe('sign-in-ended');
    const late = passkey.get(await beginSignIn(own));
    ledger.nowMs += 5 * MINUTE_MS;
    expect(await codeOf(await own.post('/v1/session/passkey', { response: late }))).toBe('sign-in-ended');
    // a challenge for adding a passkey is none for signing in
    await signedIn('clerk', clerk);
    const other = passkey.get(await beginAdding(clerk));
    expect(await codeOf(await clerk.post('/v1/session/passkey', { response: other }))).toBe('sign-in-ended');
  });
});

describe('a new passkey is refused', () => {
  test.each<[string, Odd]>([
    ['from another origin', { origin: 'https://ledger.example' }],
    ['for another site', { rpId: 'example' }],
    ['with another challenge', { challenge: 'A'.repeat(43) }],
    ['as a sign-in', { type: 'webauthn.get' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['without a verified user', { flags: 0x01 }],
    ['for another algorithm', { algorithm: -257 }],
  ])('%s', async (_, odd) => {
    const own = await signedIn('clerk');
    expect(await codeOf(await add(own, new SoftwarePasskey(origin), odd))).toBe('passkey-unusable');
    expect(ledger.people.directory.person(idOf('clerk'))!.passkeys).toEqual([]);
  });

  test('where it belongs to another person already', async () => {
    const { passkey } = await withPasskey('clerk');
    expect(await codeOf(await add(await signedIn('handler'), passkey))).toBe('passkey-taken');
    const userHandle = Buffer.from(idOf('clerk').replaceAll('-', ''), 'hex').toString('base64url');
    expect((await signIn(browser(), passkey, { userHandle })).status).toBe(200);
  });

  test('in another session than the one that asked for it', async () => {
    const [clerk, handler] = [await signedIn('clerk'), await signedIn('handler')];
    const response = new SoftwarePasskey(origin).create(await beginAdding(clerk));
    handler.cookies.set('evl-passkey', clerk.cookies.get('evl-passkey')!);
    expect(await codeOf(await handler.post('/v1/account/passkeys', { label: 'x', response }))).toBe('sign-in-ended');
  });
});
