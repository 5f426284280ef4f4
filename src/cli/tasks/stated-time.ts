import { LedgerError } from '../../text/ledger-error.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { parseTimestamp } from '../../text/time.ts';

/** A date without a time begins in the zone of the machine. */
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The time that an option states, RFC 3339 in UTC. Throws `setting-wrong` with the option. */
export function statedTime(option: string, text: string): string {
  const ms = DATE.test(text) ? new Date(`${text}T00:00:00`).getTime() : parseTimestamp(text);
  if (ms === undefined || Number.isNaN(ms)) {
    throw new LedgerError('setting-wrong', { name: option, value: text.slice(0, 80), kind: SETTING_KINDS.time });
  }
  return new Date(ms).toISOString();
}
