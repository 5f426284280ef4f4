import { ACCESS_FAULTS } from '../../text/access.ts';
import { bilingual, type Message } from '../../text/message.ts';
import type { RecordedStatement } from './statement.ts';

/** Streams are kept for six months. */
export const KEPT_MS = 183 * 24 * 3_600_000;

/** A fault of a cut, by what the check of a ledger calls it. */
export interface CutFault {
  readonly code: 'access-cut-young' | 'access-cut-unproven';
  readonly message: Message;
}

/**
 * Whether a stream was old enough when it was cut: what is wrong, or undefined. Its age counts from
 * the block that first held its last record, which nobody can date back afterwards.
 *
 * @param last the last record of the stream that was cut
 * @param cutMs when the cut was recorded, in Unix milliseconds; undefined: it was not
 */
export function cutFault(last: RecordedStatement, cutMs: number | undefined): CutFault | undefined {
  if (cutMs === undefined) {
    return { code: 'access-cut-unproven', message: bilingual(ACCESS_FAULTS.cutUnrecorded) };
  }
  if (last.anchoredMs === undefined) {
    return { code: 'access-cut-unproven', message: bilingual(ACCESS_FAULTS.cutUndated, { record: last.index }) };
  }
  if (cutMs - last.anchoredMs >= KEPT_MS) return undefined;
  const days = Math.max(0, Math.floor((cutMs - last.anchoredMs) / 86_400_000));
  return { code: 'access-cut-young', message: bilingual(ACCESS_FAULTS.cutYoung, { days, record: last.index }) };
}

/**
 * When a cut was recorded: by the record, but no later than its block or the present clock allow.
 */
export function cutTime({ receivedMs, anchoredMs }: RecordedStatement, nowMs: number): number | undefined {
  return receivedMs === undefined ? undefined : Math.min(receivedMs, anchoredMs ?? nowMs, nowMs);
}
