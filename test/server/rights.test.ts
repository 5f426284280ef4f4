import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import { DirectoryLog } from '../../src/people/directory-log.ts';
import type { Role } from '../../src/people/persons.ts';
import type { Act } from '../../src/people/rights.ts';
import type { DefinedOperation } from '../../src/server/operation.ts';
import { OPERATIONS } from '../../src/server/operations.ts';
import { EMPTY_HEAD, openMemoryLog } from '../log/memory-log.ts';
import { idOf, officeStory } from '../people/events.ts';
import { WRITTEN } from '../people/written-rights.ts';
import { type MemoryService, startMemoryService } from './memory-service.ts';
import { addApiKey } from './people-service.ts';

/**
 * Every operation by every role, on records that are their own, granted, foreign or closed again.
 */

const UNTIL = new Date(Date.now() + 3_600_000).toISOString();
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const PERSONS = {
  handler: 'handler',
  colleague: 'handler',
  supervisor: 'supervisor',
  officer: 'handler',
  chief: 'supervisor',
  clerk: 'court',
  auditor: 'auditor',
  admin: 'admin',
  lawyer: 'party',
} as const satisfies Readonly<Record<string, Role>>;
type Name = keyof typeof PERSONS;
const NAMES = Object.keys(PERSONS) as Name[];

let service: MemoryService;
let people: DirectoryLog;
let serial = 0;
const keys = new Map<string, string>();

beforeAll(async () => {
  const store = new MemoryStore(EMPTY_HEAD);
  const { log } = await openMemoryLog({
    store,
    newIdentifiers: (timeMs) => ({ id: uuidV7(timeMs, random(10)), number: `E-${serial++}` }),
  });
  people = await DirectoryLog.open(store, { hash: nodeSha256, random, clock: Date.now });
  for (const { at: _, ...event } of officeStory().events) await people.change(() => event);
  await people.change(() => ({
    event: 'person-added',
    by: 'host',
    person: idOf('chief'),
    organisation: idOf('police'),
    roles: ['supervisor'],
    personal: { signInName: 'chief', name: 'chief' },
  }));
  for (const name of NAMES) keys.set(name, await newKey(name));
  service = await startMemoryService(log, { people });
});
afterAll(async () => service[Symbol.asyncDispose]());

async function newKey(name: Name, until = UNTIL): Promise<string> {
  return (await addApiKey(people, name, PERSONS[name], until)).key;
}

function call(path: string, key: string | undefined, init: RequestInit = {}): Promise<Response> {
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return fetch(`${service.url}${path}`, { ...init, headers });
}

