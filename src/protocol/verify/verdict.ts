import type { Step, StepName, Verdict } from './report.ts';

/** `unknown` codes for: in order so far, the anchor is pending. */
export const PENDING_CODES: readonly string[] = ['not-anchored', 'not-anchored-yet', 'not-final-yet'];

/** The codes that replace them once the state has lasted longer than the trust file allows. */
export const OVERDUE_CODES: readonly string[] = ['pending-too-long', 'pending-since-unknown'];

/** The steps that prove that the record is of the log. */
export const LOG_STEPS: readonly StepName[] = ['record-root', 'inclusion', 'log-signature'];

/**
 * Whether the log has signed this very record: its sections open the commitments of a header that
 * is in the tree of a checkpoint which the log's key signed. Each step alone can be satisfied by
 * an edited receipt.
 */
export function isProven(steps: readonly Step[]): boolean {
  return LOG_STEPS.every((name) => steps.some(({ step, status }) => step === name && status === 'pass'));
}

/**
 * The verdict of a report by its steps: the first that holds of INCONSISTENT, INDETERMINATE (about
 * the log), MISMATCH, PENDING, INDETERMINATE, VERIFIED. A contradiction outranks everything, and a
 * report with an undecided step is never VERIFIED.
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

/** The verdicts from worst to best: several records together get the worst of theirs. */
const WORST_FIRST: readonly Verdict[] = [
  'INCONSISTENT',
  'MISMATCH',
  'INDETERMINATE',
  'NOT_FOUND',
  'PENDING',
  'VERIFIED',
];

/** The worst of several verdicts; `NOT_FOUND` for an empty list. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'NOT_FOUND';
}

/** Another file was compared, which does not contradict the receipt. */
function isOtherFile(step: Step): boolean {
  return step.step === 'file-digest' && step.code === 'digest-differs';
}
