import { type Directory, isOpen } from './directory.ts';
import type { CaseFile, Role } from './persons.ts';

/**
 * Who may do what: one table, and the one function that reads it. Nothing else in the project
 * decides on rights.
 */

/** How a person stands to a record or a case. */
type Relation =
  /** The person is assigned to the case. */
  | 'assigned'
  /** The case, or a record without a case, belongs to the person's organisation. */
  | 'own'
  /** The person registered this record, which is of no case. */
  | 'registrant'
  /** The case is granted to the person's organisation. */
  | 'granted'
  /** The record is granted to this person. */
  | 'record-granted';

/** By role, the relations of which one suffices; `any` where the act has no object. */
type Row = Readonly<Partial<Record<Role, readonly Relation[] | 'any'>>>;

const READERS: Row = {
  handler: ['assigned', 'registrant', 'granted'],
  supervisor: ['own', 'registrant', 'granted'],
  court: ['granted'],
  party: ['record-granted'],
};

const EVERYBODY = {
  handler: 'any',
  supervisor: 'any',
  court: 'any',
  auditor: 'any',
  admin: 'any',
  party: 'any',
} as const satisfies Row;

export const RIGHTS = {
  /** Add records to a case, and contents for them. */
  register: { handler: ['own'], supervisor: ['own'] },
  /** Records as far as `look` shows them: listings and look-ups. */
  search: { handler: 'any', supervisor: 'any', court: 'any', party: 'any' },
  /** A record with its sections, its receipt and its certificate. */
  look: READERS,
  /** The content of a record. */
  'read-content': READERS,
  /** Ask for an anchor at once. */
  anchor: { handler: 'any', supervisor: 'any', court: 'any', auditor: 'any' },
  'open-case': { handler: 'any', supervisor: 'any' },
  'look-at-case': READERS,
  assign: { supervisor: ['own', 'granted'] },
  grant: { supervisor: ['own'] },
  publish: { supervisor: ['own'] },
  'manage-organisations': { admin: 'any' },
  'manage-people': { admin: 'any' },
  'confirm-restore': { admin: 'any' },
  /** The colleagues of a person: whom to assign. */
  'list-colleagues': { supervisor: 'any', admin: 'any' },
  /** Names of organisations: whom to grant to. */
  'list-organisations': { handler: 'any', supervisor: 'any', court: 'any', auditor: 'any', admin: 'any' },
  'read-directory-events': { auditor: 'any', admin: 'any' },
  'read-access-log': { auditor: 'any' },
  /** Who looked at a case: the entries about it. */
  'read-access-to-case': { supervisor: ['own'] },
  monitor: { admin: 'any', auditor: 'any' },
  /** Sessions, password, passkeys and API keys of oneself. */
  'manage-own-account': EVERYBODY,
  /** Give a program an API key of oneself. */
  'make-own-key': EVERYBODY,
} as const satisfies Readonly<Record<string, Row>>;

export type Act = keyof typeof RIGHTS;

/** Acts that need a sign-in of the last minutes: a session left open does not suffice. */
export const SENSITIVE_ACTS: readonly Act[] = [
  'grant',
  'publish',
  'manage-organisations',
  'manage-people',
  'confirm-restore',
  'make-own-key',
];

/** Who asks. */
export type Principal =
  /** Everybody on this machine, while the ledger has no accounts. */
  | { readonly kind: 'local' }
  | { readonly kind: 'stranger' }
  /** The owner of the data folder, who administers and sees no evidence. */
  | { readonly kind: 'host' }
  /** `roles`: those of the person, or the one role of the API key in use. */
  | { readonly kind: 'person'; readonly person: string; readonly roles: readonly Role[] };

/** What an act is about: a record, a case, or both. */
export interface RightsObject {
  readonly case?: CaseFile | undefined;
  readonly record?: {
    readonly id: string;
    /** The person and the organisation that registered it; undefined for records of before. */
    readonly person: string | undefined;
    readonly organisation: string | undefined;
  };
}

/**
 * The answer: `hidden` is answered as if there were no such object, and `sign-in` where
 * nobody has signed in.
 */
export type Right = 'yes' | 'no' | 'hidden' | 'sign-in';

/** Whether the principal may do it at `nowMs` (Unix milliseconds). */
export function may(
  directory: Directory,
  principal: Principal,
  act: Act,
  object: RightsObject | undefined,
  nowMs: number,
): Right {
  const row: Row = RIGHTS[act];
  if (principal.kind === 'host') return row.admin === undefined ? 'no' : 'yes';
  if (principal.kind === 'local') {
    if (directory.hasPeople()) return 'sign-in';
    // accounts are made by the owner of the folder, not by every program of this machine
    return Object.keys(row).every((role) => role === 'admin') ? 'no' : 'yes';
  }
  if (principal.kind === 'stranger') return 'sign-in';
  const person = directory.person(principal.person);
  if (person === undefined || person.hasLeft) return 'sign-in';
  const roles = principal.roles.filter((role) => person.roles.includes(role));
  if (directory.isRestored() && !roles.includes('admin')) return 'sign-in';
  if (object === undefined) return roles.some((role) => row[role] !== undefined) ? 'yes' : 'no';
  const relations = relationsOf(directory, person.id, person.organisation, object, nowMs);
  const suffices = (needed: Row) =>
    roles.some((role) => {
      const sufficient = needed[role];
      return sufficient === 'any' || sufficient?.some((relation) => relations.includes(relation)) === true;
    });
  if (suffices(row)) return 'yes';
  return suffices(READERS) ? 'no' : 'hidden';
}

function relationsOf(
  directory: Directory,
  person: string,
  organisation: string,
  { case: file, record }: RightsObject,
  nowMs: number,
): Relation[] {
  const isGranted =
    !directory.isRestored() &&
    (file?.grants ?? []).some((grant) => grant.organisation === organisation && isOpen(grant, nowMs));
  const isOwn = file === undefined ? record?.organisation === organisation : file.organisation === organisation;
  const grantsOfRecord = record === undefined ? [] : directory.recordGrantsOf(record.id);
  const isRecordGranted =
    !directory.isRestored() && grantsOfRecord.some((grant) => grant.person === person && isOpen(grant, nowMs));
  const holds: Readonly<Record<Relation, boolean>> = {
    // an assignment outlives neither the person's organisation nor the grant that it rests on
    assigned: (isOwn || isGranted) && file?.assigned.includes(person) === true,
    own: isOwn,
    // of a case sees who works on it: being taken off a case closes what one registered there
    registrant: file === undefined && record?.person === person && isOwn,
    granted: isGranted,
    'record-granted': isRecordGranted,
  };
  return (Object.keys(holds) as Relation[]).filter((relation) => holds[relation]);
}
