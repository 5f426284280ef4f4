import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Role } from '../../src/people/persons.ts';
import { idOf } from '../people/events.ts';
import {
  addApiKey,
  type ApiKey,
  Browser,
  codeOf,
  type PeopleService,
  random,
  startPeopleService,
} from './people-service.ts';

/** Who loses a right while a request is on its way carries nothing out with the rest of it. */

const UNTIL = new Date(Date.now() + 3_600_000).toISOString();

async function start(): Promise<PeopleService> {
  const ledger = await startPeopleService();
  onTestFinished(() => ledger[Symbol.asyncDispose]());
  return ledger;
}

/** A request of which the body is still to come. */
class Begun {
  answer = '';
  readonly #socket: Socket;

  constructor(url: string, path: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, host } = new URL(url);
    this.#socket = connect(Number(port), hostname).setEncoding('utf8');
    this.#socket.on('data', (data: string) => (this.answer += data));
    const all = { host, 'transfer-encoding': 'chunked', connection: 'close', ...headers };
    const lines = Object.entries(all).map((pair) => `${pair.join(': ')}\r\n`);
    this.#socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  send(text: string): void {
    this.#socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  }

  async end(): Promise<number> {
    this.#socket.write('0\r\n\r\n');
    await once(this.#socket, 'close');
    return Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(this.answer)?.[1]);
  }
}

const json = (credential: Readonly<Record<string, string>>) => ({ 'content-type': 'application/json', ...credential });
const bearer = ({ key }: ApiKey) => ({ authorization: `Bearer ${key}` });

/** Whether a request has been let through to its handler. */
function isAsked({ streams }: PeopleService, operation: string): boolean {
  return [...streams.files.values()].some((bytes) => Buffer.from(bytes).includes(`"${operation}"`));
}

async function asked(ledger: PeopleService, operation: string): Promise<void> {
  await expect.poll(() => isAsked(ledger, operation), { timeout: 20_000 }).toBe(true);
}

const OTHER_ADMIN = { organisation: idOf('procuratorate'), roles: ['admin'], signInName: 'other', name: 'other' };

test.each<[string, (ledger: PeopleService, key: ApiKey) => Promise<unknown>, number]>([
  [
    'has left',
    ({ people }) => people.change(() => ({ event: 'person-left', by: 'host', person: idOf('second') })),
    401,
  ],
  [
    'has another role',
    ({ people }) =>
      people.change(() => ({ event: 'roles-changed', by: 'host', person: idOf('second'), roles: ['handler'] })),
    401, // the key of that role is void
  ],
  [
    'used a key that was revoked',
    ({ people }, key) => people.change(() => ({ event: 'api-key-revoked', by: 'host', key: key.id })),
    401,
  ],
])('an administrator who %s adds nobody by a body that comes afterwards', async (_, remove, expected) => {
  const ledger = await start();
  const { people, service } = ledger;
  await people.change(() => ({
    event: 'person-added',
    by: 'host',
    person: idOf('second'),
    organisation: idOf('procuratorate'),
    roles: ['admin'],
    personal: { signInName: 'second', name: 'second' },
  }));
  const key = await addApiKey(ledger.people, 'second', 'admin', UNTIL);
  const begun = new Begun(service.url, '/v1/people', json(bearer(key)));
  await asked(ledger, 'addPerson');
  await remove(ledger, key);
  begun.send(JSON.stringify(OTHER_ADMIN));
  expect(await begun.end()).toBe(expected);
  expect(people.directory.personBySignInName('other')).toBeUndefined();
});

test('a session that has ended in the meantime makes no key of its owner', async () => {
  const ledger = await start();
  const { people, sessions, service } = ledger;
  const cookie = `evl=${await sessions.begin(idOf('handler'), 'test')}`;
  const begun = new Begun(service.url, '/v1/account/api-keys', json({ cookie, 'sec-fetch-site': 'same-origin' }));
  await asked(ledger, 'addOwnApiKey');
  ledger.nowMs += 1000;
  await people.change(() => ({ event: 'person-reset', by: 'host', person: idOf('handler') }));
  begun.send(JSON.stringify({ role: 'handler', label: 'x', until: UNTIL }));
  expect(await begun.end()).toBe(401);
  expect(people.directory.apiKeysOf(idOf('handler'))).toEqual([]);
});

test('a grant is not ended by somebody who was moved elsewhere in the meantime', async () => {
  const ledger = await start();
  const { people, service } = ledger;
  await people.change(() => ({
    event: 'person-added',
    by: 'host',
    person: idOf('second'),
    organisation: idOf('procuratorate'),
    roles: ['supervisor'],
    personal: { signInName: 'second', name: 'second' },
  }));
  await people.change(() => ({
    event: 'case-granted',
    by: 'host',
    grant: idOf('grant'),
    case: idOf('case'),
    organisation: idOf('court'),
    right: 'look',
    personal: { basis: 'x' },
  }));
  const cookie = `evl=${await ledger.sessions.begin(idOf('second'), 'test')}`;
  const headers = json({ cookie, 'sec-fetch-site': 'same-origin' });
  const begun = new Begun(service.url, `/v1/grants/${idOf('grant')}/end`, headers);
  await asked(ledger, 'endGrant');
  ledger.nowMs += 1000;
  await people.change(() => ({
    event: 'person-moved',
    by: 'host',
    person: idOf('second'),
    organisation: idOf('police'),
    roles: ['supervisor'],
  }));
  begun.send('{}');
  expect(await begun.end()).toBe(401);
  expect(people.directory.case(idOf('case'))?.grants.map(({ isEnded }) => isEnded)).toEqual([false]);
});

test('each line of a batch is judged by itself', async () => {
  const ledger = await start();
  const key = await addApiKey(ledger.people, 'handler', 'handler', UNTIL);
  const line = (name: string) =>
    `${JSON.stringify({
      case: { number: 'of a batch', asIs: true },
      file: { name, size: 1 },
      digests: { sha256: Buffer.from(random(32)).toString('hex') },
    })}\n`;
  const headers = { 'content-type': 'application/x-ndjson', ...bearer(key) };
  const begun = new Begun(ledger.service.url, '/v1/evidence/batch', headers);
  begun.send(line('before'));
  await expect.poll(() => begun.answer, { timeout: 20_000 }).toContain('"header"');
  await ledger.people.change(() => ({ event: 'api-key-revoked', by: 'host', key: key.id }));
  begun.send(line('after'));
  expect(await begun.end()).toBe(200);
  expect(begun.answer).toContain('sign-in-required');
  expect(begun.answer.match(/"header"/g)).toHaveLength(1);
});

test('an administrator makes no key with which evidence of others is read', async () => {
  const ledger = await start();
  const { people, service } = ledger;
  const browser = new Browser(service.url);
  browser.cookies.set('evl', await ledger.sessions.begin(idOf('admin'), 'test'));
  const add = (name: string, role: Role) =>
    browser.post('/v1/api-keys', { person: idOf(name), role, label: 'x', until: UNTIL });
  expect(await codeOf(await add('supervisor', 'supervisor'))).toBe('api-key-of-other');
  expect(people.directory.apiKeysOf(idOf('supervisor'))).toEqual([]);
  expect(await codeOf(await add('admin', 'admin'))).toBeUndefined();
});
