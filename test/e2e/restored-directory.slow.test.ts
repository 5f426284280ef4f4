import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, codeOf } from '../server/people-service.ts';
import { Service, Workplace } from './program.ts';

/** A real backup, made before a key was revoked and a grant ended, and restored afterwards. */

const PASSWORD = 'several unrelated words';
const NUMBER = '（2026）浙01刑初123号';
const UNTIL = new Date(Date.now() + 3_600_000).toISOString();

const workplace = new Workplace();
const service = new Service(workplace);
const data = join(workplace.dir, 'data');
const backup = join(workplace.dir, 'backup');
beforeAll(() => service.start());
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

const browser = () => new Browser(service.url);
const hostToken = () => readFileSync(join(data, 'host.token'), 'utf8').trim();

interface Made {
  readonly id: string;
  readonly link: string;
  readonly key: string;
}

async function done(answer: Promise<Response>): Promise<Made> {
  const { status, body } = await answer.then(async (given) => ({ status: given.status, body: await given.text() }));
  expect([status, body]).toEqual([200, expect.any(String)]);
  return JSON.parse(body) as Made;
}

const byHost = (path: string, body: object) =>
  done(browser().post(path, body, { authorization: `Bearer ${hostToken()}` }));
const withKey = (key: string, path = `/v1/evidence?case=${encodeURIComponent(NUMBER)}`) =>
  browser().call('GET', path, undefined, { authorization: `Bearer ${key}` });

async function signedIn(link: string): Promise<Browser> {
  const own = browser();
  expect((await own.post('/v1/one-time-link/use', { token: link, password: PASSWORD })).status).toBe(204);
  return own;
}

const signIn = (own: Browser, name: string) => own.post('/v1/session', { name, password: PASSWORD });
const seen = async (own: Browser) =>
  ((await (await own.get(`/v1/evidence?case=${encodeURIComponent(NUMBER)}`)).json()) as { items?: unknown[] }).items
    ?.length;

test('a restore brings back no revoked key and no ended grant until an administrator has confirmed it', async () => {
  const office = await byHost('/v1/organisations', { kind: 'procuratorate', name: 'office' });
  const court = await byHost('/v1/organisations', { kind: 'court', name: 'court' });
  const add = (name: string, organisation: string, role: string) =>
    byHost('/v1/people', { organisation, roles: [role], signInName: name, name });
  const admin = await add('admin', office.id, 'admin');
  const handler = await add('handler', office.id, 'handler');
  const supervisor = await signedIn((await add('supervisor', office.id, 'supervisor')).link);
  const clerk = await signedIn((await add('clerk', court.id, 'court')).link);
  await signedIn(admin.link);
  const newKey = () => byHost('/v1/api-keys', { person: handler.id, role: 'handler', label: 'key', until: UNTIL });
  const [kept, revoked] = [await newKey(), await newKey()];
  const registration = { case: { number: NUMBER }, file: { name: 'a', size: 1 }, digests: { sha256: 'ab'.repeat(32) } };
  const registered = await browser().post('/v1/evidence', registration, { authorization: `Bearer ${kept.key}` });
  expect(registered.status).toBe(201);
  const { items } = (await (await supervisor.get('/v1/cases')).json()) as { items: { id: string }[] };
  const grant = await done(
    supervisor.post(`/v1/cases/${items[0]!.id}/grants`, { organisation: court.id, right: 'look', basis: 'x' }),
  );
  expect(await seen(clerk)).toBe(1);

  expect((await workplace.run(['backup', backup, '--with-keys'])).exit).toBe(0);
  await byHost(`/v1/api-keys/${revoked.id}/revoke`, {});
  await done(supervisor.post(`/v1/grants/${grant.id}/end`, {}));
  expect([(await withKey(revoked.key)).status, await seen(clerk)]).toEqual([401, 0]);
  await service.stop();
  renameSync(data, join(workplace.dir, 'former'));
  const restored = await workplace.run(['restore', backup]);
  expect([restored.exit, restored.stderr]).toEqual([0, expect.any(String)]);
  await service.start();

  for (const { key } of [kept, revoked]) expect((await withKey(key)).status).toBe(401);
  expect((await clerk.get('/v1/account')).status).toBe(401);
  expect(await codeOf(await signIn(browser(), 'clerk'))).toBe('sign-in-failed');
  const confirming = browser();
  expect((await signIn(confirming, 'admin')).status).toBe(200);
  expect((await confirming.post('/v1/restore/confirm')).status).toBe(200);
  expect((await signIn(clerk, 'clerk')).status).toBe(200);
  // the backup knows nothing of its end: what the administrator has to look at before confirming
  expect(await seen(clerk)).toBe(1);
  // keys are void for good: what was revoked after the backup is not known any more
  for (const { key } of [kept, revoked]) expect((await withKey(key)).status).toBe(401);
  rmSync(join(workplace.dir, 'former'), { recursive: true });
}, 120_000);
