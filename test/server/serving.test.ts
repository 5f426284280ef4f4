import { afterEach, describe, expect, test } from 'vitest';
import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';

/** A service behind a proxy: here every connection comes from the proxy's address. */

const PASSWORD = 'several unrelated words';
const BEHIND_PROXY = { proxies: ['127.0.0.1', '10.0.0.0/8'], publicHosts: ['ledger.example'], isSecure: true };
const FORWARDED = {
  'x-forwarded-for': '203.0.113.5',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'ledger.example',
};

let ledger: PeopleService;
afterEach(() => ledger[Symbol.asyncDispose]());

async function start(more: Parameters<typeof startPeopleService>[1], story?: []): Promise<void> {
  ledger = await startPeopleService(story, more);
}
const get = (headers: Record<string, string>, path = '/healthz') => fetch(`${ledger.service.url}${path}`, { headers });
/** The status of the answer, or the code of its problem. */
async function answered(headers: Record<string, string>, path?: string): Promise<number | string> {
  const answer = await get(headers, path);
  return (await codeOf(answer)) ?? answer.status;
}

describe('a named proxy', () => {
  test('states host and scheme of what it forwards', async () => {
    await start(BEHIND_PROXY);
    expect(await answered(FORWARDED)).toBe(200);
    expect(await answered({ ...FORWARDED, 'x-forwarded-host': 'ledger.example:443' })).toBe(200);
    for (const host of ['elsewhere.example', 'ledger.example:8443', '127.0.0.1', 'ledger.example, elsewhere.example']) {
      expect([host, await answered({ ...FORWARDED, 'x-forwarded-host': host })]).toEqual([host, 'host-unknown']);
    }
    for (const proto of ['http', 'https, http', '']) {
      expect([proto, await answered({ ...FORWARDED, 'x-forwarded-proto': proto })]).toEqual([proto, 'https-required']);
    }
  });

  test('is refused where it states nothing, unless the owner of the folder asks from the same machine', async () => {
    for (const story of [undefined, [] as []]) {
      await start(BEHIND_PROXY, story);
      expect(await answered({}, '/v1/evidence')).toBe('proxy-silent');
      expect(await answered({ 'x-real-ip': '203.0.113.5' }, '/v1/evidence')).toBe('proxy-silent');
      expect(await answered({ authorization: `Bearer ${HOST_TOKEN.slice(0, -1)}` }, '/v1/people')).toBe('proxy-silent');
      expect(await answered({ authorization: `Bearer ${HOST_TOKEN}` }, '/v1/people')).toBe(200);
      expect(await answered({})).toBe(200); // probes
      if (story === undefined) await ledger[Symbol.asyncDispose]();
    }
  });

  test('may write Forwarded instead, but not let both through', async () => {
    await start(BEHIND_PROXY);
    const forwarded = 'for=192.0.2.1;proto=http;host=x, for="[2001:db8::7]:4711";proto=https;host="ledger.example"';
    expect(await answered({ forwarded })).toBe(200);
    expect(await answered({ forwarded: forwarded.replace('proto=https', 'proto=http') })).toBe('https-required');
    expect(await answered({ ...FORWARDED, forwarded })).toBe('request-unreadable');
  });

  test('gets the header for https, and pages of its name may send', async () => {
    await start(BEHIND_PROXY);
    expect((await get(FORWARDED)).headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect((await get({})).headers.get('strict-transport-security')).toBeNull();
    const post = (origin: string) =>
      new Browser(ledger.service.url).post('/v1/one-time-link/look', { token: 'none' }, { ...FORWARDED, origin });
    expect(await codeOf(await post('https://ledger.example'))).toBe('link-invalid');
    for (const origin of [
      'http://ledger.example',
      'https://elsewhere.example',
      'https://ledger.example:8443',
      'null',
    ]) {
      expect([origin, await codeOf(await post(origin))]).toEqual([origin, 'cross-origin']);
    }
  });

  test('is no owner of the data folder, and forwards nobody while there are no accounts', async () => {
    await start(BEHIND_PROXY, []);
    const host = { authorization: `Bearer ${HOST_TOKEN}` };
    expect(await answered(host, '/v1/people')).toBe(200);
    expect(await answered({ ...FORWARDED, ...host }, '/v1/people')).toBe('accounts-missing');
    expect(await answered(FORWARDED)).toBe('accounts-missing');
    await ledger[Symbol.asyncDispose]();
    await start(BEHIND_PROXY);
    expect(await answered(host, '/v1/people')).toBe(200);
    expect(await answered({ ...FORWARDED, ...host }, '/v1/people')).toBe('credential-invalid');
  });

  test('gives browsers cookies that are sent by https only', async () => {
    await start(BEHIND_PROXY);
    const token = await ledger.sessions.makeLink(idOf('handler'));
    const browser = new Browser(ledger.service.url);
    const answer = await browser.post('/v1/one-time-link/use', { token, password: PASSWORD }, FORWARDED);
    expect(answer.status).toBe(204);
    for (const cookie of answer.headers.getSetCookie()) {
      expect(cookie).toMatch(/^__Host-evl(?:-device)?=[\w-]+;.* Path=\/;.* HttpOnly; Secure; SameSite=Lax$/);
    }
    expect((await browser.call('GET', '/v1/account', undefined, FORWARDED)).status).toBe(200);
  });
});

describe('limits', () => {
  /** Requests until the first refusal, at most `most`. */
  async function taken(most: number, headers: (i: number) => Record<string, string>): Promise<number> {
    for (let i = 0; i < most; i++) if ((await get(headers(i), '/v1/anchors')).status === 429) return i;
    return most;
  }
  const from = (address: string) => ({ ...FORWARDED, 'x-forwarded-for': address });
  const LIMITED = { ...BEHIND_PROXY, requestsPerSecond: 1 }; // ten in ten seconds

  test('hold for the address that the proxy has seen, whatever a client writes before it', async () => {
    await start(LIMITED);
    expect(await taken(12, (i) => from(`198.51.100.${i}, 203.0.113.5`))).toBe(10);
    expect((await get(from('203.0.113.6'), '/v1/anchors')).status).toBe(200);
    expect(await taken(12, (i) => from(`198.51.100.${i}, 203.0.113.7, 10.1.2.3`))).toBe(10);
  });

  test('hold for a network of 64 bits of IPv6', async () => {
    await start(LIMITED);
    expect(await taken(12, (i) => from(`2001:db8:1:2:${i}::1`))).toBe(10);
    expect((await get(from('2001:db8:1:3::1'), '/v1/anchors')).status).toBe(200);
    expect(await taken(12, (i) => from(i % 2 === 0 ? '::ffff:192.0.2.1' : '192.0.2.1:4711'))).toBe(10);
  });

  test('of others than the proxy are not escaped by its headers', async () => {
    await start({ requestsPerSecond: 1 });
    expect(await taken(12, (i) => ({ 'x-forwarded-for': `198.51.100.${i}` }))).toBe(10);
  });

  test('hold for a person wherever its requests come from, and not for its neighbours', async () => {
    await start(LIMITED);
    const token = await ledger.sessions.makeLink(idOf('handler'));
    const browser = new Browser(ledger.service.url);
    await browser.post('/v1/one-time-link/use', { token, password: PASSWORD }, FORWARDED);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    expect(await taken(12, (i) => ({ ...from(`203.0.113.${i}`), cookie }))).toBe(10);
    expect((await get(from('203.0.113.1'), '/v1/anchors')).status).toBe(200);
  });
});

test('other machines need https unless the operator goes without', async () => {
  await start({ ...BEHIND_PROXY, isSecure: false, isInsecureAllowed: true });
  const insecure = { ...FORWARDED, 'x-forwarded-proto': 'http' };
  expect(await answered(insecure)).toBe(200);
  const token = await ledger.sessions.makeLink(idOf('handler'));
  const answer = await new Browser(ledger.service.url).post(
    '/v1/one-time-link/use',
    { token, password: PASSWORD },
    insecure,
  );
  expect(answer.headers.getSetCookie()[0]).toMatch(/^evl=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/);
});
