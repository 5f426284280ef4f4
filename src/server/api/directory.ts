import * as z from 'zod';
import { RECORDS_PATH } from '../../kinds/paths.ts';
import { CASE_RIGHTS, ORGANISATION_KINDS, ROLES } from '../../people/persons.ts';
import { PeopleError } from '../../text/people-error.ts';
import { newApiKey, StatedKey, StatedTime as time } from '../access/new-api-key.ts';
import { command, ID } from '../directory-command.ts';
import type { ServerParts } from '../operation.ts';

/**
 * Every change of the directory: what is asked for, by whom it may be, and the event that it
 * becomes. A new command is one entry of `COMMANDS`.
 */

const name = z.string().trim().min(1).max(200);
const uuid = z.uuid();
const roles = z.array(z.enum(ROLES)).min(1).max(ROLES.length);
const nothing = z.strictObject({});
const Identity = z.strictObject({ issuer: z.url().max(1024), subject: name });
const IDENTITY = { issuer: 'https://sign-in.example', subject: 'chengban' };
const LINK = z.object({ link: z.string().describe('a token to set the password with, good once') });

const COMMANDS = [
  command({
    path: '/v1/organisations',
    id: 'addOrganisation',
    act: 'manage-organisations',
    summary: 'Add an organisation',
    body: z.strictObject({ kind: z.enum(ORGANISATION_KINDS), name }),
    example: { kind: 'court', name: '人民法院' },
    make: ({ body: { kind, name: given }, by, newId }) => ({
      event: { event: 'organisation-added', by, organisation: newId, kind, personal: { name: given } },
    }),
  }),
  command({
    path: '/v1/organisations/{id}/rename',
    id: 'renameOrganisation',
    act: 'manage-organisations',
    summary: 'Rename an organisation; records keep the name of their time',
    body: z.strictObject({ name }),
    example: { name: '人民法院' },
    make: ({ body, by, id }) => ({
      event: { event: 'organisation-renamed', by, organisation: id, personal: { name: body.name } },
    }),
  }),
  command({
    path: '/v1/organisations/{id}/close',
    id: 'closeOrganisation',
    act: 'manage-organisations',
    summary: 'Close an organisation without persons',
    body: nothing,
    example: {},
    make: ({ by, id }) => ({ event: { event: 'organisation-closed', by, organisation: id } }),
  }),
  command({
    path: '/v1/people',
    id: 'addPerson',
    act: 'manage-people',
    summary: 'Add a person; the answer holds a one-time link to set the password with',
    body: z.strictObject({ organisation: uuid, roles, signInName: name, name, contact: name.optional() }),
    example: { organisation: ID, roles: ['handler'], signInName: 'chengban', name: '承办人' },
    answer: LINK,
    answerExample: { link: 'A'.repeat(43) },
    make: ({ parts, body: { organisation, roles: given, ...personal }, by, newId }) => ({
      event: { event: 'person-added', by, person: newId, organisation, roles: given, personal },
      answer: async () => ({ link: await parts.sessions.makeLink(newId) }),
    }),
  }),
  command({
    path: '/v1/people/{id}/rename',
    id: 'renamePerson',
    act: 'manage-people',
    summary: 'Change the names of a person',
    body: z.strictObject({ signInName: name, name, contact: name.optional() }),
    example: { signInName: 'chengban', name: '承办人' },
    make: ({ body: personal, by, id }) => ({ event: { event: 'person-renamed', by, person: id, personal } }),
  }),
  command({
    path: '/v1/people/{id}/roles',
    id: 'changeRoles',
    act: 'manage-people',
    summary: 'Change the roles of a person; API keys of a role that is taken away are revoked',
    body: z.strictObject({ roles }),
    example: { roles: ['supervisor'] },
    make: ({ body, by, id }) => ({ event: { event: 'roles-changed', by, person: id, roles: body.roles } }),
  }),
  command({
    path: '/v1/people/{id}/move',
    id: 'movePerson',
    act: 'manage-people',
    summary: 'Move a person to another organisation; assignments, sessions and API keys end',
    body: z.strictObject({ organisation: uuid, roles }),
    example: { organisation: ID, roles: ['handler'] },
    make: ({ body, by, id }) => ({ event: { event: 'person-moved', by, person: id, ...body } }),
  }),
  command({
    path: '/v1/people/{id}/leave',
    id: 'endPerson',
    act: 'manage-people',
    summary: 'A person leaves: sessions, keys and assignments end, cases go to the successor',
    body: z.strictObject({ successor: uuid.optional() }),
    example: { successor: ID },
    make: ({ body, by, id }) => ({ event: { event: 'person-left', by, person: id, ...body } }),
  }),
  command({
    path: '/v1/people/{id}/reset',
    id: 'resetPerson',
    act: 'manage-people',
    summary:
      'Take password, passkeys, API keys and known devices from a person; the answer holds a one-time link to begin again. Accounts of providers stay bound',
    body: nothing,
    example: {},
    answer: LINK,
    answerExample: { link: 'A'.repeat(43) },
    make: ({ parts, by, id }) => ({
      event: { event: 'person-reset', by, person: id },
      answer: async () => ({ link: await parts.sessions.makeLink(id) }),
    }),
  }),
  command({
    path: '/v1/people/{id}/bind',
    id: 'bindIdentity',
    act: 'manage-people',
    summary: 'Bind the account of a provider to a person, who signs in there from then on',
    body: Identity,
    example: IDENTITY,
    make: ({ body: { issuer, subject }, by, id, newId }) => ({
      event: { event: 'identity-bound', by, person: id, identity: newId, issuer, personal: { subject } },
    }),
  }),
  command({
    path: '/v1/people/{id}/unbind',
    id: 'unbindIdentity',
    act: 'manage-people',
    summary: 'Unbind the account of a provider; all sessions of the person end',
    body: z.strictObject({ identity: uuid }),
    example: { identity: ID },
    make: ({ body: { identity }, by, id }) => ({
      event: { event: 'identity-unbound', by, person: id, identity },
    }),
  }),
  command({
    path: '/v1/api-keys',
    id: 'addApiKey',
    act: 'manage-people',
    summary: 'Make an API key of a person; it is shown once',
    body: StatedKey.extend({ person: uuid }),
    example: { person: ID, role: 'handler', label: 'scanner', until: '2027-01-01T00:00:00.000Z' },
    answer: z.object({ key: z.string().describe('`evk_…`, for `Authorization: Bearer`') }),
    answerExample: { key: `evk_${'0'.repeat(32)}_${'A'.repeat(43)}` },
    make: ({ parts, body, by, newId }) => {
      if (parts.people.directory.isRestored()) throw new PeopleError('restore-unconfirmed');
      const { event, key } = newApiKey(parts, { id: newId, by, ...body });
      return { event, answer: async () => ({ key }) };
    },
  }),
  command({
    path: '/v1/api-keys/{id}/revoke',
    id: 'revokeApiKey',
    act: 'manage-people',
    summary: 'Revoke an API key; it is void at once',
    body: nothing,
    example: {},
    make: ({ by, id }) => ({ event: { event: 'api-key-revoked', by, key: id } }),
  }),
  command({
    path: '/v1/cases/{id}/assign',
    id: 'assignCase',
    act: 'assign',
    object: 'case',
    summary: 'Assign a person to a case',
    body: z.strictObject({ person: uuid }),
    example: { person: ID },
    make: ({ body, by, id }) => ({ event: { event: 'case-assigned', by, case: id, person: body.person } }),
  }),
  command({
    path: '/v1/cases/{id}/unassign',
    id: 'unassignCase',
    act: 'assign',
    object: 'case',
    summary: 'Take a person from a case',
    body: z.strictObject({ person: uuid }),
    example: { person: ID },
    make: ({ body, by, id }) => ({ event: { event: 'case-unassigned', by, case: id, person: body.person } }),
  }),
  command({
    path: '/v1/cases/{id}/grants',
    id: 'grantCase',
    act: 'grant',
    object: 'case',
    summary: 'Grant a case to another organisation',
    body: z.strictObject({ organisation: uuid, right: z.enum(CASE_RIGHTS), until: time.optional(), basis: name }),
    example: { organisation: ID, right: 'look', basis: '（2026）移送12号' },
    make: ({ body: { basis, ...grant }, by, id, newId }) => ({
      event: { event: 'case-granted', by, grant: newId, case: id, ...grant, personal: { basis } },
    }),
  }),
  command({
    path: `${RECORDS_PATH}/{id}/grants`,
    id: 'grantRecord',
    act: 'grant',
    object: 'record',
    summary: 'Grant a record to a party to the proceedings, until a date',
    body: z.strictObject({ signInName: name, until: time, basis: name }),
    example: { signInName: 'lawyer', until: '2027-01-01T00:00:00Z', basis: '（2026）阅卷12号' },
    make: ({ parts, body: { signInName, until, basis }, by, id, newId }) => ({
      event: {
        event: 'record-granted',
        by,
        grant: newId,
        record: id.toLowerCase(),
        person: partyNamed(parts, signInName),
        until,
        personal: { basis },
      },
    }),
  }),
  command({
    path: '/v1/grants/{id}/end',
    id: 'endGrant',
    act: 'grant',
    object: 'grant',
    summary: 'End a grant; it is closed at once',
    body: nothing,
    example: {},
    make: ({ by, id }) => ({ event: { event: 'grant-ended', by, grant: id } }),
  }),
  command({
    path: `${RECORDS_PATH}/{id}/publish`,
    id: 'publishRecord',
    act: 'publish',
    object: 'record',
    summary: 'Let strangers who know its digest learn that a record exists, when it was made, and its anchor',
    body: nothing,
    example: {},
    make: ({ by, id }) => ({ event: { event: 'record-published', by, record: id.toLowerCase() } }),
  }),
  command({
    path: `${RECORDS_PATH}/{id}/withdraw`,
    id: 'withdrawRecord',
    act: 'publish',
    object: 'record',
    summary: 'End the publication of a record: strangers find it no more',
    body: nothing,
    example: {},
    make: ({ by, id }) => ({ event: { event: 'record-withdrawn', by, record: id.toLowerCase() } }),
  }),
  command({
    path: '/v1/restore/confirm',
    id: 'confirmRestore',
    act: 'confirm-restore',
    summary: 'Confirm the directory of a restored ledger: persons sign in and grants hold again',
    body: nothing,
    example: {},
    make: ({ by }) => ({ event: { event: 'restore-confirmed', by } }),
  }),
] as const;

export default COMMANDS;

/** Throws `person-unknown`, the same for those who are no party. */
function partyNamed({ people: { directory } }: ServerParts, signInName: string): string {
  const person = directory.personBySignInName(signInName);
  if (person?.roles.includes('party') !== true) throw new PeopleError('person-unknown', { id: signInName });
  return person.id;
}
