import { ACCESS_ERRORS } from './access-errors.ts';
import { DIRECTORY_ERRORS } from './directory-errors.ts';
import { type EntryArguments, type ErrorOptions, LedgerError } from './ledger-error.ts';

/** The errors that only a ledger with accounts has. */
export const PEOPLE_ERRORS = { ...ACCESS_ERRORS, ...DIRECTORY_ERRORS } as const;

export type PeopleCode = keyof typeof PEOPLE_ERRORS;

/**
 * A `LedgerError` about persons and what they may do. Its entries are apart from `ERRORS`: pages
 * and programs that verify do not carry them.
 */
export class PeopleError<Code extends PeopleCode = PeopleCode> extends LedgerError<'failed'> {
  constructor(code: Code, ...[values]: EntryArguments<(typeof PEOPLE_ERRORS)[Code]>) {
    const entry = PEOPLE_ERRORS[code];
    const filling: ErrorOptions = values ?? {};
    super('failed', { reason: entry, ...filling, relayed: code, entry });
  }
}
