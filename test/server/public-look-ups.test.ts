import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findEvidence } from '../../src/client/evidence.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { lookUpAndJudge } from '../../src/verifier/look-up.ts';
import { idOf } from '../people/events.ts';
import { Browser, codeOf, type PeopleService, startPeopleService } from './people-service.ts';

/** What those learn who have not signed in. */

const PASSWORD = 'several unrelated words';
const [REGISTERED, ABSENT] = ['ab'.repeat(32), 'cd'.repeat(32)];
let ledger: PeopleService;
let id: string;
let supervisor: Browser;

async function start(more: Parameters<typeof startPeopleService>[1] = {}): Promise<void> {
  ledger = await startPeopleService(undefined, more);
  supervisor = await signedIn('supervisor');
  const registration = {
    case: { number: '（2026）浙01刑初123号' },
    file: { name: 'secret name', size: 1 },
    digests: { sha256: REGISTERED },
  };
  const answer = await supervisor.post('/v1/evidence', registration);
  expect(answer.status).toBe(201);
  id = ((await answer.json()) as { record: { header: { id: string } } }).record.header.id;
}
afterEach(() => ledger[Symbol.asyncDispose]());

async function signedIn(name: string): Promise<Browser> {
  const own = new Browser(ledger.service.url);
  const token = await ledger.sessions.makeLink(idOf(name));
  await own.post('/v1/one-time-link/use', { token, password: PASSWORD });
  return own;
}

const stranger = () => new Browser(ledger.service.url);
const look = (sha256: string) => stranger().get(`/v1/evidence?sha256=${sha256}`);
/** Everything of an answer that a stranger sees, but for the time and the name of the request. */
async function seen(answer: Response): Promise<unknown> {
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return [answer.status, headers, await answer.text()];
}
const itemsFor = async (sha256: string) => ((await (await look(sha256)).json()) as { items: unknown[] }).items;

