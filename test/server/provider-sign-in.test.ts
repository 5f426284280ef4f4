import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { urlOf } from '../../src/http/listening.ts';
import type { ProviderSettings } from '../../src/server/access/providers.ts';
import { idOf, officeStory } from '../people/events.ts';
import { type Lie, type LyingProvider, startLyingProvider } from './lying-provider.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';

const SECRET = 'a secret of this test';
const CLIENT = 'evl';
const host = { authorization: `Bearer ${HOST_TOKEN}` };
const FROM_PROVIDER = { 'sec-fetch-site': 'cross-site' };

const settings = (id: string, issuer: string): ProviderSettings => ({
  id,
  name: id,
  issuer,
  clientId: CLIENT,
  clientSecret: SECRET,
  algorithm: 'RS256',
});

let ledger: PeopleService;
const browser = () => new Browser(ledger.service.url);
const start = async (...providers: ProviderSettings[]) => {
  ledger = await startPeopleService(officeStory().events, { signInProviders: providers });
};
afterEach(() => ledger[Symbol.asyncDispose]());

async function bind(name: string, issuer: string, subject: string): Promise<Response> {
  return browser().post(`/v1/people/${idOf(name)}/bind`, { issuer, subject }, host);
}

/** The address at the provider to which the browser is sent. */
async function begin(own: Browser, id: string): Promise<URL> {
  const answer = await own.get(`/sign-in/with/${id}`);
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location')!);
}

describe('a real provider', () => {
  let server: Server;
  let issuer: string;
  beforeEach(async () => {
    let handle: ReturnType<Provider['callback']>;
    server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = urlOf(server);
    await start(settings('office', issuer));
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [`${ledger.service.url}/sign-in/with/office/return`],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
      pkce: { required: () => true },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
      cookies: { keys: [randomBytes(32).toString('hex')] },
      features: { devInteractions: { enabled: true } },
    });
    handle = provider.callback();
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Signs in at the provider as `login`, and follows it back as far as the service's address. */
  async function atProvider(from: URL, login: string): Promise<string> {
    const cookies = new Map<string, string>();
    let url = from.href;
    let form: URLSearchParams | undefined;
    for (;;) {
      const sent = form;
      form = undefined;
      const answer = await fetch(url, {
        method: sent === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
        ...(sent !== undefined && { body: sent }),
      });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
        cookies.set(name!, value!);
      }
      const to = answer.headers.get('location');
      const page = await answer.text();
      if (to !== null) {
        url = new URL(to, url).href;
        if (url.startsWith(ledger.service.url)) return url.slice(ledger.service.url.length);
      } else {
        url = new URL(/action="([^"]+)"/.exec(page)![1]!, url).href;
        form = new URLSearchParams({ prompt: /name="prompt" value="(\w+)"/.exec(page)![1]!, login, password: 'x' });
      }
    }
  }

  test('signs in the person that its account is bound to, and nobody else', async () => {
    expect((await bind('clerk', issuer, 'li')).status).toBe(200);
    const own = browser();
    expect(await (await own.get('/v1/sign-in-ways')).json()).toMatchObject({
      oidc: [{ id: 'office', name: 'office' }],
    });
    const back = await atProvider(await begin(own, 'office'), 'li');
    const answer = await own.call('GET', back, undefined, FROM_PROVIDER);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
    expect(await (await own.get('/v1/account')).json()).toMatchObject({ id: idOf('clerk') });

    const people = ledger.people.directory.persons().length;
    const stranger = browser();
    const unknown = await stranger.call('GET', await atProvider(await begin(stranger, 'office'), 'wang'));
    expect([unknown.status, await unknown.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'identity-not-bound', detail: expect.stringContaining('wang') }),
    ]);
    expect((await stranger.get('/v1/account')).status).toBe(401);
    expect(ledger.people.directory.persons().length).toBe(people);
  });

  test('is left by its refusal, and its answers are for one browser and one use', async () => {
    await bind('clerk', issuer, 'li');
    const own = browser();
    const back = await atProvider(await begin(own, 'office'), 'li');
    expect(await codeOf(await browser().get(back))).toBe('sign-in-ended');
    const thief = browser();
    await begin(thief, 'office');
    expect(await codeOf(await thief.get(back))).toBe('provider-failed');
    const cookie = own.cookies.get('evl-provider')!;
    expect((await own.get(back)).status).toBe(303);
    own.cookies.set('evl-provider', cookie);
    expect(await codeOf(await own.get(back))).toBe('sign-in-ended');
    const refused = browser();
    const state = (await begin(refused, 'office')).searchParams.get('state')!;
    expect(await codeOf(await refused.get(`/sign-in/with/office/return?error=access_denied&state=${state}`))).toBe(
      'provider-failed',
    );
  });

  test('ends with the binding, with the person, and until a restore is confirmed', async () => {
    const { id: identity } = (await (await bind('clerk', issuer, 'li')).json()) as { id: string };
    expect(await codeOf(await bind('handler', issuer, 'li'))).toBe('identity-taken');
    const attempt = async () => {
      const own = browser();
      return own.get(await atProvider(await begin(own, 'office'), 'li'));
    };
    expect((await attempt()).status).toBe(303);
    await ledger.people.change(() => ({ event: 'restored', by: 'host' }));
    expect(await codeOf(await attempt())).toBe('identity-not-bound');
    await ledger.people.change(() => ({ event: 'restore-confirmed', by: 'host' }));
    expect((await attempt()).status).toBe(303);
    expect((await browser().post(`/v1/people/${idOf('clerk')}/unbind`, { identity }, host)).status).toBe(200);
    expect(await codeOf(await attempt())).toBe('identity-not-bound');
  });
});

