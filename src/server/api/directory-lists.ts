import * as z from 'zod';
import { type Directory, isOpen } from '../../people/directory.ts';
import { type CaseFile, ORGANISATION_KINDS, ROLES } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { callerOf } from '../access/authorize.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';
import { may, type Principal } from '../../people/rights.ts';

/** What the directory holds, as far as the caller may know it. */

const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const text = z.string().nullable();
const time = z.iso.datetime({ precision: 3 }).nullable();
const listOf = (item: z.ZodObject) => z.strictObject({ items: z.array(item) });

const Organisation = z
  .strictObject({ id: z.string(), kind: z.enum(ORGANISATION_KINDS), name: text, isClosed: z.boolean() })
  .meta({ id: 'Organisation', description: 'An office that takes part in the ledger.' });
const Person = z
  .strictObject({
    id: z.string(),
    organisation: z.string(),
    roles: z.array(z.enum(ROLES)),
    name: text,
    signInName: text,
    contact: text,
    hasLeft: z.boolean(),
    hasPassword: z.boolean(),
    passkeys: z.number().int(),
    identities: z
      .array(z.strictObject({ id: z.string(), issuer: z.string(), subject: text }))
      .describe('accounts of providers; for administrators alone'),
  })
  .meta({ id: 'Person', description: 'A person with an account.' });
const ApiKey = z
  .strictObject({
    id: z.string(),
    person: z.string(),
    role: z.enum(ROLES),
    label: text,
    createdAt: time,
    until: time,
    isRevoked: z.boolean(),
  })
  .meta({ id: 'ApiKey', description: 'A key for programs, without its secret.' });
const Grant = z.strictObject({
  id: z.string(),
  organisation: z.string(),
  right: z.enum(['look', 'custody']),
  until: time,
  basis: text,
  isOpen: z.boolean(),
});
const Case = z
  .strictObject({
    id: z.string(),
    number: text,
    organisation: z.string(),
    assigned: z.array(z.string()),
    grants: z.array(Grant),
  })
  .meta({ id: 'Case', description: 'A case of an organisation, and who works on it.' });

/** The owner sees all of a case; an office that it is granted to, its own grants and persons. */
function visiblePart(directory: Directory, caller: Principal, file: CaseFile): CaseFile {
  if (caller.kind !== 'person') return file;
  const own = directory.person(caller.person)?.organisation;
  if (file.organisation === own) return file;
  return {
    ...file,
    assigned: file.assigned.filter((id) => directory.person(id)?.organisation === own),
    grants: file.grants.filter(({ organisation }) => organisation === own),
  };
}

const isoOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
const json = (value: object) => value as unknown as Json;

export default [
  define(
    {
      method: 'get',
      path: '/v1/organisations',
      id: 'listOrganisations',
      tag: 'people',
      act: 'list-organisations',
      summary: 'The organisations',
      rate: RATES.read,
      answers: {
        200: jsonAnswer('all of them', listOf(Organisation), {
          items: [{ id: ID, kind: 'court', name: '人民法院', isClosed: false }],
        }),
      },
    },
    ({ people: { directory } }) =>
      (_request, response) => {
        const items = directory.organisations().map(({ name = null, ...rest }) => ({ ...rest, name }));
        response.setHeader('Cache-Control', 'no-store').json(json({ items }));
      },
  ),
  define(
    {
      method: 'get',
      path: '/v1/people',
      id: 'listPeople',
      tag: 'people',
      act: 'list-colleagues',
      summary: 'The persons: all for administrators, those of the own organisation for supervisors',
      rate: RATES.read,
      answers: {
        200: jsonAnswer('those that the caller may know', listOf(Person), {
          items: [
            {
              id: ID,
              organisation: ID,
              roles: ['handler'],
              name: '承办人',
              signInName: 'chengban',
              contact: null,
              hasLeft: false,
              hasPassword: true,
              passkeys: 0,
              identities: [],
            },
          ],
        }),
      },
    },
    (parts) => (_request, response) => {
      const { directory } = parts.people;
      const caller = callerOf(response);
      const isAdmin = may(directory, caller, 'manage-people', undefined, parts.clock()) === 'yes';
      const own = caller.kind === 'person' ? directory.person(caller.person)?.organisation : undefined;
      const items = directory
        .persons()
        .filter(({ organisation }) => isAdmin || organisation === own)
        .map(({ id, organisation, roles, name = null, signInName = null, contact = null, hasLeft, ...account }) => ({
          id,
          organisation,
          roles,
          name,
          signInName,
          contact,
          hasLeft,
          hasPassword: account.passwordHash !== undefined,
          passkeys: account.passkeys.length,
          identities: isAdmin ? account.identities.map(({ subject = null, ...rest }) => ({ ...rest, subject })) : [],
        }));
      response.setHeader('Cache-Control', 'no-store').json(json({ items }));
    },
  ),
  define(
    {
      method: 'get',
      path: '/v1/people/{id}/api-keys',
      id: 'listApiKeys',
      tag: 'people',
      act: 'manage-people',
      summary: 'The API keys of a person, without their secrets',
      rate: RATES.read,
      parameters: { path: z.object({ id: z.string().describe('id of the person') }) },
      answers: {
        200: jsonAnswer('all of them', listOf(ApiKey), {
          items: [
            {
              id: ID,
              person: ID,
              role: 'handler',
              label: 'scanner',
              createdAt: '2026-03-01T08:00:00.000Z',
              until: '2027-01-01T00:00:00.000Z',
              isRevoked: false,
            },
          ],
        }),
      },
      problems: ['person-unknown'],
    },
    ({ people: { directory } }) =>
      (request, response) => {
        const person = String(request.params['id']);
        if (directory.person(person) === undefined) throw new PeopleError('person-unknown', { id: person });
        const items = directory.apiKeysOf(person).map((key) => ({
          id: key.id,
          person: key.person,
          role: key.role,
          label: key.label ?? null,
          createdAt: isoOf(key.createdMs),
          until: isoOf(key.untilMs),
          isRevoked: key.isRevoked,
        }));
        response.setHeader('Cache-Control', 'no-store').json(json({ items }));
      },
  ),
  define(
    {
      method: 'get',
      path: '/v1/cases',
      id: 'listCases',
      tag: 'people',
      act: 'search',
      summary: 'The cases that the caller works on',
      description: 'Of a case that was granted: the grants to the own organisation and its persons alone.',
      rate: RATES.read,
      answers: {
        200: jsonAnswer('those that the caller may look at', listOf(Case), {
          items: [{ id: ID, number: '（2026）浙01刑初123号', organisation: ID, assigned: [ID], grants: [] }],
        }),
      },
    },
    (parts) => (_request, response) => {
      const { directory } = parts.people;
      const nowMs = parts.clock();
      const caller = callerOf(response);
      const items = directory
        .cases()
        .filter((file) => may(directory, caller, 'look-at-case', { case: file }, nowMs) === 'yes')
        .map((file) => visiblePart(directory, caller, file))
        .map(({ id, number = null, organisation, assigned, grants }) => ({
          id,
          number,
          organisation,
          assigned,
          grants: grants.map((grant) => ({
            id: grant.id,
            organisation: grant.organisation,
            right: grant.right,
            until: isoOf(grant.untilMs),
            basis: grant.basis ?? null,
            isOpen: isOpen(grant, nowMs),
          })),
        }));
      response.setHeader('Cache-Control', 'no-store').json(json({ items }));
    },
  ),
];
