import type { Response } from 'express';
import { uuidV7 } from '../../kinds/record-id.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { ServerParts } from '../operation.ts';
import { callerOf, requireRight } from './authorize.ts';

/** Who registers a record, and what that takes. */
export interface Registrant {
  /** Ties idempotency keys to the caller; the same for all roles and keys of one person. */
  readonly scope: Json;
  /** The value of the `registrant` section. */
  readonly section: Json;
  /** Judges the caller again; call it right before the record is made. Throws as `requireRight`. */
  requireStill(): void;
  /** Opens the case where this is its first record; call it once the record is durable. */
  openCase(): Promise<void>;
}

/**
 * The caller as registrant of a record that states this case number, in the spelling of look-ups;
 * undefined: none. Throws as `requireRight`.
 */
export function registrantOf(parts: ServerParts, response: Response, caseNumber: string | undefined): Registrant {
  const caller = callerOf(response);
  const scope = callerScope(response);
  if (caller.kind !== 'person') return { scope, section: LOCAL, requireStill: () => {}, openCase: async () => {} };
  const { directory } = parts.people;
  const person = directory.person(caller.person)!;
  const organisation = directory.organisation(person.organisation)!;
  const ofCase = () =>
    caseNumber === undefined
      ? undefined
      : directory.casesNumbered(caseNumber).find((file) => file.organisation === organisation.id);
  const record = { id: '', person: person.id, organisation: organisation.id };
  const requireStill = () => {
    requireRight(parts, response, 'register', { case: ofCase(), record });
    if (caseNumber !== undefined && ofCase() === undefined) requireRight(parts, response, 'open-case', undefined);
  };
  requireStill();
  return {
    scope,
    section: {
      principal: person.id,
      organisation: organisation.id,
      ...(organisation.name !== undefined && { organisationName: organisation.name }),
      role: caller.roles[0]!,
    },
    requireStill,
    async openCase() {
      if (caseNumber === undefined || ofCase() !== undefined) return;
      const id = uuidV7(parts.clock(), parts.random(10));
      const assigned = caller.roles.includes('handler') ? person.id : undefined;
      const opened = parts.people.change(() => ({
        event: 'case-opened',
        by: person.id,
        case: id,
        organisation: organisation.id,
        assigned,
        personal: { number: caseNumber },
      }));
      await opened.catch((error: unknown) => {
        // another registration was first
        if (!(error instanceof LedgerError && error.code === 'case-exists')) throw error;
      });
    },
  };
}

/** Ties what a caller began to who it was; the same for all roles and keys of one person. */
export function callerScope(response: Response): Json {
  const caller = callerOf(response);
  return caller.kind === 'person' ? { principal: caller.person } : LOCAL;
}

const LOCAL: Json = { principal: 'local' };
