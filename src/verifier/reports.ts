import {
  type StepResult,
  NOT_ASKED,
  type Report,
  type Step,
  STEP_NAMES,
  type StepName,
  unknown,
} from '../protocol/verify/report.ts';
import { verdictOf } from '../protocol/verify/verdict.ts';
import { comparisonOf } from '../protocol/verify/verifier.ts';

/** Reports that the verifier does not make by itself: where something to judge is missing. */

/** A look-up, of a file or of a record by its number, that gave no receipt to judge. */
export function lookUpReport(
  code: string,
  verdict: 'NOT_FOUND' | 'INDETERMINATE',
  scope: 'file' | 'record' = 'file',
): Report {
  return bareReport({ [scope === 'file' ? 'file-digest' : 'record-root']: unknown(code) }, scope, verdict);
}

/** A receipt that cannot be parsed: none of its parts is judged. */
export function unreadableReport(code: string, scope: Report['scope']): Report {
  const notJudged = unknown('not-judged');
  const results = {
    'record-root': unknown(code),
    inclusion: notJudged,
    'log-signature': notJudged,
    anchor: notJudged,
  };
  return bareReport(scope === 'file' ? { ...results, 'file-digest': notJudged } : results, scope, 'INDETERMINATE');
}

/** The report where nobody has shown a file: a SHA-256 was typed in its place. */
export function ofTypedDigest(report: Report): Report {
  return { ...report, scope: 'digest' };
}

/**
 * A report on a file that could not be compared. The only verdict that remains is a contradiction
 * within the receipt; that the record is pending states nothing about this file.
 */
export function withoutFile(report: Report, problem: string): Report {
  const compared = withResults(report, ({ step }) => (step === 'file-digest' ? unknown(problem) : undefined));
  const verdict = compared.verdict === 'INCONSISTENT' ? compared.verdict : 'INDETERMINATE';
  return { ...compared, scope: 'file', verdict };
}

/** The report with the results that `replace` gives, and the verdict that follows from them. */
export function withResults(report: Report, replace: (step: Step) => StepResult | undefined): Report {
  const steps = report.steps.map((step): Step => {
    const result = replace(step);
    return result === undefined ? step : { step: step.step, ...result };
  });
  return { ...report, steps, comparison: comparisonOf(steps), verdict: verdictOf(steps) };
}

function bareReport(
  results: Partial<Record<StepName, StepResult>>,
  scope: Report['scope'],
  verdict: Report['verdict'],
): Report {
  const steps = STEP_NAMES.map((step): Step => ({ step, ...(results[step] ?? NOT_ASKED) }));
  return {
    verdict,
    scope,
    comparison: comparisonOf(steps),
    independence: 'none',
    stated: 'none',
    vouchers: [],
    nodes: [],
    trust: null,
    object: null,
    steps,
  };
}
