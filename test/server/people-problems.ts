import { onTestFinished } from 'vitest';
import type { ProviderSettings } from '../../src/server/access/providers.ts';
import { idOf, officeStory } from '../people/events.ts';
import { type LyingProvider, startLyingProvider } from './lying-provider.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, type PeopleService, startPeopleService } from './people-service.ts';
import { type Odd, SoftwarePasskey, type StatedOptions } from './software-passkey.ts';

/** The problems of sign-ins and of the directory, each as its request meets it. */

const PASSWORD = 'several unrelated words';
const NO_KEY = `evk_${'0'.repeat(32)}_${'A'.repeat(43)}`;

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();
const FORWARDED = { 'x-forwarded-for': '203.0.113.5', 'x-forwarded-host': 'ledger.example' };

type Headers = Record<string, string>;
type Call = (
  ledger: PeopleService & { readonly provider?: LyingProvider | undefined },
  headers: Headers,
) => Promise<Response>;

const FROM_A_PROXY: readonly string[] = ['https-required', 'proxy-silent'];
const OF_PROVIDERS: readonly string[] = ['provider-failed', 'identity-not-bound'];

/** A provider, by default at a port that nobody listens on. */
function providerSettings(id: string, issuer = 'http://127.0.0.1:1'): ProviderSettings {
  return { id, name: id, issuer, clientId: 'evl', clientSecret: 'secret', algorithm: 'RS256' };
}

const own = (ledger: PeopleService) => new Browser(ledger.service.url);
const host = (headers: Headers) => ({ ...headers, authorization: `Bearer ${HOST_TOKEN}` });
const command =
  (path: string, body: unknown = {}): Call =>
  (ledger, headers) =>
    own(ledger).post(path, body, host(headers));

async function signedIn(ledger: PeopleService, name: string, url = ledger.service.url): Promise<Browser> {
  const browser = new Browser(url);
  const token = await ledger.sessions.makeLink(idOf(name));
  await browser.post('/v1/one-time-link/use', { token, password: PASSWORD });
  return browser;
}

/** A command of a supervisor on the case of the story. */
const onCase =
  (path: string, body: unknown): Call =>
  async (ledger, headers) =>
    (await signedIn(ledger, 'supervisor')).post(path, body, headers);

async function recordPath(ledger: PeopleService): Promise<string> {
  const statement = { case: { number: 'c1', asIs: true }, file: { name: 'a', size: 1 } };
  const registration = { ...statement, digests: { sha256: 'ab'.repeat(32) } };
  const answer = await (await signedIn(ledger, 'supervisor')).post('/v1/evidence', registration);
  const { record } = (await answer.json()) as { record: { header: { id: string } } };
  return `/v1/evidence/${record.header.id}`;
}

const linkUse =
  (password: string): Call =>
  async (ledger, headers) => {
    const token = await ledger.sessions.makeLink(idOf('clerk'));
    return own(ledger).post('/v1/one-time-link/use', { token, password }, headers);
  };

const person = (name: string) => idOf(name);
const addPerson = (organisation: string, roles: string[], signInName = 'new') =>
  command('/v1/people', { organisation, roles, signInName, name: 'new' });

/** Adds a passkey to the account of a person who has signed in. */
async function addPasskey(browser: Browser, passkey: SoftwarePasskey, odd: Odd, headers: Headers): Promise<Response> {
  const begun = await browser.post('/v1/account/passkeys/begin');
  const response = passkey.create((await begun.json()) as StatedOptions, odd);
  return browser.post('/v1/account/passkeys', { label: 'key', response }, headers);
}

const origin = (ledger: PeopleService) => ledger.service.url.replace('127.0.0.1', 'localhost');

