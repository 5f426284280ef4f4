import { afterEach, beforeEach, expect, test } from 'vitest';
import { UploadTokens } from '../../src/server/upload-tokens.ts';
import { idOf } from '../people/events.ts';
import { Browser, codeOf, type PeopleService, random, startPeopleService } from './people-service.ts';

/** Registrations of persons: uploads are of who made them, and records alone open cases. */

let ledger: PeopleService;
let uploads: UploadTokens;
beforeEach(async () => {
  uploads = new UploadTokens(random(32), Date.now);
  ledger = await startPeopleService(undefined, { uploads });
});
afterEach(() => ledger[Symbol.asyncDispose]());

async function signedIn(name: string): Promise<Browser> {
  const token = await ledger.sessions.makeLink(idOf(name));
  const own = new Browser(ledger.service.url);
  await own.post('/v1/one-time-link/use', { token, password: 'several unrelated words' });
  return own;
}

const registration = (number: string, more: object = {}) => ({
  case: { number, asIs: true },
  file: { name: 'a', size: 1 },
  digests: { sha256: 'ab'.repeat(32) },
  ...more,
});

test('an upload token is good for who uploaded, and unknown to others', async () => {
  const [handler, officer] = [await signedIn('handler'), await signedIn('officer')];
  const digests = { sha256: 'ab'.repeat(32), sm3: 'cd'.repeat(32) };
  const uploadToken = uploads.issue({ ...digests, size: 1 }, { principal: idOf('handler') });
  const stated = registration('c1', { digests, uploadToken });
  expect(await codeOf(await officer.post('/v1/evidence', stated))).toBe('upload-unknown');
  expect((await handler.post('/v1/evidence', stated)).status).toBe(201);
});

test('a registration that is refused opens no case; one that is repeated opens it once', async () => {
  const handler = await signedIn('handler');
  const register = (number: string) => handler.post('/v1/evidence', registration(number), { 'idempotency-key': 'key' });
  const opened = () =>
    ledger.people.directory
      .cases()
      .map(({ number }) => number)
      .slice(1);
  expect((await register('c1')).status).toBe(201);
  expect(await codeOf(await register('c2'))).toBe('idempotency-conflict');
  expect((await register('c1')).ok).toBe(true);
  expect(opened()).toEqual(['c1']);
});
