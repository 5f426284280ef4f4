import { expect, test } from 'vitest';
import { PeopleError } from '../../src/text/people-error.ts';
import common from '../../src/server/access/common-passwords.json' with { type: 'json' };
import { Passwords } from '../../src/server/access/password.ts';
import { Slots } from '../../src/http/slots.ts';
import { random } from './people-service.ts';

const passwords = new Passwords(
  random,
  new Slots({ atOnce: 2, waiting: 4, refusal: () => new PeopleError('sign-in-busy') }),
);

test('the list holds far more than 3,000 passwords that the policy would take', () => {
  expect(new Set(common.passwords).size).toBe(common.passwords.length);
  expect(common.passwords.filter((each) => Array.from(each).length >= 12).length).toBeGreaterThan(10_000);
});

test.each([
  '1qaz2wsx3edc4rfv',
  '1QAZ2wsx3edc4RFV',
  'qwertyqwerty',
  '123456789123456789',
  'aaaaaaaaaaaa',
  'ababababababab',
  '112233112233112233',
])('%s is refused before it is hashed', async (password) => {
  const before = passwords.hashed;
  await expect(passwords.hash(password)).rejects.toThrow(expect.objectContaining({ code: 'password-common' }));
  expect(passwords.hashed).toBe(before);
});

test.each(['several unrelated words', '几个不相干的词语组成一句话吧', 'Zx9!kq0#Lm2$'])(
  '%s is taken',
  async (password) => {
    const phc = await passwords.hash(password);
    expect(await passwords.fits(password, phc)).toBe(true);
    expect(await passwords.fits(`${password} `, phc)).toBe(false);
    expect(await passwords.fits(password.toUpperCase(), phc)).toBe(password === password.toUpperCase());
  },
);
