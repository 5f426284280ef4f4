import { FileLockError } from '../../adapters/files/file-lock.ts';
import { ChainError } from '../../adapters/local-chain/chain-error.ts';
import { LedgerError } from '../../log/ports.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { PORT_FAILURES, PORT_HINTS } from '../../text/operator.ts';
import { bilingual } from '../../text/message.ts';
import { WitnessError } from '../../witness/ports.ts';
import { CliFailure, EXIT } from './failure.ts';

const EXITS: Readonly<Record<string, number>> = {
  'ledger-missing': EXIT.ledgerMissing,
  'chain-missing': EXIT.ledgerMissing,
  'ledger-exists': EXIT.usage,
  'folder-not-empty': EXIT.usage,
  'backup-exists': EXIT.usage,
  'backup-unreadable': EXIT.usage,
  'backup-damaged': EXIT.inconsistent,
  'repair-lacking': EXIT.inconsistent,
  'content-missing': EXIT.inconsistent,
  'content-damaged': EXIT.inconsistent,
  'log-rolled-back': EXIT.inconsistent,
  'log-forked': EXIT.inconsistent,
  'pin-wrong': EXIT.usage,
  'witness-policy-wrong': EXIT.usage,
  'origin-invalid': EXIT.usage,
  'witness-missing': EXIT.ledgerMissing,
  'witness-exists': EXIT.usage,
  'witness-name-invalid': EXIT.usage,
  'state-missing': EXIT.inconsistent,
  'state-damaged': EXIT.inconsistent,
  'port-unusable': EXIT.usage,
  'chain-sources-too-few': EXIT.usage,
  'host-refused': EXIT.notAllowed,
  'operator-kept': EXIT.usage,
  'operator-lost': EXIT.inconsistent,
  'anchor-under-way': EXIT.pending,
  'outside-head-missing': EXIT.indeterminate,
  locked: EXIT.ledgerLocked,
  'key-unreadable': EXIT.wrongKey,
  'key-file-open': EXIT.wrongKey,
  'key-malformed': EXIT.wrongKey,
  'key-wrong': EXIT.wrongKey,
  'chain-exposed': EXIT.wrongKey,
};

/** What an operator's command ends with when a part refuses or the disk is full; anything else is a bug and passes through. */
export function toCliFailure(thrown: unknown): unknown {
  const error = isDiskFull(thrown) ? new LedgerError('storage-full', thrown.message, { cause: thrown }) : thrown;
  const isOurs = [LedgerError, FileLockError, ChainError, ProtocolError, WitnessError].some(
    (kind) => error instanceof kind,
  );
  if (!isOurs) return error;
  const { code, message } = error as LedgerError;
  const words = isNamed(code, PORT_FAILURES) ? PORT_FAILURES[code] : PORT_FAILURES.other;
  const hint = isNamed(code, PORT_HINTS) ? { hint: PORT_HINTS[code] } : {};
  const said = bilingual(words as typeof PORT_FAILURES.other, { detail: message });
  return new CliFailure(EXITS[code] ?? EXIT.internal, code, said, { cause: error, ...hint });
}

function isDiskFull(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** Runs a command's body with the failures of the parts turned into the command line's. */
export async function withPortFailures<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toCliFailure(error);
  }
}

function isNamed<Table extends object>(code: string, table: Table): code is Extract<keyof Table, string> {
  return Object.hasOwn(table, code);
}
