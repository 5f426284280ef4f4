/**
 * What the directory knows: organisations, persons, keys, cases and grants, as they are after all
 * events so far. Names and other personal values are undefined once they were erased.
 */

export const ORGANISATION_KINDS = [
  'procuratorate',
  'police',
  'supervision',
  'court',
  'notary',
  'audit',
  'administration',
  'party',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export const ROLES = ['handler', 'supervisor', 'court', 'auditor', 'admin', 'party'] as const;
export type Role = (typeof ROLES)[number];

/** What a grant of a case allows: `custody` includes `look`. */
export const CASE_RIGHTS = ['look', 'custody'] as const;
export type CaseRight = (typeof CASE_RIGHTS)[number];

export interface Organisation {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly name: string | undefined;
  readonly isClosed: boolean;
}

export interface Person {
  readonly id: string;
  readonly organisation: string;
  readonly roles: readonly Role[];
  /** What the person types to sign in; compared by `foldName`. */
  readonly signInName: string | undefined;
  readonly name: string | undefined;
  readonly contact: string | undefined;
  readonly hasLeft: boolean;
  /** In the PHC string format; undefined where no password is set. */
  readonly passwordHash: string | undefined;
  readonly passkeys: readonly Passkey[];
  readonly identities: readonly Identity[];
  /**
   * Sessions that did not begin after this time are void; Unix milliseconds. Each event that ends
   * sessions raises it.
   */
  readonly sessionsFromMs: number;
  /** Devices that were not remembered after this time are forgotten; Unix milliseconds. */
  readonly devicesFromMs: number;
}

/** A WebAuthn credential for signing in. */
export interface Passkey {
  readonly id: string;
  /** Base64url, as the authenticator names it. */
  readonly credentialId: string | undefined;
  /** Base64url of the COSE key. */
  readonly publicKey: string | undefined;
  readonly label: string | undefined;
}

/** An account at an OpenID provider that signs people in. */
export interface Identity {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string | undefined;
}

export interface ApiKey {
  readonly id: string;
  readonly person: string;
  /** One of the person's roles: the only one that the key has. */
  readonly role: Role;
  /** Lower-case hex SHA-256 of the secret, which is 32 random bytes. */
  readonly secretSha256: string;
  readonly label: string | undefined;
  /** Unix milliseconds. */
  readonly createdMs: number;
  /** Unix milliseconds. */
  readonly untilMs: number;
  readonly isRevoked: boolean;
}

export interface CaseFile {
  readonly id: string;
  /** The organisation that owns it. */
  readonly organisation: string;
  /** In its canonical form. */
  readonly number: string | undefined;
  readonly assigned: readonly string[];
  /** Grants to organisations, ended ones included. */
  readonly grants: readonly CaseGrant[];
}

interface Term {
  readonly id: string;
  /** Unix milliseconds; undefined where it has no end of its own. */
  readonly untilMs: number | undefined;
  /** The number of the document that it rests on. */
  readonly basis: string | undefined;
  /** The person who gave it, or `host`. */
  readonly by: string;
  readonly isEnded: boolean;
}

/** A case that another organisation may look at or keep. */
export interface CaseGrant extends Term {
  readonly organisation: string;
  readonly right: CaseRight;
}

/** One record that a party to the proceedings may look at and verify. */
export interface RecordGrant extends Term {
  readonly record: string;
  readonly person: string;
}
