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
const UNTIL = new Date(Date.now() + 3_600_000).toISOString();
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
async function expectFits(id: string, status: number, answer: Promise<Response>): Promise<Record<string, unknown>> {
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
    await expectFits('listSignInWays', 200, own.get('/v1/sign-in-ways'));
    await expectFits('lookAtLink', 200, own.post('/v1/one-time-link/look', { token }));
    await expectFits('useLink', 204, own.post('/v1/one-time-link/use', { token, password: PASSWORD }));
    await expectFits('useLink', 404, own.post('/v1/one-time-link/use', { token, password: PASSWORD }));
    await expectFits('signIn', 200, own.post('/v1/session', { name: 'clerk', password: PASSWORD }));
    await expectFits('signIn', 401, own.post('/v1/session', { name: 'clerk', password: 'wrong' }));
    const changed = { current: PASSWORD, password: `${PASSWORD} again` };
    await expectFits('changePassword', 204, own.post('/v1/account/password', changed));
    await expectFits('changePassword', 401, own.post('/v1/account/password', changed));
    const other = browser();
    await other.post('/v1/session', { name: 'clerk', password: changed.password });
    const { sessions } = await expectFits('showAccount', 200, own.get('/v1/account'));
    const { id } = (sessions as { id: string; isThis: boolean }[]).find(({ isThis }) => !isThis)!;
    await expectFits('endSession', 204, own.post(`/v1/sessions/${id}/end`));
    await expectFits('endSession', 404, own.post(`/v1/sessions/${id}/end`));
    await expectFits('signOut', 204, own.post('/v1/session/end'));
    await expectFits('showAccount', 401, own.get('/v1/account'));
  });

  test('passkeys', async () => {
    const own = await signedIn('lawyer');
    const made = [];
    for (const label of ['first', 'second']) {
      const passkey = new SoftwarePasskey(origin);
      const options = await expectFits('beginPasskey', 200, own.post('/v1/account/passkeys/begin'));
      const response = passkey.create(options as unknown as StatedOptions);
      const { id } = await expectFits('addPasskey', 200, own.post('/v1/account/passkeys', { label, response }));
      made.push({ passkey, id });
    }
    ledger.nowMs += 1;
    await expectFits('removePasskey', 204, own.post(`/v1/account/passkeys/${String(made[0]!.id)}/remove`));
    await expectFits('removePassword', 204, own.post('/v1/account/password/remove'));
    const stranger = browser();
    const options = await expectFits('beginPasskeySignIn', 200, stranger.post('/v1/session/passkey/begin'));
    const response = made[1]!.passkey.get(options as unknown as StatedOptions);
    await expectFits('signInByPasskey', 200, stranger.post('/v1/session/passkey', { response }));
    await expectFits('signInByPasskey', 400, stranger.post('/v1/session/passkey', { response }));
  });

  test('providers', async () => {
    await expectFits('beginProviderSignIn', 404, browser().get('/sign-in/with/none'));
    await expectFits('finishProviderSignIn', 400, browser().get('/sign-in/with/none/return?code=x'));
    const identity = { issuer: 'https://id.example', subject: 'li' };
    await expectFits('bindIdentity', 200, asHost(`/v1/people/${idOf('clerk')}/bind`, identity));
    const [bound] = ledger.people.directory.person(idOf('clerk'))!.identities;
    await expectFits('unbindIdentity', 200, asHost(`/v1/people/${idOf('clerk')}/unbind`, { identity: bound!.id }));
  });

  test('own API keys, and those that evl login gets', async () => {
    const own = await signedIn('handler');
    const key = { role: 'handler', label: 'scanner', until: UNTIL };
    const { id } = await expectFits('addOwnApiKey', 200, own.post('/v1/account/api-keys', key));
    await expectFits('addOwnApiKey', 409, own.post('/v1/account/api-keys', { ...key, role: 'admin' }));
    await expectFits('listOwnApiKeys', 200, own.get('/v1/account/api-keys'));
    await expectFits('revokeOwnApiKey', 204, own.post(`/v1/account/api-keys/${String(id)}/revoke`));
    await expectFits('revokeOwnApiKey', 404, own.post(`/v1/account/api-keys/${String(id)}/revoke`));
    const verifier = 'v'.repeat(43);
    const verifierSha256 = createHash('sha256').update(verifier).digest('hex');
    const asked = { device: 'laptop', verifierSha256 };
    const { code } = await expectFits('beginLogin', 200, browser().post('/v1/login-requests', asked));
    await expectFits('beginLogin', 400, browser().post('/v1/login-requests', { ...asked, device: 'a\u202eb' }));
    const collect = () => browser().post('/v1/login-requests/collect', { code, verifier });
    expect(await expectFits('collectLogin', 200, collect())).toMatchObject({ state: 'open', key: null });
    await expectFits('lookAtLogin', 200, own.post('/v1/login-requests/look', { code }));
    const approval = { code, decision: 'approve', role: 'handler', hours: 12 };
    await expectFits('decideLogin', 409, own.post('/v1/login-requests/decide', { ...approval, role: 'admin' }));
    await expectFits('decideLogin', 204, own.post('/v1/login-requests/decide', approval));
    await expectFits(
      'collectLogin',
      404,
      browser().post('/v1/login-requests/collect', { code, verifier: 'w'.repeat(43) }),
    );
    expect(await expectFits('collectLogin', 200, collect())).toMatchObject({
      state: 'approved',
      key: expect.any(String),
    });
    await expectFits('collectLogin', 404, collect());
  });

  test('the directory', async () => {
    const organisation = await expectFits(
      'addOrganisation',
      200,
      asHost('/v1/organisations', { kind: 'court', name: 'x' }),
    );
    const path = `/v1/organisations/${String(organisation['id'])}`;
    await expectFits('renameOrganisation', 200, asHost(`${path}/rename`, { name: 'y' }));
    await expectFits('closeOrganisation', 200, asHost(`${path}/close`));
    await expectFits('listOrganisations', 200, browser().call('GET', '/v1/organisations', undefined, host));
    const personal = { signInName: 'new', name: 'new' };
    const added = { organisation: idOf('procuratorate'), roles: ['handler'], ...personal };
    const { id } = await expectFits('addPerson', 200, asHost('/v1/people', added));
    const person = `/v1/people/${String(id)}`;
    await expectFits('addPerson', 409, asHost('/v1/people', added));
    await expectFits('renamePerson', 200, asHost(`${person}/rename`, { signInName: 'newer', name: 'newer' }));
    await expectFits('changeRoles', 200, asHost(`${person}/roles`, { roles: ['supervisor'] }));
    await expectFits('movePerson', 200, asHost(`${person}/move`, { organisation: idOf('police'), roles: ['handler'] }));
    await expectFits('resetPerson', 200, asHost(`${person}/reset`));
    await expectFits('listPeople', 200, browser().call('GET', '/v1/people', undefined, host));
    const key = { person: id, role: 'handler', label: 'scanner', until: UNTIL };
    const made = await expectFits('addApiKey', 200, asHost('/v1/api-keys', key));
    await expectFits('listApiKeys', 200, browser().call('GET', `${person}/api-keys`, undefined, host));
    await expectFits('revokeApiKey', 200, asHost(`/v1/api-keys/${String(made['id'])}/revoke`));
    await expectFits('endPerson', 200, asHost(`${person}/leave`));
    await expectFits('confirmRestore', 409, asHost('/v1/restore/confirm'));
  });

  test('cases', async () => {
    const own = await signedIn('supervisor');
    const path = `/v1/cases/${idOf('case')}`;
    await expectFits('listCases', 200, own.get('/v1/cases'));
    await expectFits('assignCase', 200, own.post(`${path}/assign`, { person: idOf('colleague') }));
    await expectFits('unassignCase', 200, own.post(`${path}/unassign`, { person: idOf('colleague') }));
    const grant = { organisation: idOf('court'), right: 'look', basis: 'x' };
    const { id } = await expectFits('grantCase', 200, own.post(`${path}/grants`, grant));
    await expectFits('listCases', 200, own.get('/v1/cases'));
    await expectFits('endGrant', 200, own.post(`/v1/grants/${String(id)}/end`));
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
    await expectFits('publishRecord', 200, own.post(`/v1/evidence/${record.header.id}/publish`));
    const grant = { signInName: 'lawyer', until: UNTIL, basis: 'x' };
    const granted = `/v1/evidence/${record.header.id}/grants`;
    const { id } = await expectFits('grantRecord', 200, own.post(granted, grant));
    await expectFits('grantRecord', 404, own.post(granted, { ...grant, signInName: 'clerk' }));
    await expectFits('endGrant', 200, own.post(`/v1/grants/${String(id)}/end`));
    await expectFits('withdrawRecord', 200, own.post(`/v1/evidence/${record.header.id}/withdraw`));
  });

  test('the access log', async () => {
    const auditor = await signedIn('auditor');
    const { items } = await expectFits('listAccessStreams', 200, auditor.get('/v1/access'));
    const [stream] = items as { readonly stream: string }[];
    const id = stream?.stream ?? 'none';
    await expectFits('listAccessEntries', stream === undefined ? 404 : 200, auditor.get(`/v1/access/${id}`));
    await expectFits('listDirectoryEvents', 200, auditor.get('/v1/directory'));
    await expectFits('listDirectoryEvents', 400, auditor.get('/v1/directory?limit=0'));
    const own = await signedIn('supervisor');
    await expectFits('listCaseAccess', 200, own.get(`/v1/cases/${idOf('case')}/access`));
  });

  test('pages', async () => {
    const pages = { startPage: '/start', signInPage: '/sign-in', accountPage: '/account', approvePage: '/approve' };
    for (const [id, path] of Object.entries(pages)) await expectFits(id, 200, browser().get(path));
  });

  test('none was left out', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !documented.called.has(id))).toEqual([]);
  });
});