describe('of a provider that lies', () => {
  let provider: LyingProvider;
  let other: LyingProvider;
  beforeEach(async () => {
    provider = await startLyingProvider(CLIENT);
    other = await startLyingProvider(CLIENT);
    await start(settings('one', provider.issuer), settings('two', other.issuer));
    await bind('clerk', provider.issuer, 'clerk');
    await bind('admin', other.issuer, 'admin');
  });
  afterEach(async () => {
    await provider[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  async function signIn(lie: Lie = {}, query = ''): Promise<string | undefined> {
    const own = browser();
    const sent = await begin(own, 'one');
    provider.lie = lie;
    provider.nonce = sent.searchParams.get('nonce')!;
    const back = `/sign-in/with/one/return?code=c&state=${sent.searchParams.get('state')!}${query}`;
    const answer = await own.call('GET', back, undefined, FROM_PROVIDER);
    const isSignedIn = (await own.get('/v1/account')).status === 200;
    const code = answer.status === 303 ? undefined : await codeOf(answer);
    expect(isSignedIn).toBe(code === undefined);
    return code;
  }

  const nowSeconds = () => Math.floor(Date.now() / 1000);
  test.each<[string, Lie | (() => Lie)]>([
    ['by no key', { signedBy: 'none' }],
    ['by the public key as a secret', { signedBy: 'hmac' }],
    ['by another key under the same name', { signedBy: 'other' }],
    ['by a key with the name of a file', { header: { kid: '../../../../dev/null' }, signedBy: 'other' }],
    ['with another algorithm of the same key', { header: { alg: 'PS256' } }],
    [
      'changed after it was signed',
      { token: (right) => right.replace(/\.(.)/, (_, one) => (one === 'e' ? '.f' : '.e')) },
    ],
    ['that is none', { token: () => 'x.y' }],
    ['for another client', { claims: { aud: 'another' } }],
    ['for another client as well, without saying for whom', { claims: { aud: [CLIENT, 'another'] } }],
    ['for another party', { claims: { aud: [CLIENT, 'another'], azp: 'another' } }],
    ['of another issuer', () => ({ claims: { iss: other.issuer, sub: 'admin' } })],
    ['that has ended', () => ({ claims: { exp: nowSeconds() - 60 } })],
    ['without an end', { claims: { exp: undefined } }],
    ['that does not hold yet', () => ({ claims: { nbf: nowSeconds() + 600 } })],
    ['with another nonce', { claims: { nonce: 'another' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['with a subject that is no text', { claims: { sub: { name: 'clerk' } } }],
    ['that is missing', { withoutToken: true }],
  ])('a token %s signs nobody in', async (_, lie) => {
    expect(await signIn()).toBeUndefined();
    expect(await signIn(typeof lie === 'function' ? lie() : lie)).toBe('provider-failed');
  });

  test('answers of another provider are taken for none of this one', async () => {
    const own = browser();
    const sent = await begin(own, 'one');
    const state = sent.searchParams.get('state')!;
    expect(await codeOf(await own.get(`/sign-in/with/two/return?code=c&state=${state}`))).toBe('sign-in-ended');
    expect(await signIn({}, `&iss=${encodeURIComponent(other.issuer)}`)).toBe('provider-failed');
    expect(await signIn({}, '&state=another')).toBe('provider-failed');
    expect(other.redeemed).toEqual([]);
  });

  test('metadata of another issuer are refused', async () => {
    provider.lie = { metadata: { issuer: other.issuer } };
    expect(await codeOf(await browser().get('/sign-in/with/one'))).toBe('provider-unreachable');
  });

  test('keys that change are taken at once, and the former ones no longer', async () => {
    expect(await signIn()).toBeUndefined();
    provider.rotate();
    expect(await signIn()).toBeUndefined();
    expect(await signIn({ header: { kid: 'key 0' } })).toBe('provider-failed');
  });

  test('the code is redeemed with the verifier of its challenge, which the browser never has', async () => {
    const own = browser();
    const sent = await begin(own, 'one');
    expect(sent.searchParams.get('code_challenge_method')).toBe('S256');
    expect(await signIn()).toBeUndefined();
    expect(provider.redeemed[0]!.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect([...own.cookies.keys()]).toEqual(['evl-provider']);
  });

  test('a sign-in that has begun ends after five minutes', async () => {
    const own = browser();
    const state = (await begin(own, 'one')).searchParams.get('state')!;
    ledger.nowMs += 5 * 60_000;
    expect(await codeOf(await own.get(`/sign-in/with/one/return?code=c&state=${state}`))).toBe('sign-in-ended');
  });

  test('an unknown provider is not found', async () => {
    expect(await codeOf(await browser().get('/sign-in/with/three'))).toBe('not-found');
  });
});