async function register(name: Name, number: string | undefined): Promise<Response> {
  const body = JSON.stringify({
    ...(number !== undefined && { case: { number, asIs: true } }),
    file: { name: 'a.txt', size: 1 },
    digests: { sha256: Buffer.from(random(32)).toString('hex') },
  });
  return call('/v1/evidence', keys.get(name), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

async function registered(name: Name, number: string): Promise<string> {
  const answer = await register(name, number);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { record: { header: { id: string } } }).record.header.id;
}

/** A request that the operation's schema refuses at the latest: rights come before it. */
function request(operation: DefinedOperation, key: string | undefined, id = idOf('nothing')): Promise<Response> {
  const path = operation.path.replace('{id}', id);
  return call(path, key, { method: operation.method.toUpperCase(), ...(operation.method === 'post' && { body: '' }) });
}

const protectedOperations = OPERATIONS.filter(({ act }) => act !== 'public');
const named = (operations: readonly DefinedOperation[]) => operations.map((each) => [each.id, each] as const);

test('operations that everybody may call are few, and named here', () => {
  const open = OPERATIONS.filter(({ act }) => act === 'public').map(({ id }) => id);
  expect(open.toSorted()).toMatchInlineSnapshot(`
    [
      "accountPage",
      "alive",
      "approvePage",
      "askChain",
      "beginLogin",
      "beginPasskeySignIn",
      "beginProviderSignIn",
      "browse",
      "browseFile",
      "collectLogin",
      "describe",
      "explainProblem",
      "fetchCheckpoint",
      "fetchRotations",
      "fetchTile",
      "fetchTrust",
      "fetchVerifier",
      "fetchVerifierDigest",
      "finishProviderSignIn",
      "home",
      "listAnchors",
      "listHandbooks",
      "listSignInWays",
      "lookAtLink",
      "offlineVerifier",
      "offlineVerifierDigest",
      "pageAsset",
      "readCaseNumber",
      "readHandbook",
      "ready",
      "signIn",
      "signInByPasskey",
      "signInPage",
      "startPage",
      "useLink",
      "verify",
      "verifyPage",
    ]
  `);
});

describe.each(named(protectedOperations))('%s', (_, operation) => {
  test('asks for a sign-in', async () => {
    for (const key of [undefined, 'evk_', `evk_${'0'.repeat(32)}_${'A'.repeat(43)}`]) {
      const answer = await request(operation, key);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
    }
  });

  test('refuses a key that was revoked, and a secret of another key', async () => {
    const key = await newKey('supervisor');
    await people.change(() => ({ event: 'api-key-revoked', by: 'host', key: idOfKey(key) }));
    const mixed = `${keys.get('supervisor')!.slice(0, 37)}${keys.get('handler')!.slice(37)}`;
    for (const wrong of [key, mixed]) expect((await request(operation, wrong)).status).toBe(401);
  });

  test.each(NAMES)('answers %s as is written', async (name) => {
    const has = WRITTEN[operation.act as Act].roles.includes(PERSONS[name]);
    const { status } = await request(operation, keys.get(name));
    if (!has) expect(status).toBe(403);
    else if (operation.object === 'session') expect(status).toBe(401);
    else expect([401, 403]).not.toContain(status);
  });
});

function idOfKey(key: string): string {
  const hex = key.slice(4, 36);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

describe('operations on one record', () => {
  const onRecords = protectedOperations.filter(({ object }) => object === 'record');
  /**
   * By operation and name, whether the answer is another one than for a record that is not there.
   */
  const answers = async (id: string) => {
    const found: Record<string, Record<string, boolean>> = {};
    for (const operation of onRecords) {
      for (const name of NAMES) {
        const [answer, absent] = await Promise.all(
          [id, undefined].map((each) => request(operation, keys.get(name), each)),
        );
        const [status, body] = [answer!.status, await answer!.text()];
        const isHidden = status === absent!.status && body === (await absent!.text());
        (found[operation.id] ??= {})[name] = !isHidden;
      }
    }
    return found;
  };
  const seenBy = (...names: Name[]) =>
    Object.fromEntries(
      onRecords.map(({ id, act }) => {
        const mayDo = (name: Name) => WRITTEN[act as Act].roles.includes(PERSONS[name]);
        return [id, Object.fromEntries(NAMES.map((name) => [name, names.includes(name) && mayDo(name)]))];
      }),
    );

  test('are for those who work on its case', async () => {
    expect(onRecords.length).toBeGreaterThan(2);
    const id = await registered('handler', '（2026）浙01刑初123号');
    expect(await answers(id)).toEqual(seenBy('handler', 'supervisor'));
  });

  test('are for another organisation as long as a grant is open', async () => {
    const id = await registered('handler', 'granted');
    const [file] = people.directory.casesNumbered('granted');
    await people.change(() => ({
      event: 'case-granted',
      by: idOf('supervisor'),
      grant: idOf('grant'),
      case: file!.id,
      organisation: idOf('court'),
      right: 'look',
      personal: { basis: 'x' },
    }));
    expect(await answers(id)).toEqual(seenBy('handler', 'supervisor', 'clerk'));
    await people.change(() => ({ event: 'grant-ended', by: idOf('supervisor'), grant: idOf('grant') }));
    expect(await answers(id)).toEqual(seenBy('handler', 'supervisor'));
  });

  test('are for a party to whom the record was granted', async () => {
    const id = await registered('handler', 'of a party');
    await people.change(() => ({
      event: 'record-granted',
      by: idOf('supervisor'),
      grant: idOf('grant of record'),
      record: id,
      person: idOf('lawyer'),
      until: UNTIL,
      personal: { basis: 'x' },
    }));
    expect(await answers(id)).toEqual(seenBy('handler', 'supervisor', 'lawyer'));
  });
});

describe('operations on a case', () => {
  const POLICE = ['officer', 'chief'] as const;
  const OTHERS = ['handler', 'colleague', 'officer', 'clerk', 'auditor', 'admin', 'lawyer'] as const;

  /** A case of the procuratorate with a grant to the court, and one to the police. */
  async function fileOf(police: 'none' | 'open' | 'ended'): Promise<string> {
    const number = `police${police}`;
    await registered('handler', number);
    const [file] = people.directory.casesNumbered(number);
    const grantTo = (organisation: string) =>
      people.change(() => ({
        event: 'case-granted',
        by: idOf('supervisor'),
        grant: idOf(`${organisation} ${police}`),
        case: file!.id,
        organisation: idOf(organisation),
        right: 'look',
        personal: { basis: 'x' },
      }));
    await grantTo('court');
    if (police !== 'none') await grantTo('police');
    if (police === 'ended') {
      await people.change(() => ({ event: 'grant-ended', by: idOf('supervisor'), grant: idOf('police ended') }));
    }
    return file!.id;
  }

  const ROUTES = ['assignCase', 'unassignCase', 'grantCase', 'listCaseAccess', 'endGrant'] as const;
  test.each([
    ['none', [404, 404, 404, 404, 404]],
    ['open', ['yes', 'yes', 403, 403, 403]],
    ['ended', [404, 404, 404, 404, 404]],
  ] as const)('are for the supervisors of its owner; grant to the chief’s office: %s', async (police, chief) => {
    const id = await fileOf(police);
    const answered = async (name: Name) =>
      Promise.all(
        ROUTES.map(async (route) => {
          const operation = OPERATIONS.find((each) => each.id === route)!;
          const object = route === 'endGrant' ? idOf(`court ${police}`) : id;
          const { status } = await request(operation, keys.get(name), object);
          return status === 403 || status === 404 ? status : 'yes';
        }),
      );
    expect(await answered('supervisor')).toEqual(ROUTES.map(() => 'yes'));
    expect(await answered('chief')).toEqual(chief);
    for (const name of OTHERS) expect([name, await answered(name)]).toEqual([name, ROUTES.map(() => 403)]);
  });

  test('list it to those who see it, with what is theirs', async () => {
    const files = [people.directory.casesNumbered('policeopen')[0]!, people.directory.casesNumbered('policeended')[0]!];
    await people.change(() => ({
      event: 'case-assigned',
      by: idOf('chief'),
      case: files[0]!.id,
      person: idOf('officer'),
    }));
    const listed = async (name: Name) => {
      const { items } = (await (await call('/v1/cases', keys.get(name))).json()) as {
        readonly items: readonly {
          readonly id: string;
          readonly assigned: string[];
          readonly grants: { readonly organisation: string }[];
        }[];
      };
      return files.map(({ id }) => {
        const found = items.find((each) => each.id === id);
        return found && [found.assigned, found.grants.map(({ organisation }) => organisation)];
      });
    };
    const both = [idOf('court'), idOf('police')];
    const whole = [
      [[idOf('handler'), idOf('officer')], both],
      [[idOf('handler')], both],
    ];
    const ofPolice = [[[idOf('officer')], [idOf('police')]], undefined];
    const ofCourt = [[], [idOf('court')]];
    for (const name of ['handler', 'supervisor'] as const) expect([name, await listed(name)]).toEqual([name, whole]);
    for (const name of POLICE) expect([name, await listed(name)]).toEqual([name, ofPolice]);
    expect(await listed('clerk')).toEqual([ofCourt, ofCourt]);
    for (const name of ['colleague', 'lawyer'] as const) expect(await listed(name)).toEqual([undefined, undefined]);
  });
});

describe('registrations', () => {
  test('open their case, which is the organisation’s own', async () => {
    const before = people.directory.cases().length;
    await Promise.all([
      registered('handler', 'opened'),
      registered('colleague', 'opened'),
      registered('officer', 'opened'),
    ]);
    const found = people.directory.casesNumbered('opened');
    expect(people.directory.cases().length).toBe(before + 2);
    expect(new Set(found.map(({ organisation }) => organisation))).toEqual(
      new Set([idOf('procuratorate'), idOf('police')]),
    );
  });

  test('state who registered, for which organisation and in which role', async () => {
    const id = await registered('officer', 'stated');
    const answer = await call(`/v1/evidence/${id}`, keys.get('officer'));
    const { record } = (await answer.json()) as { record: { disclosed: { name: string; value: unknown }[] } };
    expect(record.disclosed.find(({ name }) => name === 'registrant')?.value).toEqual({
      principal: idOf('officer'),
      organisation: idOf('police'),
      organisationName: 'police',
      role: 'handler',
    });
  });

  test.each(['clerk', 'auditor', 'admin', 'lawyer'] as const)('are not for %s', async (name) => {
    expect((await register(name, 'not mine')).status).toBe(403);
    expect(people.directory.casesNumbered('not mine')).toEqual([]);
  });

  test('a person’s idempotency keys are no other person’s', async () => {
    const post = (name: Name) =>
      call('/v1/evidence', keys.get(name), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'same' },
        body: JSON.stringify({
          file: { name: 'k', size: 1 },
          digests: { sha256: 'ab'.repeat(32) },
          case: { number: 'keyed', asIs: true },
        }),
      });
    const first = await post('handler');
    const again = await post('handler');
    const other = await post('officer');
    expect([first, again, other].map((answer) => answer.headers.get('idempotent-replayed'))).toEqual([
      null,
      'true',
      null,
    ]);
  });
});

test('a listing shows each caller what that caller may look at', async () => {
  const number = 'listed';
  await registered('handler', number);
  await registered('officer', number);
  const count = async (name: Name) => {
    const answer = await call(`/v1/evidence?case=${number}`, keys.get(name));
    return answer.status === 200 ? ((await answer.json()) as { items: unknown[] }).items.length : answer.status;
  };
  const counts = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await count(name)] as const)));
  expect(counts).toEqual({
    handler: 1,
    colleague: 0,
    supervisor: 1,
    officer: 1,
    chief: 1,
    clerk: 0,
    auditor: 403,
    admin: 403,
    lawyer: 0,
  });
});

test('a key in an address is refused, wherever it is sent', async () => {
  for (const path of ['/v1/evidence', '/healthz']) {
    const answer = await call(`${path}?key=${keys.get('handler')}`, undefined);
    expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      path,
      400,
      'credential-in-url',
    ]);
  }
});
