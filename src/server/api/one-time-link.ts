import * as z from 'zod';
import { uuidV7 } from '../../kinds/record-id.ts';
import type { Directory } from '../../people/directory.ts';
import { ORGANISATION_KINDS } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';
import { wordsAbout } from '../access/guessable-password.ts';
import { readSmallBody, SMALL_BODY_PROBLEMS } from '../access/json-request.ts';
import { define, jsonAnswer, type ServerParts } from '../operation.ts';
import { RATES } from '../rates.ts';
import { beginSession } from './sign-in.ts';

const token = z.string().min(1).max(100).describe('what the address of the link ends with');
const name = z.string().trim().min(1).max(200);
const LinkToken = z.strictObject({ token });
const LinkUse = z.strictObject({
  token,
  password: z.string().min(1).max(512),
  firstAccount: z
    .strictObject({
      organisation: z.strictObject({ kind: z.enum(ORGANISATION_KINDS), name }),
      signInName: name,
      name,
    })
    .optional()
    .describe('for the first account: the organisation that runs the ledger, and its first administrator'),
});
const Link = z
  .strictObject({ purpose: z.enum(['first-account', 'password']), signInName: z.string().nullable() })
  .meta({ id: 'OneTimeLink', description: 'What a one-time link is for.' });

export default [
  define(
    {
      method: 'post',
      path: '/v1/one-time-link/look',
      id: 'lookAtLink',
      tag: 'people',
      act: 'public',
      summary: 'What a one-time link is for; it stays good',
      rate: RATES.signIn,
      body: { mediaType: 'application/json', schema: LinkToken, example: { token: 'A'.repeat(43) } },
      answers: {
        200: jsonAnswer('the purpose', Link, { purpose: 'password', signInName: 'chengban' }),
      },
      problems: [...SMALL_BODY_PROBLEMS, 'link-invalid'],
    },
    (parts) => async (request, response) => {
      const link = parts.sessions.link((await readSmallBody(parts, request, LinkToken)).token);
      if (link === undefined) throw new PeopleError('link-invalid');
      const { person } = link;
      const purpose = person === undefined ? 'first-account' : 'password';
      const signInName = person === undefined ? undefined : parts.people.directory.person(person)?.signInName;
      response.json({ purpose, signInName: signInName ?? null });
    },
  ),
  define(
    {
      method: 'post',
      path: '/v1/one-time-link/use',
      id: 'useLink',
      tag: 'people',
      act: 'public',
      summary: 'Set a password by a one-time link, or make the first account; signs in',
      description: 'From the first account on, requests need a sign-in or an API key.',
      rate: RATES.signIn,
      body: {
        mediaType: 'application/json',
        schema: LinkUse,
        example: { token: 'A'.repeat(43), password: 'several unrelated words' },
      },
      answers: { 204: { description: 'the password is set, and the session begun', headers: { 'Set-Cookie': 'it' } } },
      problems: [
        ...SMALL_BODY_PROBLEMS,
        'link-invalid',
        'sign-in-ended',
        'sign-in-busy',
        'password-too-short',
        'password-common',
        'password-too-long',
      ],
    },
    (parts) => async (request, response) => {
      const use = await readSmallBody(parts, request, LinkUse);
      const person = await parts.sessions.useLink(use.token, async (link) => {
        const { person: of } = link;
        const { directory } = parts.people;
        const about = of === undefined ? wordsOfAccount(use.firstAccount) : wordsAbout(directory, of);
        const passwordHash = await parts.passwords.hash(use.password, about);
        if (of === undefined) return addFirstAccount(parts, use.firstAccount, passwordHash);
        await parts.people.change((now) => {
          if (now.person(of)?.sessionsFromMs !== link.sessionsFromMs) throw new PeopleError('link-invalid');
          return { event: 'password-set', by: of, person: of, personal: { passwordHash } };
        });
        return of;
      });
      await beginSession(parts, request, response, parts.people.directory.person(person)!);
      response.status(204).end();
    },
  ),
];

type FirstAccount = z.infer<typeof LinkUse>['firstAccount'];

function wordsOfAccount(account: FirstAccount): readonly string[] {
  return account === undefined ? [] : [account.signInName, account.name, account.organisation.name];
}

async function addFirstAccount(
  { people, clock, random }: ServerParts,
  account: FirstAccount,
  passwordHash: string,
): Promise<string> {
  if (account === undefined) throw new PeopleError('link-invalid');
  const { organisation: stated, signInName, name: shown } = account;
  const newId = () => uuidV7(clock(), random(10));
  const existing = people.directory.organisations().find((each) => each.name === stated.name);
  const organisation = existing?.id ?? newId();
  if (existing === undefined) {
    const { kind } = stated;
    await people.change((directory) => {
      requireNoPeople(directory);
      return { event: 'organisation-added', by: 'host', organisation, kind, personal: { name: stated.name } };
    });
  }
  const person = newId();
  await people.change((directory) => {
    requireNoPeople(directory);
    const personal = { signInName, name: shown, passwordHash };
    return { event: 'person-added', by: 'host', person, organisation, roles: ['admin'], personal };
  });
  return person;
}

/** The link to the first account is void once there is one, also while it is being used. */
function requireNoPeople(directory: Directory): void {
  if (directory.hasPeople()) throw new PeopleError('link-invalid');
}
