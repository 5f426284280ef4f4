import { idOf } from '../people/events.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, type PeopleService, startPeopleService } from './people-service.ts';

/** The problems of sign-ins and of the directory, each as its request meets it. */

const PASSWORD = 'several unrelated words';
const NO_KEY = `evk_${'0'.repeat(32)}_${'A'.repeat(43)}`;

type Headers = Record<string, string>;
type Call = (ledger: PeopleService, headers: Headers) => Promise<Response>;

const own = (ledger: PeopleService) => new Browser(ledger.service.url);
const host = (headers: Headers) => ({ ...headers, authorization: `Bearer ${HOST_TOKEN}` });
const command =
  (path: string, body: unknown = {}): Call =>
  (ledger, headers) =>
    own(ledger).post(path, body, host(headers));

async function signedIn(ledger: PeopleService, name: string): Promise<Browser> {
  const browser = own(ledger);
  const token = await ledger.sessions.makeLink(idOf(name));
  await browser.post('/v1/one-time-link/use', { token, password: PASSWORD });
  return browser;
}

/** A command of a supervisor on the case of the story. */
const onCase =
  (path: string, body: unknown): Call =>
  async (ledger, headers) =>
    (await signedIn(ledger, 'supervisor')).post(path, body, headers);

const linkUse =
  (password: string): Call =>
  async (ledger, headers) => {
    const token = await ledger.sessions.makeLink(idOf('clerk'));
    return own(ledger).post('/v1/one-time-link/use', { token, password }, headers);
  };

const person = (name: string) => idOf(name);
const addPerson = (organisation: string, roles: string[], signInName = 'new') =>
  command('/v1/people', { organisation, roles, signInName, name: 'new' });

const CALLS = {
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
  'link-invalid': (ledger, headers) => own(ledger).post('/v1/one-time-link/look', { token: 'none' }, headers),
  'password-too-short': linkUse('short'),
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
  'roles-incompatible': command(`/v1/people/${person('handler')}/roles`, { roles: ['handler', 'admin'] }),
  'role-not-of-organisation': addPerson(idOf('court'), ['handler']),
  'role-not-held': command('/v1/api-keys', {
    person: person('clerk'),
    role: 'admin',
    label: 'x',
    until: '2099-01-01T00:00:00Z',
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
  'restore-not-pending': command('/v1/restore/confirm'),
} as const satisfies Readonly<Record<string, Call>>;

export type PeopleProblem = keyof typeof CALLS;

/** Each provocation with a ledger of its own, which is removed once the answer was read. */
export function peopleProvocations<Answer>(
  read: (answer: Promise<Response>) => Promise<Answer>,
): Record<PeopleProblem, (headers: Headers) => Promise<Answer>> {
  const provoke = (call: Call) => async (headers: Headers) => {
    await using ledger = await startPeopleService();
    return await read(call(ledger, headers));
  };
  const all = Object.entries(CALLS).map(([code, call]) => [code, provoke(call)] as const);
  return Object.fromEntries(all) as Record<PeopleProblem, (headers: Headers) => Promise<Answer>>;
}
