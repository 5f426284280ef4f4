import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveAt, urlOf } from '../../src/http/listening.ts';
import { Slots } from '../../src/http/slots.ts';
import { uuidV7 } from '../../src/kinds/record-id.ts';
import { PeopleError } from '../../src/text/people-error.ts';
import { formatApiKey } from '../../src/server/access/credential.ts';
import { Passwords } from '../../src/server/access/password.ts';
import { PasswordSignIn } from '../../src/server/access/sign-in.ts';
import { OPERATIONS } from '../../src/server/operations.ts';
import { idOf } from '../people/events.ts';
import { launchBrowser } from '../web/browser.ts';
import {
  addApiKey,
  type ApiKey,
  Browser,
  codeOf,
  type PeopleService,
  random,
  startPeopleService,
} from './people-service.ts';

/** Attacks on sign-in and rights; those on single tokens and passkeys have files of their own. */

const PASSWORD = 'several unrelated words';

let ledger: PeopleService;
beforeEach(async () => {
  ledger = await startPeopleService();
});
afterEach(() => ledger[Symbol.asyncDispose]());
const browser = () => new Browser(ledger.service.url);

async function signedIn(name: string): Promise<Browser> {
  const own = browser();
  const token = await ledger.sessions.makeLink(idOf(name));
  expect((await own.post('/v1/one-time-link/use', { token, password: PASSWORD })).status).toBe(204);
  return own;
}

function newKey(name: string, role: 'court' | 'handler'): Promise<ApiKey> {
  return addApiKey(ledger.people, name, role, new Date(ledger.nowMs + 60_000).toISOString());
}

describe('members that a caller may not set', () => {
  const commands = OPERATIONS.filter(({ method, body }) => method === 'post' && body?.mediaType === 'application/json');
  const STOLEN = ['id', 'by', 'at', 'event', 'person', 'passwordHash', 'isAdmin', 'hasLeft', 'sessionsFromMs'];

  test('every operation of the directory and of accounts refuses what it does not know', async () => {
    const [admin, supervisor] = [await signedIn('admin'), await signedIn('supervisor')];
    const own = commands.filter(({ tag, isHidden }) => tag === 'people' && isHidden !== true);
    expect(own.length).toBeGreaterThan(20);
    for (const { id, path, body, act } of own) {
      const example = body!.example as Record<string, unknown>;
      for (const member of STOLEN.filter((name) => !Object.hasOwn(example, name))) {
        const by = act === 'assign' || act === 'grant' || act === 'publish' ? supervisor : admin;
        const at = path.replace(
          '{id}',
          act === 'assign' || path.startsWith('/v1/cases') ? idOf('case') : idOf('clerk'),
        );
        const answer = await by.post(at, { ...example, [member]: 'stolen' });
        const code = await codeOf(answer);
        expect([id, member, code]).toEqual([id, member, expect.stringMatching(/^(?:validation-failed|not-found)$/)]);
      }
    }
  });

  test('a registration states no registrant, time, index or state of its own', async () => {
    const { key } = await newKey('handler', 'handler');
    const registration = { file: { name: 'a', size: 1 }, digests: { sha256: 'ab'.repeat(32) } };
    for (const member of [
      'registrant',
      'time',
      'index',
      'seq',
      'status',
      'anchoredAt',
      'organisation',
      'id',
      'number',
    ]) {
      const answer = await browser().post(
        '/v1/evidence',
        { ...registration, [member]: 'stolen' },
        { authorization: `Bearer ${key}` },
      );
      expect([member, await codeOf(answer)]).toEqual([member, 'validation-failed']);
    }
  });
});

