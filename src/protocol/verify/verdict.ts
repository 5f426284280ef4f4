import type { Step, StepName, Verdict } from './report.ts';

/** `unknown` codes that say: in order so far, the chain part is still to come. */
export const PENDING_CODES: readonly string[] = ['not-anchored', 'not-anchored-yet', 'not-final-yet'];

/** What these become where they have lasted longer than the trust file allows. */
export const OVERDUE_CODES: readonly string[] = ['pending-too-long', 'pending-since-unknown'];

const LOG_STEPS: readonly StepName[] = ['record-root', 'inclusion', 'log-signature'];

/**
 * The first that holds, in this order: a contradiction outranks everything, and nothing unknown is
 * ever verified.
 */
export function verdictOf(steps: readonly Step[]): Verdict {
  const failed = steps.filter((step) => step.status === 'fail');
  if (failed.some((step) => !isOtherFile(step))) return 'INCONSISTENT';
  const unknown = steps.filter((step) => step.status === 'unknown');
  if (unknown.some((step) => LOG_STEPS.includes(step.step))) return 'INDETERMINATE';
  if (failed.length > 0) return 'MISMATCH';
  if (unknown.some((step) => PENDING_CODES.includes(step.code))) return 'PENDING';
  return unknown.length > 0 ? 'INDETERMINATE' : 'VERIFIED';
}

/**
 * Where several records are reported together, the first of these that any of them has stands for
 * all.
 */
const WORST_FIRST: readonly Verdict[] = [
  'INCONSISTENT',
  'MISMATCH',
  'INDETERMINATE',
  'NOT_FOUND',
  'PENDING',
  'VERIFIED',
];

/** `NOT_FOUND` where there is none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'NOT_FOUND';
}

/** The file is another one: that speaks of the file, not against the receipt. */
function isOtherFile(step: Step): boolean {
  return step.step === 'file-digest' && step.code === 'digest-differs';
}
