import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readProviders } from '../../src/compose/sign-in-providers.ts';
import { hasPosix } from '../availability.ts';

const dir = mkdtempSync(join(tmpdir(), 'evl-providers-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, 'providers.json');
writeFileSync(join(dir, 'office.secret'), 'the secret\n', { mode: 0o600 });

const PROVIDER = {
  id: 'office',
  name: '统一身份认证',
  issuer: 'https://sign-in.example/realm',
  clientId: 'evl',
  secretFile: 'office.secret',
};

function read(stated: unknown) {
  writeFileSync(file, JSON.stringify(stated));
  return readProviders(file);
}

test('providers are read with their secrets, from files next to the list', () => {
  const { secretFile: _, ...rest } = PROVIDER;
  expect(read([PROVIDER])).toEqual([{ ...rest, clientSecret: 'the secret', algorithm: 'RS256' }]);
  expect(readProviders(undefined)).toEqual([]);
});

test.each([
  ['no list', {}],
  ['an unknown member', [{ ...PROVIDER, roles: 'roles' }]],
  ['a missing member', [{ ...PROVIDER, clientId: undefined }]],
  ['plain http', [{ ...PROVIDER, issuer: 'http://sign-in.example' }]],
  ['a password in the address', [{ ...PROVIDER, issuer: 'https://a:b@sign-in.example' }]],
  ['an id that is no part of an address', [{ ...PROVIDER, id: '../x' }]],
  ['no signature', [{ ...PROVIDER, algorithm: 'none' }]],
  ['a symmetric signature', [{ ...PROVIDER, algorithm: 'HS256' }]],
  ['one id twice', [PROVIDER, { ...PROVIDER, issuer: 'https://other.example' }]],
  ['one issuer twice', [PROVIDER, { ...PROVIDER, id: 'other' }]],
])('%s is refused', (_, stated) => {
  expect(() => read(stated)).toThrow(expect.objectContaining({ code: 'providers-wrong' }));
});

test.runIf(hasPosix)('a secret that others can read is refused', () => {
  chmodSync(join(dir, 'office.secret'), 0o644);
  expect(() => read([PROVIDER])).toThrow(expect.objectContaining({ code: expect.stringMatching(/^key-/) }));
  chmodSync(join(dir, 'office.secret'), 0o600);
});
