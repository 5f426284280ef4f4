import type { Report, ReportObject, Step } from '../protocol/verify/report.ts';
import { isProven } from '../protocol/verify/verdict.ts';
import { bilingual, type Message } from '../text/message.ts';
import { REPORT } from '../text/report.ts';
import { parseTimestamp, timeText } from '../text/time.ts';

type Block = NonNullable<ReportObject['anchoredBy']>;

/** Clocks differ, and a block states whole seconds: a smaller difference is no contradiction. */
const CLOCK_SLACK_MS = 60_000;

/** The bounds in time of a record, each a line; none where the receipt states no block. */
export function timeBounds({ object, steps }: Report): Message[] {
  if (object === null || (object.notBefore === null && object.anchoredBy === null)) return [];
  const proven = provenBlocks(object, steps);
  const { notBefore, anchoredBy } = object;
  return [
    ...(notBefore === null ? [] : [bound(notBefore, proven.notBefore, REPORT.notBefore, REPORT.notBeforeUnproven)]),
    ...(anchoredBy === null
      ? []
      : [bound(anchoredBy, proven.anchoredBy, REPORT.anchoredBy, REPORT.anchoredByUnproven)]),
    ...(isOutside(object, proven) ? [REPORT.receivedAtOutside] : []),
    REPORT.bracket,
  ];
}

/** The two blocks as far as they are proven to bound the record; null: not proven, or none. */
export function provenBlocks(
  { notBefore, anchoredBy }: ReportObject,
  steps: readonly Step[],
): { readonly notBefore: Block | null; readonly anchoredBy: Block | null } {
  // an anchor is that of a checkpoint: it bounds this record only where the record is proven
  const isSigned = isProven(steps);
  const passes = (name: Step['step']) =>
    isSigned && steps.some(({ step, status }) => step === name && status === 'pass');
  return {
    notBefore: passes('not-before') ? notBefore : null,
    anchoredBy: passes('anchor') && passes('finality') ? anchoredBy : null,
  };
}

function bound(
  { blockNumber: block }: Block,
  proven: Block | null,
  whereProven: typeof REPORT.anchoredBy | typeof REPORT.notBefore,
  otherwise: typeof REPORT.anchoredByUnproven | typeof REPORT.notBeforeUnproven,
): Message {
  if (proven === null) return bilingual(otherwise, { block });
  const time = proven.blockTime === undefined ? REPORT.timeUnknown : timeText(proven.blockTime);
  return bilingual(whereProven, { block, time });
}

/** Whether the time that the operator recorded contradicts the proven bounds. */
export function isOutsideBounds({ object, steps }: Report): boolean {
  return object !== null && isOutside(object, provenBlocks(object, steps));
}

/**
 * Whether the time that the operator recorded is outside the proven bounds, since one of the clocks
 * was wrong; the bounds are valid. False where a time is not known.
 */
function isOutside({ receivedAt }: ReportObject, { notBefore, anchoredBy }: ReturnType<typeof provenBlocks>): boolean {
  const recordedMs = parseTimestamp(receivedAt ?? '');
  const earliestMs = parseTimestamp(notBefore?.blockTime ?? '');
  const latestMs = parseTimestamp(anchoredBy?.blockTime ?? '');
  return recordedMs < earliestMs - CLOCK_SLACK_MS || recordedMs > latestMs + CLOCK_SLACK_MS;
}
