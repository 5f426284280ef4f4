import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, test } from 'vitest';
import { MIN_PASSWORD_CHARACTERS, Passwords } from '../../src/server/access/password.ts';
import { PeopleError } from '../../src/text/people-error.ts';
import { Slots } from '../../src/http/slots.ts';
import { officeStory } from '../people/events.ts';
import { Browser, codeOf, random, startPeopleService } from './people-service.ts';

const passwords = new Passwords(
  random,
  new Slots({ atOnce: 2, waiting: 4, refusal: () => new PeopleError('sign-in-busy') }),
);
const refusal = async (password: string, about: readonly string[] = []) =>
  passwords.hash(password, about).then(
    () => undefined,
    ({ code }: { readonly code: string }) => code,
  );

test('every stolen password of the list that is long enough is refused, in capitals or not, and none is hashed', async () => {
  const stolen = dictionary['passwords-common'];
  expect(stolen.length).toBeGreaterThan(49_000);
  const long = stolen.filter((each) => each.length >= MIN_PASSWORD_CHARACTERS);
  expect(long.length).toBeGreaterThan(300);
  const before = passwords.hashed;
  const taken: string[] = [];
  for (const each of long) {
    for (const spelled of [each, each.toUpperCase()]) {
      if ((await refusal(spelled)) !== 'password-common') taken.push(spelled);
    }
  }
  expect(taken).toEqual([]);
  expect(passwords.hashed).toBe(before);
});

test.each([
  '1QAZ2wsx3edc4RFV',
  'qwertyqwerty',
  'qwertyuiop123',
  '123456789123456789',
  'aaaaaaaaaaaa',
  'ababababababab',
  '112233112233112233',
  'abcdefghijkl',
  'P@ssw0rd2024!',
  'password1234567',
  'woaini1314520',
  '人民检察院人民检察院人民检察院',
  'p@$$w0rd'.repeat(16),
])('%s is refused', async (password) => {
  expect(await refusal(password)).toBe('password-common');
});

test.each([
  ['chengban20260101', ['chengban']],
  ['zhangxiaoming1988', ['zhangxiaoming']],
  ['Example-Procuratorate', ['example-procuratorate']],
  ['某某市人民检察院张某2026', ['某某市人民检察院', '张某']],
])('%s is refused where these are names of the person or the office: %s', async (password, about) => {
  expect(await refusal(password, about)).toBe('password-common');
  expect(await refusal(password)).toBeUndefined();
});

test('evidence-ledger-2026 is refused: words of the service are tried first', async () => {
  expect(await refusal('evidence-ledger-2026')).toBe('password-common');
});

test.each(['several unrelated words', '几个不相干的词语组成一句话吧', 'Zx9!kq0#Lm2$'])(
  '%s is taken',
  async (password) => {
    const phc = await passwords.hash(password, ['clerk', '承办人']);
    expect(await passwords.fits(password, phc)).toBe(true);
    expect(await passwords.fits(`${password} `, phc)).toBe(false);
    expect(await passwords.fits(password.toUpperCase(), phc)).toBe(password === password.toUpperCase());
  },
);

describe('the service asks with the names it knows', () => {
  const FIRST = {
    organisation: { kind: 'procuratorate', name: 'riverside-office' },
    signInName: 'zhangxiaoming',
    name: 'zhangdaming',
  };

  test.each(['riverside-office1', 'zhangxiaoming1988', 'zhangdaming1988'])(
    '%s is refused for the first account that has these names',
    async (password) => {
      await using ledger = await startPeopleService([]);
      const browser = new Browser(ledger.service.url);
      const use = (firstAccount: object) => async () => {
        const token = await ledger.sessions.makeLink(undefined);
        return browser.post('/v1/one-time-link/use', { token, password, firstAccount });
      };
      expect(await codeOf(await use(FIRST)())).toBe('password-common');
      const others = { organisation: { kind: 'court', name: 'court' }, signInName: 'admin', name: 'first' };
      expect((await use(others)()).status).toBe(204);
    },
  );

  test('a link and a change of password refuse the sign-in name of their person', async () => {
    const story = officeStory();
    await using ledger = await startPeopleService(story.events);
    const browser = new Browser(ledger.service.url);
    const person = ledger.people.directory.personBySignInName('clerk')!;
    await ledger.people.change(() => ({
      event: 'person-renamed',
      by: 'host',
      person: person.id,
      personal: { signInName: 'zhangxiaoming', name: 'clerk' },
    }));
    const link = async (password: string) => {
      const token = await ledger.sessions.makeLink(person.id);
      return browser.post('/v1/one-time-link/use', { token, password });
    };
    expect(await codeOf(await link('zhangxiaoming1988'))).toBe('password-common');
    expect((await link('several unrelated words')).status).toBe(204);
    const change = { current: 'several unrelated words', password: 'zhangxiaoming1988' };
    expect(await codeOf(await browser.post('/v1/account/password', change))).toBe('password-common');
  });
});
