import type { Report, Verdict } from '../../../protocol/verify/report.ts';
import type { Message } from '../../../text/message.ts';
import { VERDICT_LABELS } from '../../../text/verdicts.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';

/** Colour class of a verdict. */
export const TONES: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'good',
  MISMATCH: 'bad',
  NOT_FOUND: 'mute',
  PENDING: 'wait',
  INCONSISTENT: 'bad',
  INDETERMINATE: 'wait',
};

/** Each verdict has a shape of its own: disc, octagon, lens, clock, triangle, diamond. */
const PATHS: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'M24 4a20 20 0 1 0 0 40 20 20 0 0 0 0-40Zm-4 30-10-10 3.5-3.5 6.5 6.5 14.5-14.5L38 16Z',
  MISMATCH:
    'M16 4h16l12 12v16L32 44H16L4 32V16Zm1.5 10L14 17.5 20.5 24 14 30.5l3.5 3.5 6.5-6.5 6.5 6.5 3.5-3.5-6.5-6.5 6.5-6.5-3.5-3.5-6.5 6.5Z',
  NOT_FOUND: 'M20 5a15 15 0 1 0 9 27l10 10 4-4-10-10A15 15 0 0 0 20 5Zm0 5a10 10 0 1 1 0 20 10 10 0 0 1 0-20Z',
  PENDING: 'M24 4a20 20 0 1 0 0 40 20 20 0 0 0 0-40Zm-2.5 8h5v11l8 8-3.5 3.5-9.5-9.5Z',
  INCONSISTENT: 'M24 4 46 44H2Zm-2.5 14v12h5V18Zm0 16v5h5v-5Z',
  INDETERMINATE:
    'M24 2 46 24 24 46 2 24Zm-7 17h4.5c0-2 1-3.5 3-3.5s3 1 3 2.7c0 3.3-5.5 3.3-5.5 8.8h4.5c0-4 5.5-4 5.5-9 0-4-3-6.5-7.5-6.5-4.6 0-7.5 3-7.5 7.5Zm5 11v5h5v-5Z',
};

/** The sign of a verdict; its word always stands next to it. */
export function Mark({ verdict, isOutline = false }: { readonly verdict: Verdict; readonly isOutline?: boolean }) {
  return (
    <svg class={`mark ${TONES[verdict]}${isOutline ? ' outline' : ''}`} viewBox="0 0 48 48" aria-hidden="true">
      <path fill-rule="evenodd" d={PATHS[verdict]} />
    </svg>
  );
}

/** Whether a record was verified and no file compared: shown as an outline, never filled. */
export function isRecordOnly({ verdict, scope }: Report): boolean {
  return verdict === 'VERIFIED' && scope !== 'file';
}

/**
 * What a list counts and filters by: the verdict, and of a record without a file that it is one.
 */
export function groupOf(report: Report): string {
  return isRecordOnly(report) ? 'RECORD' : report.verdict;
}

/** The word of a verdict. */
export function labelOf(report: Report): Message {
  return isRecordOnly(report) ? VERIFY_PAGE.recordOnly : VERDICT_LABELS[report.verdict];
}