test('an API key that is malformed, unknown, revoked, ended or half of another one gets one and the same answer', async () => {
  const [good, revoked, other] = [
    await newKey('clerk', 'court'),
    await newKey('clerk', 'court'),
    await newKey('handler', 'handler'),
  ];
  await ledger.people.change(() => ({ event: 'api-key-revoked', by: 'host', key: revoked.id }));
  const use = async (key: string) => {
    const answer = await browser().call('GET', '/v1/evidence', undefined, { authorization: `Bearer ${key}` });
    return `${answer.status} ${answer.status === 200 ? '' : await answer.text()}`;
  };
  expect(await use(good.key)).toBe('200 ');
  const mixed = `${good.key.slice(0, 37)}${other.key.slice(37)}`;
  const unknown = formatApiKey(uuidV7(ledger.nowMs, random(10)), random(32));
  const wrong = [revoked.key, mixed, unknown, `${good.key}A`, good.key.slice(0, -1), good.key.toUpperCase(), 'evk_'];
  const answers = new Set(await Promise.all(wrong.map(use)));
  ledger.nowMs += 60_000;
  answers.add(await use(good.key));
  expect(answers.size).toBe(1);
  expect([...answers][0]).toMatch(/^401 /);
});

describe('guessing passwords', () => {
  /** The real sign-in on the directory of this ledger; time is simulated. */
  function signIn() {
    let nowMs = 0;
    const passwords = new Passwords(
      random,
      new Slots({ atOnce: 2, waiting: 32, refusal: () => new PeopleError('sign-in-busy') }),
    );
    const checks = new PasswordSignIn(ledger.people.directory, passwords, () => nowMs);
    const attempt = async (name: string, password: string, address: string, knownDeviceOf?: string) =>
      checks.check({ name, password, address, knownDeviceOf }).then(
        () => 'in',
        (error: { readonly code: string }) => error.code,
      );
    return { passwords, attempt, pass: (ms: number) => void (nowMs += ms) };
  }

  test('of 100,000 attempts at one account few are hashed, none succeeds, and its owner gets in', async () => {
    const own = await signedIn('clerk');
    const { passwords, attempt, pass } = signIn();
    const counts: Record<string, number> = {};
    for (let i = 0; i < 100_000; i++) {
      // from 5,000 addresses, ten a second, for almost three hours
      const code = await attempt('clerk', i % 1000 === 999 ? PASSWORD : `guess ${i}`, `10.0.${i % 50}.${i % 100}`);
      counts[code] = (counts[code] ?? 0) + 1;
      pass(100);
    }
    expect(passwords.hashed).toBeLessThan(100);
    expect(counts['in']).toBeUndefined();
    expect(counts['sign-in-paused']).toBeGreaterThan(99_900);
    expect(await attempt('clerk', PASSWORD, '10.0.0.1', idOf('clerk'))).toBe('in');
    expect((await own.get('/v1/account')).status).toBe(200);
  }, 60_000);

  test('of many at once two are hashed at the same time, some wait, and the others are refused', async () => {
    await signedIn('clerk');
    const { passwords, attempt } = signIn();
    const codes = await Promise.all(Array.from({ length: 200 }, (_, i) => attempt(`nobody ${i}`, 'x', `10.1.0.${i}`)));
    expect(codes.filter((code) => code === 'sign-in-failed').length).toBe(34);
    expect(codes.filter((code) => code === 'sign-in-busy').length).toBe(166);
    expect(passwords.hashed).toBe(34);
  });

  test('a name that is unknown, has left or has no password costs one hash, as a wrong password does', async () => {
    await signedIn('clerk');
    await signedIn('lawyer');
    await ledger.people.change(() => ({ event: 'person-left', by: 'host', person: idOf('lawyer') }));
    const { passwords, attempt } = signIn();
    for (const name of ['clerk', 'nobody', 'lawyer', 'handler', '', '\u0000', 'x'.repeat(200)]) {
      const before = passwords.hashed;
      expect([name, await attempt(name, 'wrong', `address of ${name}`)]).toEqual([name, 'sign-in-failed']);
      expect([name, passwords.hashed - before]).toEqual([name, 1]);
    }
  });

  test('one address is paused after its free attempts, whatever names it tries', async () => {
    const { passwords, attempt } = signIn();
    for (let i = 0; i < 200; i++) await attempt(`name ${i}`, 'x', '10.2.0.1');
    expect(passwords.hashed).toBeLessThan(60);
    expect(await attempt('another', 'x', '10.2.0.2')).toBe('sign-in-failed');
  });
});

