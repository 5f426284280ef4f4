import { id, listOf, oneOf, optional, type Parsed, type Parser, sha256Hex, shortText, time } from './fields.ts';
import { CASE_RIGHTS, ORGANISATION_KINDS, ROLES } from './persons.ts';

/**
 * The events of the directory. `open` members are ids and choices; `personal` ones are names,
 * secrets and subjects, of which the event itself holds only a salted hash, so that they can be
 * erased while the chain of events stays whole.
 */
export const EVENTS = {
  'organisation-added': { open: { organisation: id, kind: oneOf(ORGANISATION_KINDS) }, personal: { name: shortText } },
  'organisation-renamed': { open: { organisation: id }, personal: { name: shortText } },
  'organisation-closed': { open: { organisation: id } },
  'person-added': {
    open: { person: id, organisation: id, roles: listOf(oneOf(ROLES)) },
    personal: {
      signInName: shortText,
      name: shortText,
      contact: optional(shortText),
      passwordHash: optional(shortText),
    },
  },
  'person-renamed': {
    open: { person: id },
    personal: { signInName: shortText, name: shortText, contact: optional(shortText) },
  },
  'person-moved': { open: { person: id, organisation: id, roles: listOf(oneOf(ROLES)) } },
  'roles-changed': { open: { person: id, roles: listOf(oneOf(ROLES)) } },
  'person-left': { open: { person: id, successor: optional(id) } },
  'password-set': { open: { person: id }, personal: { passwordHash: shortText } },
  /** Passkeys alone sign the person in. */
  'password-removed': { open: { person: id } },
  'passkey-added': {
    open: { person: id, passkey: id },
    personal: { credentialId: shortText, publicKey: shortText, label: shortText },
  },
  'passkey-removed': { open: { person: id, passkey: id } },
  'identity-bound': { open: { person: id, identity: id, issuer: shortText }, personal: { subject: shortText } },
  'identity-unbound': { open: { person: id, identity: id } },
  /**
   * Password, passkeys, API keys and known devices are gone and all sessions end: the person begins
   * again by a link. Accounts of providers stay bound.
   */
  'person-reset': { open: { person: id } },
  'api-key-added': {
    open: { key: id, person: id, role: oneOf(ROLES), secretSha256: sha256Hex, until: time },
    personal: { label: shortText },
  },
  'api-key-revoked': { open: { key: id } },
  /** `assigned`: who registered its first record. */
  'case-opened': { open: { case: id, organisation: id, assigned: optional(id) }, personal: { number: shortText } },
  'case-assigned': { open: { case: id, person: id } },
  'case-unassigned': { open: { case: id, person: id } },
  'case-granted': {
    open: { grant: id, case: id, organisation: id, right: oneOf(CASE_RIGHTS), until: optional(time) },
    personal: { basis: shortText },
  },
  'record-granted': { open: { grant: id, record: id, person: id, until: time }, personal: { basis: shortText } },
  'grant-ended': { open: { grant: id } },
  'record-published': { open: { record: id } },
  'record-withdrawn': { open: { record: id } },
  /** The folder was made from a backup, or an older state of it was accepted. */
  restored: { open: {} },
  'restore-confirmed': { open: {} },
} as const satisfies Readonly<Record<string, EventShape>>;

export interface EventShape {
  readonly open: Readonly<Record<string, Parser<unknown>>>;
  readonly personal?: Readonly<Record<string, Parser<unknown>>>;
}

type Shapes = typeof EVENTS;
export type EventName = keyof Shapes;
type PersonalOf<S> = S extends { readonly personal: infer P extends EventShape['personal'] }
  ? { readonly personal: Parsed<NonNullable<P>> | undefined }
  : unknown;

interface Common {
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  /** The person who did it; `host` for the owner of the data folder. */
  readonly by: string;
}

/** One event by its name; `personal` is undefined once it was erased. */
export type EventOf<Name extends EventName> = Common & {
  readonly event: Name;
} & Parsed<Shapes[Name]['open']> &
  PersonalOf<Shapes[Name]>;
export type DirectoryEvent = { [Name in EventName]: EventOf<Name> }[EventName];