const CALLS = {
  'https-required': (ledger, headers) =>
    own(ledger).call('GET', '/healthz', undefined, { ...headers, ...FORWARDED, 'x-forwarded-proto': 'http' }),
  'proxy-silent': (ledger, headers) => own(ledger).call('GET', '/v1/evidence', undefined, headers),
  'sign-in-required': (ledger, headers) => own(ledger).call('GET', '/v1/evidence', undefined, headers),
  'credential-invalid': (ledger, headers) =>
    own(ledger).call('GET', '/v1/evidence', undefined, { ...headers, authorization: `Bearer ${NO_KEY}` }),
  'credential-in-url': (ledger, headers) => own(ledger).call('GET', `/?key=${NO_KEY}`, undefined, headers),
  forbidden: (ledger, headers) => own(ledger).call('GET', '/v1/evidence', undefined, host(headers)),
  'sign-in-failed': (ledger, headers) =>
    own(ledger).post('/v1/session', { name: 'clerk', password: PASSWORD }, headers),
  'sign-in-paused': async (ledger, headers) => {
    const attempt = () => own(ledger).post('/v1/session', { name: 'clerk', password: 'x' }, headers);
    for (let i = 0; i < 5; i++) await attempt();
    return attempt();
  },
  'sign-in-busy': async (ledger, headers) => {
    const attempt = (name: string) => own(ledger).post('/v1/session', { name, password: 'x' }, headers);
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => attempt(`nobody ${i}`)));
    return all.find(({ status }) => status === 503)!;
  },
  'access-log-full': async (ledger, headers) => {
    const clerk = await signedIn(ledger, 'clerk');
    ledger.freeBytes = 0;
    return clerk.call('GET', '/v1/evidence', undefined, headers);
  },
  'sign-in-again': async (ledger, headers) => {
    const admin = await signedIn(ledger, 'admin');
    ledger.nowMs += 11 * 60_000;
    return admin.post('/v1/organisations', { kind: 'court', name: 'new' }, headers);
  },
  'login-request-unknown': async (ledger, headers) =>
    (await signedIn(ledger, 'clerk')).post('/v1/login-requests/look', { code: 'none' }, headers),
  'login-request-decided': async (ledger, headers) => {
    const clerk = await signedIn(ledger, 'clerk');
    const begun = await own(ledger).post('/v1/login-requests', { device: 'x', verifierSha256: 'ab'.repeat(32) });
    const { code } = (await begun.json()) as { readonly code: string };
    const refuse = () => clerk.post('/v1/login-requests/decide', { code, decision: 'refuse' }, headers);
    await refuse();
    return refuse();
  },
  'no-accounts': async (_ledger, headers) => {
    const alone = await startPeopleService([]);
    onTestFinished(() => alone[Symbol.asyncDispose]());
    return own(alone).post('/v1/login-requests', { device: 'x', verifierSha256: 'ab'.repeat(32) }, headers);
  },
  'sign-in-ended': (ledger, headers) => {
    const response = new SoftwarePasskey('').get({ challenge: '' });
    return own(ledger).post('/v1/session/passkey', { response }, headers);
  },
  'provider-failed': async (ledger, headers) => {
    const browser = own(ledger);
    await browser.get('/sign-in/with/office');
    return browser.call('GET', '/sign-in/with/office/return?error=access_denied', undefined, headers);
  },
  'provider-unreachable': (ledger, headers) => own(ledger).call('GET', '/sign-in/with/gone', undefined, headers),
  'identity-not-bound': async (ledger, headers) => {
    const browser = own(ledger);
    const { searchParams } = new URL((await browser.get('/sign-in/with/office')).headers.get('location')!);
    ledger.provider!.nonce = searchParams.get('nonce')!;
    const back = `/sign-in/with/office/return?code=c&state=${searchParams.get('state')!}`;
    return browser.call('GET', back, undefined, headers);
  },
  'identity-taken': async (ledger, headers) => {
    const bind = command(`/v1/people/${person('clerk')}/bind`, { issuer: 'https://sign-in.example', subject: 'x' });
    await bind(ledger, {});
    return bind(ledger, headers);
  },
  'identity-unknown': command(`/v1/people/${person('clerk')}/unbind`, { identity: idOf('none') }),
  'passkey-failed': async (ledger, headers) => {
    const browser = new Browser(origin(ledger));
    const options = (await (await browser.post('/v1/session/passkey/begin')).json()) as StatedOptions;
    return browser.post('/v1/session/passkey', { response: new SoftwarePasskey('').get(options) }, headers);
  },
  'passkey-unusable': async (ledger, headers) =>
    addPasskey(await signedIn(ledger, 'clerk', origin(ledger)), new SoftwarePasskey(''), {}, headers),
  'passkey-taken': async (ledger, headers) => {
    const [browser, passkey] = [await signedIn(ledger, 'clerk', origin(ledger)), new SoftwarePasskey(origin(ledger))];
    await addPasskey(browser, passkey, {}, headers);
    return addPasskey(browser, passkey, {}, headers);
  },
  'passkey-unknown': async (ledger, headers) =>
    (await signedIn(ledger, 'clerk')).post(`/v1/account/passkeys/${idOf('none')}/remove`, undefined, headers),
  'passkeys-not-here': (ledger, headers) => own(ledger).post('/v1/session/passkey/begin', undefined, headers),
  'last-credential': async (ledger, headers) =>
    (await signedIn(ledger, 'clerk')).post('/v1/account/password/remove', undefined, headers),
  'link-invalid': (ledger, headers) => own(ledger).post('/v1/one-time-link/look', { token: 'none' }, headers),
  'password-too-short': linkUse('short'),
  'password-common': linkUse('1qaz2wsx3edc4rfv'),
  'password-too-long': linkUse('x'.repeat(200)),
  'name-taken': command('/v1/organisations', { kind: 'court', name: 'court' }),
  'organisation-unknown': addPerson(idOf('nowhere'), ['court']),
  'organisation-closed': async (ledger, headers) => {
    const organisation = idOf('closed');
    await ledger.people.change(() => ({
      event: 'organisation-added',
      by: 'host',
      organisation,
      kind: 'court',
      personal: { name: 'closed' },
    }));
    await ledger.people.change(() => ({ event: 'organisation-closed', by: 'host', organisation }));
    return addPerson(organisation, ['court'])(ledger, headers);
  },
  'organisation-in-use': command(`/v1/organisations/${idOf('court')}/close`),
  'person-unknown': command(`/v1/people/${person('nobody')}/reset`),
  'person-left': async (ledger, headers) => {
    await ledger.people.change(() => ({ event: 'person-left', by: 'host', person: person('clerk') }));
    return command(`/v1/people/${person('clerk')}/reset`)(ledger, headers);
  },
  'last-admin': command(`/v1/people/${person('admin')}/leave`),
  'last-supervisor': command(`/v1/people/${person('supervisor')}/leave`),
  'api-key-of-other': async (ledger, headers) =>
    (await signedIn(ledger, 'admin')).post(
      '/v1/api-keys',
      { person: person('supervisor'), role: 'supervisor', label: 'x', until: IN_AN_HOUR },
      headers,
    ),
  'roles-incompatible': command(`/v1/people/${person('handler')}/roles`, { roles: ['handler', 'admin'] }),
  'role-not-of-organisation': addPerson(idOf('court'), ['handler']),
  'role-not-held': command('/v1/api-keys', {
    person: person('clerk'),
    role: 'admin',
    label: 'x',
    until: IN_AN_HOUR,
  }),
  'until-past': command('/v1/api-keys', {
    person: person('clerk'),
    role: 'court',
    label: 'x',
    until: '2001-01-01T00:00:00Z',
  }),
  'api-key-too-long': command('/v1/api-keys', {
    person: person('clerk'),
    role: 'court',
    label: 'x',
    until: '9999-01-01T00:00:00Z',
  }),
  'successor-foreign': command(`/v1/people/${person('handler')}/leave`, { successor: person('clerk') }),
  'api-key-unknown': command(`/v1/api-keys/${idOf('no key')}/revoke`),
  'assignment-foreign': onCase(`/v1/cases/${idOf('case')}/assign`, { person: person('officer') }),
  'assignment-role': onCase(`/v1/cases/${idOf('case')}/assign`, { person: person('admin') }),
  'grant-to-owner': onCase(`/v1/cases/${idOf('case')}/grants`, {
    organisation: idOf('procuratorate'),
    right: 'look',
    basis: 'x',
  }),
  'grant-ended': async (ledger, headers) => {
    await ledger.people.change(() => ({
      event: 'case-granted',
      by: 'host',
      grant: idOf('grant'),
      case: idOf('case'),
      organisation: idOf('court'),
      right: 'look',
      personal: { basis: 'x' },
    }));
    await ledger.people.change(() => ({ event: 'grant-ended', by: 'host', grant: idOf('grant') }));
    return onCase(`/v1/grants/${idOf('grant')}/end`, {})(ledger, headers);
  },
  'record-published': async (ledger, headers) => {
    const path = await recordPath(ledger);
    await onCase(`${path}/publish`, {})(ledger, {});
    return onCase(`${path}/publish`, {})(ledger, headers);
  },
  'record-not-published': async (ledger, headers) =>
    onCase(`${await recordPath(ledger)}/withdraw`, {})(ledger, headers),
  'restore-unconfirmed': async (ledger, headers) => {
    await ledger.people.change(() => ({ event: 'restored', by: 'host' }));
    const body = { person: idOf('handler'), role: 'handler', label: 'x', until: '2099-01-01T00:00:00.000Z' };
    return command('/v1/api-keys', body)(ledger, headers);
  },
  'restore-not-pending': command('/v1/restore/confirm'),
} as const satisfies Readonly<Record<string, Call>>;

export type PeopleProblem = keyof typeof CALLS;

/** Each provocation with a ledger of its own, which is removed once the answer was read. */
export function peopleProvocations<Answer>(
  read: (answer: Promise<Response>) => Promise<Answer>,
): Record<PeopleProblem, (headers: Headers) => Promise<Answer>> {
  const provoke = (code: string, call: Call) => async (headers: Headers) => {
    await using provider = OF_PROVIDERS.includes(code) ? await startLyingProvider('evl') : undefined;
    const signInProviders = [providerSettings('office', provider?.issuer), providerSettings('gone', undefined)];
    await using ledger = await startPeopleService(officeStory().events, {
      signInProviders,
      proxies: FROM_A_PROXY.includes(code) ? ['127.0.0.1'] : [],
      publicHosts: ['ledger.example'],
    });
    return await read(call(Object.assign(ledger, { provider }), headers));
  };
  const all = Object.entries(CALLS).map(([code, call]) => [code, provoke(code, call)] as const);
  return Object.fromEntries(all) as Record<PeopleProblem, (headers: Headers) => Promise<Answer>>;
}