test('links, sessions and unknown ids answer alike', async () => {
  const answers = new Set<string>();
  for (const token of ['x', 'A'.repeat(43), '../..']) {
    const answer = await browser().post('/v1/one-time-link/look', { token });
    answers.add(`${answer.status} ${await answer.text()}`);
  }
  expect(answers.size).toBe(1);
  const own = await signedIn('clerk');
  const other = await signedIn('handler');
  const { sessions } = (await (await other.get('/v1/account')).json()) as { sessions: { id: string }[] };
  const ends = await Promise.all([sessions[0]!.id, 'ab'.repeat(16)].map((id) => own.post(`/v1/sessions/${id}/end`)));
  const bodies = await Promise.all(ends.map(async (answer) => `${answer.status} ${await answer.text()}`));
  expect(new Set(bodies).size).toBe(1);
});

describe('a session', () => {
  test('that somebody has set before the sign-in is none after it, and the former one ends', async () => {
    const own = await signedIn('clerk');
    const before = own.cookies.get('evl')!;
    await own.post('/v1/session', { name: 'clerk', password: PASSWORD });
    expect(own.cookies.get('evl')).not.toBe(before);
    const thief = browser();
    thief.cookies.set('evl', before);
    expect((await thief.get('/v1/account')).status).toBe(401);
  });

  test('that comes twice is none', async () => {
    const own = await signedIn('clerk');
    const cookie = `evl=${own.cookies.get('evl')}; evl=${'A'.repeat(43)}`;
    const answer = await fetch(`${ledger.service.url}/v1/account`, { headers: { cookie } });
    expect(answer.status).toBe(401);
  });
});

test(
  'pages of other origins can neither change, read nor frame anything in a real browser',
  { timeout: 60_000 },
  async () => {
    const own = await signedIn('admin');
    const elsewhere = await serveAt({ host: '127.0.0.1', port: 0 }, (_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><main>elsewhere</main>');
    });
    const chromium = await launchBrowser();
    try {
      const context = await chromium.newContext();
      const target = ledger.service.url;
      await context.addCookies([{ name: 'evl', value: own.cookies.get('evl')!, url: target }]);
      const page = await context.newPage();
      // another site (localhost is not 127.0.0.1), and the same site at another port
      for (const from of [urlOf(elsewhere).replace('127.0.0.1', 'localhost'), urlOf(elsewhere)]) {
        await page.goto(from);
        const outcome = await page.evaluate(`(async () => {
        const body = JSON.stringify({ kind: 'court', name: 'stolen' });
        const attempts = [
          { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body },
          { method: 'POST', credentials: 'include', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body },
        ];
        for (const init of attempts) await fetch('${target}/v1/organisations', init).catch(() => {});
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action: '${target}/v1/organisations', enctype: 'text/plain', target: 'sink' });
        form.innerHTML = '<input name=\\'{"kind":"court","name":"stolen","x":"\\' value=\\'"}\\'>';
        const sink = Object.assign(document.createElement('iframe'), { name: 'sink' });
        document.body.append(sink, form);
        form.submit();
        await new Promise((resolve) => sink.addEventListener('load', resolve, { once: true }));
        const read = await fetch('${target}/v1/account', { credentials: 'include' }).then(() => 'read', () => 'refused');
        const frame = document.createElement('iframe');
        frame.src = '${target}/';
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
        document.body.append(frame);
        await loaded;
        return read;
      })()`);
        expect([from, outcome]).toEqual([from, 'refused']);
        // what may not be framed is replaced by a page of the browser
        const framed = page.frames().map((frame) => frame.url());
        expect([framed.length, framed.filter((url) => url.startsWith(target))]).toEqual([3, []]);
      }
      expect(ledger.people.directory.organisations().some(({ name }) => name === 'stolen')).toBe(false);
      expect((await own.get('/v1/account')).status).toBe(200);
    } finally {
      await chromium.close();
      elsewhere.closeAllConnections();
      await new Promise((resolve) => elsewhere.close(resolve));
    }
  },
);

test('no answer gives another origin a permission, and no page may be framed', async () => {
  const own = await signedIn('clerk');
  for (const path of ['/', '/v1/account', '/v1/sign-in-ways', '/healthz', '/nothing']) {
    const answer = await own.call('GET', path, undefined, { origin: ledger.service.url });
    const names = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
    expect([path, names]).toEqual([path, []]);
    expect([path, answer.headers.get('content-security-policy')]).toEqual([
      path,
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
  }
});