describe('without publication', () => {
  beforeEach(() => start());

  test('a hidden record and an absent one are answered alike', async () => {
    expect(await seen(await look(REGISTERED))).toEqual(await seen(await look(ABSENT)));
    expect(await itemsFor(REGISTERED)).toEqual([]);
    for (const path of ['', '/receipt', '/certificate', '/content']) {
      const answers = [id, idOf('nothing')].map((each) => stranger().get(`/v1/evidence/${each}${path}`));
      const [hidden, absent] = await Promise.all(answers);
      expect([hidden!.status, await seen(hidden!)]).toEqual([401, await seen(absent!)]);
    }
  });

  test.each([
    '',
    '?number=E-0',
    `?sha256=${REGISTERED}&limit=1`,
    `?sha256=${REGISTERED}&case=x`,
    '?case=x',
    '?sha256=x',
  ])('GET /v1/evidence%s needs a sign-in', async (query) => {
    const answer = await stranger().get(`/v1/evidence${query}`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
  });

  test('digests are verified for those who may look at a record', async () => {
    const verify = (browser: Browser, sha256: string) => browser.post('/v1/verify', { digests: { sha256 } });
    expect(await seen(await verify(stranger(), REGISTERED))).toEqual(await seen(await verify(stranger(), ABSENT)));
    expect(await codeOf(await verify(stranger(), REGISTERED))).toBe('sign-in-required');
    const reportsFor = async (browser: Browser) =>
      ((await (await verify(browser, ABSENT)).json()) as { reports: unknown[] }).reports.length;
    expect(await reportsFor(supervisor)).toBe(0);
    const clerk = await signedIn('clerk');
    expect(await seen(await verify(clerk, REGISTERED))).toEqual(await seen(await verify(clerk, ABSENT)));
  });

  test('a verifier is told that it was not found or is not public', async () => {
    const [found] = await lookUpAndJudge({ url: ledger.service.url }, { sha256: REGISTERED }, {} as never, nodeSha256);
    expect(found!.report.verdict).toBe('NOT_FOUND');
    expect(found!.report.steps.map(({ code }) => code)).toContain('not-found-or-not-public');
  });
});

describe('a record that was published', () => {
  beforeEach(() => start());
  const change = (browser: Browser, what: 'publish' | 'withdraw') => browser.post(`/v1/evidence/${id}/${what}`);

  test('shows strangers its number, time, state and anchor, until it is withdrawn', async () => {
    expect(await itemsFor(REGISTERED)).toEqual([]);
    expect((await change(supervisor, 'publish')).status).toBe(200);
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    const item = { number: 'E-0', receivedAt: time, state: 'registered', anchor: null };
    expect(await itemsFor(REGISTERED.toUpperCase())).toEqual([item]);
    expect(await itemsFor(ABSENT)).toEqual([]);
    expect((await stranger().get(`/v1/evidence/${id}`)).status).toBe(401);
    expect((await change(supervisor, 'withdraw')).status).toBe(200);
    expect(await itemsFor(REGISTERED)).toEqual([]);
  });

  test('is shown as the word of the service, and verified by no look-up', async () => {
    await change(supervisor, 'publish');
    const service = { url: ledger.service.url };
    const problem = { code: 'sign-in-required', status: 200, records: [{ number: 'E-0' }] };
    await expect(findEvidence(service, { sha256: REGISTERED }).next()).rejects.toMatchObject(problem);
    const [found] = await lookUpAndJudge(service, { sha256: REGISTERED }, {} as never, nodeSha256);
    expect([found!.number, found!.report.verdict]).toEqual(['E-0', 'INDETERMINATE']);
    expect(found!.report.steps.map(({ code }) => code)).toContain('receipt-not-public');
  });

  test('is hidden again while a restore is not confirmed', async () => {
    await change(supervisor, 'publish');
    await ledger.people.change(() => ({ event: 'restored', by: 'host' }));
    expect(await itemsFor(REGISTERED)).toEqual([]);
  });

  test('is published by a supervisor of its organisation', async () => {
    for (const name of ['handler', 'clerk', 'auditor', 'admin'] as const) {
      expect([name, (await change(await signedIn(name), 'publish')).status]).toEqual([name, 403]);
    }
    expect(await itemsFor(REGISTERED)).toEqual([]);
  });
});

test('with public look-ups strangers find every record by its digest', async () => {
  await start({ isLookupPublic: true });
  expect(await itemsFor(REGISTERED)).toMatchObject([{ number: 'E-0', state: 'registered' }]);
  expect(await (await look(REGISTERED)).text()).not.toMatch(/secret|浙01|size/);
  expect(await itemsFor(ABSENT)).toEqual([]);
});

describe('guessing digests', () => {
  test.each([
    ['looked up', (sha256: string) => look(sha256)],
    ['verified', (sha256: string) => stranger().post('/v1/verify', { digests: { sha256 } })],
  ])('%s: an address is slowed down, and no answer differs by what is registered', async (_, ask) => {
    await start({ requestsPerSecond: 1 });
    const answers: Response[] = [];
    for (let i = 0; i < 40; i++) answers.push(await ask(i % 2 === 0 ? REGISTERED : ABSENT));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    for (const answer of refused) {
      expect([await codeOf(answer), Number(answer.headers.get('retry-after'))]).toEqual([
        'too-many-requests',
        expect.toSatisfy((seconds: number) => seconds >= 0 && seconds <= 10),
      ]);
    }
    const others = answers.filter(({ status }) => status !== 429);
    expect(others.length).toBeGreaterThan(0);
    const bodies = new Set(await Promise.all(others.map(async (answer) => `${answer.status} ${await answer.text()}`)));
    expect(bodies.size).toBe(1);
  });
});

test.each(['/trust.json', '/rotations.json', '/log/checkpoint', '/v1/anchors', '/healthz', '/readyz', '/verify'])(
  '%s asks strangers for no sign-in',
  async (path) => {
    await start();
    expect((await stranger().get(path)).status).not.toBe(401);
  },
);
