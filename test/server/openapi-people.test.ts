import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DefinedOperation } from '../../src/server/operation.ts';
import { OPERATIONS as ALL } from '../../src/server/operations.ts';
import { idOf } from '../people/events.ts';
import { type Document, DocumentedAnswers } from './documented-answers.ts';
import { HOST_TOKEN } from './memory-service.ts';
import { Browser, type PeopleService, startPeopleService } from './people-service.ts';
import { SoftwarePasskey, type StatedOptions } from './software-passkey.ts';

/** Every operation on people, called, and every answer held against its schema. */

const OPERATIONS: readonly DefinedOperation[] = ALL.filter(({ tag }) => tag === 'people');
const PASSWORD = 'several unrelated words';
const UNTIL = '2099-01-01T00:00:00.000Z';
const host = { authorization: `Bearer ${HOST_TOKEN}` };

let ledger: PeopleService;
let documented: DocumentedAnswers;
let origin: string;

beforeAll(async () => {
  ledger = await startPeopleService();
  origin = ledger.service.url.replace('127.0.0.1', 'localhost');
  documented = new DocumentedAnswers((await (await fetch(`${origin}/openapi.json`)).json()) as Document);
});
afterAll(() => ledger[Symbol.asyncDispose]());

const browser = () => new Browser(origin);
const asHost = (path: string, body: unknown = {}) => browser().post(path, body, host);

/** The answer has this status and fits; gives its body. */
async function fits(id: string, status: number, answer: Promise<Response>): Promise<Record<string, unknown>> {
  const arrived = await answer;
  expect([id, arrived.status]).toEqual([id, status]);
  return (await documented.expectFit(id, arrived)) as Record<string, unknown>;
}

async function signedIn(name: string): Promise<Browser> {
  const own = browser();
  const token = await ledger.sessions.makeLink(idOf(name));
  await own.post('/v1/one-time-link/use', { token, password: PASSWORD });
  return own;
}

