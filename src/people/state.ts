import type { ApiKey, CaseFile, Organisation, Person, RecordGrant } from './persons.ts';

/** The maps that events change; only src/people/transitions writes to them. */
export class DirectoryState {
  readonly organisations = new Map<string, Organisation>();
  readonly persons = new Map<string, Person>();
  readonly apiKeys = new Map<string, ApiKey>();
  readonly cases = new Map<string, CaseFile>();
  readonly recordGrants = new Map<string, RecordGrant>();
  /** The case of a grant. */
  readonly casesOfGrants = new Map<string, string>();
  /** Person by folded sign-in name, by issuer and subject, and by credential. */
  readonly bySignInName = new Map<string, string>();
  readonly byIdentity = new Map<string, string>();
  readonly byCredential = new Map<string, string>();
  /** Cases by number: each organisation has at most one. */
  readonly byNumber = new Map<string, readonly string[]>();
  /** Grants of a record to persons. */
  readonly byRecord = new Map<string, readonly string[]>();
  readonly publishedRecords = new Set<string>();
  /** Set from a restore until an administrator has confirmed it; Unix milliseconds. */
  unconfirmedRestoreMs: number | undefined;
}

/** Issuer and subject as one key: neither holds a line break. */
export function identityKey(issuer: string, subject: string): string {
  return `${issuer}\n${subject}`;
}
