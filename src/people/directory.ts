import type { DirectoryEvent } from './events.ts';
import { foldName } from './fold-name.ts';
import type { ApiKey, CaseFile, CaseGrant, Organisation, Person, RecordGrant } from './persons.ts';
import { DirectoryState, identityKey } from './state.ts';
import { checkEvent, foldEvent } from './transitions/transitions.ts';

/**
 * Organisations, persons, cases and grants, as a fold over the events of the directory. Reads give
 * values that later events replace and never change.
 */
export class Directory {
  readonly #state = new DirectoryState();

  /** Throws a `LedgerError` where the event cannot follow the present state; changes nothing. */
  check(event: DirectoryEvent): void {
    checkEvent(this.#state, event);
  }

  /** Checks the event, then applies it. */
  apply(event: DirectoryEvent): void {
    checkEvent(this.#state, event);
    foldEvent(this.#state, event);
  }

  /** Whether somebody has an account: from then on requests need a principal. */
  hasPeople(): boolean {
    return this.#state.persons.size > 0;
  }

  /** Whether a restore waits for an administrator to confirm it. */
  isRestored(): boolean {
    return this.#state.unconfirmedRestoreMs !== undefined;
  }

  organisation(id: string): Organisation | undefined {
    return this.#state.organisations.get(id);
  }

  /** The organisation of the first account; the records of before belong to it. */
  firstOrganisation(): Organisation | undefined {
    return this.#state.organisations.values().next().value;
  }

  organisations(): readonly Organisation[] {
    return [...this.#state.organisations.values()];
  }

  person(id: string): Person | undefined {
    return this.#state.persons.get(id);
  }

  persons(): readonly Person[] {
    return [...this.#state.persons.values()];
  }

  personBySignInName(name: string): Person | undefined {
    return this.#found(this.#state.persons, this.#state.bySignInName.get(foldName(name)));
  }

  personByIdentity(issuer: string, subject: string): Person | undefined {
    return this.#found(this.#state.persons, this.#state.byIdentity.get(identityKey(issuer, subject)));
  }

  personByCredential(credentialId: string): Person | undefined {
    return this.#found(this.#state.persons, this.#state.byCredential.get(credentialId));
  }

  /** Undefined where there is none, or it is revoked or ended. */
  apiKey(id: string, nowMs: number): ApiKey | undefined {
    const key = this.#state.apiKeys.get(id);
    return key === undefined || key.isRevoked || key.untilMs <= nowMs ? undefined : key;
  }

  apiKeysOf(person: string): readonly ApiKey[] {
    return [...this.#state.apiKeys.values()].filter((key) => key.person === person);
  }

  case(id: string): CaseFile | undefined {
    return this.#state.cases.get(id);
  }

  cases(): readonly CaseFile[] {
    return [...this.#state.cases.values()];
  }

  /** The cases of a number, at most one of each organisation. */
  casesNumbered(number: string): readonly CaseFile[] {
    return (this.#state.byNumber.get(number) ?? []).map((id) => this.#state.cases.get(id)!);
  }

  caseOfGrant(grant: string): CaseFile | undefined {
    return this.#found(this.#state.cases, this.#state.casesOfGrants.get(grant));
  }

  recordGrant(id: string): RecordGrant | undefined {
    return this.#state.recordGrants.get(id);
  }

  recordGrantsOf(record: string): readonly RecordGrant[] {
    return (this.#state.byRecord.get(record) ?? []).map((id) => this.#state.recordGrants.get(id)!);
  }

  isPublished(record: string): boolean {
    return this.#state.publishedRecords.has(record);
  }

  /** What strangers may find by its digest: nothing while a restore is not confirmed. */
  publishedRecords(): ReadonlySet<string> {
    return this.isRestored() ? new Set() : this.#state.publishedRecords;
  }

  #found<T>(values: ReadonlyMap<string, T>, id: string | undefined): T | undefined {
    return id === undefined ? undefined : values.get(id);
  }
}

/** Whether a grant holds at a time; grants rest while a restore is not confirmed. */
export function isOpen({ isEnded, untilMs }: CaseGrant | RecordGrant, nowMs: number): boolean {
  return !isEnded && (untilMs === undefined || nowMs < untilMs);
}