describe('every operation on people answers as documented', () => {
  test('links, sessions and passwords', async () => {
    const own = browser();
    const token = await ledger.sessions.makeLink(idOf('clerk'));
    await fits('listSignInWays', 200, own.get('/v1/sign-in-ways'));
    await fits('lookAtLink', 200, own.post('/v1/one-time-link/look', { token }));
    await fits('useLink', 204, own.post('/v1/one-time-link/use', { token, password: PASSWORD }));
    await fits('useLink', 404, own.post('/v1/one-time-link/use', { token, password: PASSWORD }));
    await fits('signIn', 200, own.post('/v1/session', { name: 'clerk', password: PASSWORD }));
    await fits('signIn', 401, own.post('/v1/session', { name: 'clerk', password: 'wrong' }));
    const changed = { current: PASSWORD, password: `${PASSWORD} again` };
    await fits('changePassword', 204, own.post('/v1/account/password', changed));
    await fits('changePassword', 401, own.post('/v1/account/password', changed));
    const other = browser();
    await other.post('/v1/session', { name: 'clerk', password: changed.password });
    const { sessions } = await fits('showAccount', 200, own.get('/v1/account'));
    const { id } = (sessions as { id: string; isThis: boolean }[]).find(({ isThis }) => !isThis)!;
    await fits('endSession', 204, own.post(`/v1/sessions/${id}/end`));
    await fits('endSession', 404, own.post(`/v1/sessions/${id}/end`));
    await fits('signOut', 204, own.post('/v1/session/end'));
    await fits('showAccount', 401, own.get('/v1/account'));
  });

  test('passkeys', async () => {
    const own = await signedIn('lawyer');
    const made = [];
    for (const label of ['first', 'second']) {
      const passkey = new SoftwarePasskey(origin);
      const options = await fits('beginPasskey', 200, own.post('/v1/account/passkeys/begin'));
      const response = passkey.create(options as unknown as StatedOptions);
      const { id } = await fits('addPasskey', 200, own.post('/v1/account/passkeys', { label, response }));
      made.push({ passkey, id });
    }
    ledger.nowMs += 1;
    await fits('removePasskey', 204, own.post(`/v1/account/passkeys/${String(made[0]!.id)}/remove`));
    await fits('removePassword', 204, own.post('/v1/account/password/remove'));
    const stranger = browser();
    const options = await fits('beginPasskeySignIn', 200, stranger.post('/v1/session/passkey/begin'));
    const response = made[1]!.passkey.get(options as unknown as StatedOptions);
    await fits('signInByPasskey', 200, stranger.post('/v1/session/passkey', { response }));
    await fits('signInByPasskey', 400, stranger.post('/v1/session/passkey', { response }));
  });

  test('providers', async () => {
    await fits('beginProviderSignIn', 404, browser().get('/sign-in/with/none'));
    await fits('finishProviderSignIn', 400, browser().get('/sign-in/with/none/return?code=x'));
    const identity = { issuer: 'https://id.example', subject: 'li' };
    await fits('bindIdentity', 200, asHost(`/v1/people/${idOf('clerk')}/bind`, identity));
    const [bound] = ledger.people.directory.person(idOf('clerk'))!.identities;
    await fits('unbindIdentity', 200, asHost(`/v1/people/${idOf('clerk')}/unbind`, { identity: bound!.id }));
  });

  test('own API keys, and those that evl login gets', async () => {
    const own = await signedIn('handler');
    const key = { role: 'handler', label: 'scanner', until: UNTIL };
    const { id } = await fits('addOwnApiKey', 200, own.post('/v1/account/api-keys', key));
    await fits('addOwnApiKey', 409, own.post('/v1/account/api-keys', { ...key, role: 'admin' }));
    await fits('listOwnApiKeys', 200, own.get('/v1/account/api-keys'));
    await fits('revokeOwnApiKey', 204, own.post(`/v1/account/api-keys/${String(id)}/revoke`));
    await fits('revokeOwnApiKey', 404, own.post(`/v1/account/api-keys/${String(id)}/revoke`));
    const verifier = 'v'.repeat(43);
    const verifierSha256 = createHash('sha256').update(verifier).digest('hex');
    const asked = { device: 'laptop', verifierSha256 };
    const { code } = await fits('beginLogin', 200, browser().post('/v1/login-requests', asked));
    await fits('beginLogin', 400, browser().post('/v1/login-requests', { ...asked, device: 'a\u202eb' }));
    const collect = () => browser().post('/v1/login-requests/collect', { code, verifier });
    expect(await fits('collectLogin', 200, collect())).toMatchObject({ state: 'open', key: null });
    await fits('lookAtLogin', 200, own.post('/v1/login-requests/look', { code }));
    const approval = { code, decision: 'approve', role: 'handler', hours: 12 };
    await fits('decideLogin', 409, own.post('/v1/login-requests/decide', { ...approval, role: 'admin' }));
    await fits('decideLogin', 204, own.post('/v1/login-requests/decide', approval));
    await fits('collectLogin', 404, browser().post('/v1/login-requests/collect', { code, verifier: 'w'.repeat(43) }));
    expect(await fits('collectLogin', 200, collect())).toMatchObject({ state: 'approved', key: expect.any(String) });
    await fits('collectLogin', 404, collect());
  });

  test('the directory', async () => {
    const organisation = await fits('addOrganisation', 200, asHost('/v1/organisations', { kind: 'court', name: 'x' }));
    const path = `/v1/organisations/${String(organisation['id'])}`;
    await fits('renameOrganisation', 200, asHost(`${path}/rename`, { name: 'y' }));
    await fits('closeOrganisation', 200, asHost(`${path}/close`));
    await fits('listOrganisations', 200, browser().call('GET', '/v1/organisations', undefined, host));
    const personal = { signInName: 'new', name: 'new' };
    const added = { organisation: idOf('procuratorate'), roles: ['handler'], ...personal };
    const { id } = await fits('addPerson', 200, asHost('/v1/people', added));
    const person = `/v1/people/${String(id)}`;
    await fits('addPerson', 409, asHost('/v1/people', added));
    await fits('renamePerson', 200, asHost(`${person}/rename`, { signInName: 'newer', name: 'newer' }));
    await fits('changeRoles', 200, asHost(`${person}/roles`, { roles: ['supervisor'] }));
    await fits('movePerson', 200, asHost(`${person}/move`, { organisation: idOf('police'), roles: ['handler'] }));
    await fits('resetPerson', 200, asHost(`${person}/reset`));
    await fits('listPeople', 200, browser().call('GET', '/v1/people', undefined, host));
    const key = { person: id, role: 'handler', label: 'scanner', until: UNTIL };
    const made = await fits('addApiKey', 200, asHost('/v1/api-keys', key));
    await fits('listApiKeys', 200, browser().call('GET', `${person}/api-keys`, undefined, host));
    await fits('revokeApiKey', 200, asHost(`/v1/api-keys/${String(made['id'])}/revoke`));
    await fits('endPerson', 200, asHost(`${person}/leave`));
    await fits('confirmRestore', 409, asHost('/v1/restore/confirm'));
  });

  test('cases', async () => {
    const own = await signedIn('supervisor');
    const path = `/v1/cases/${idOf('case')}`;
    await fits('listCases', 200, own.get('/v1/cases'));
    await fits('assignCase', 200, own.post(`${path}/assign`, { person: idOf('colleague') }));
    await fits('unassignCase', 200, own.post(`${path}/unassign`, { person: idOf('colleague') }));
    const grant = { organisation: idOf('court'), right: 'look', basis: 'x' };
    const { id } = await fits('grantCase', 200, own.post(`${path}/grants`, grant));
    await fits('listCases', 200, own.get('/v1/cases'));
    await fits('endGrant', 200, own.post(`/v1/grants/${String(id)}/end`));
  });

  test('publications', async () => {
    const body = {
      case: { number: '（2026）浙01刑初123号' },
      file: { name: 'a.txt', size: 1 },
      digests: { sha256: 'ab'.repeat(32) },
    };
    const registered = await (await signedIn('handler')).post('/v1/evidence', body);
    const { record } = (await registered.json()) as { record: { header: { id: string } } };
    const own = await signedIn('supervisor');
    await fits('publishRecord', 200, own.post(`/v1/evidence/${record.header.id}/publish`));
    await fits('withdrawRecord', 200, own.post(`/v1/evidence/${record.header.id}/withdraw`));
  });

  test('the access log', async () => {
    const auditor = await signedIn('auditor');
    const { items } = await fits('listAccessStreams', 200, auditor.get('/v1/access'));
    const [stream] = items as { readonly stream: string }[];
    const id = stream?.stream ?? 'none';
    await fits('listAccessEntries', stream === undefined ? 404 : 200, auditor.get(`/v1/access/${id}`));
    const own = await signedIn('supervisor');
    await fits('listCaseAccess', 200, own.get(`/v1/cases/${idOf('case')}/access`));
  });

  test('pages', async () => {
    const pages = { startPage: '/start', signInPage: '/sign-in', accountPage: '/account', approvePage: '/approve' };
    for (const [id, path] of Object.entries(pages)) await fits(id, 200, browser().get(path));
  });

  test('none was left out', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !documented.called.has(id))).toEqual([]);
  });
});
