import {
  type Finding,
  NOT_ASKED,
  type Report,
  type Step,
  STEP_NAMES,
  type StepName,
  unknown,
} from '../protocol/verify/report.ts';
import { verdictOf } from '../protocol/verify/verdict.ts';

/** Reports that the verifier does not make by itself: where something to judge is missing. */

/** A look-up that gave no receipt to judge. */
export function lookUpReport(code: string, verdict: 'NOT_FOUND' | 'INDETERMINATE'): Report {
  return bareReport({ 'file-digest': unknown(code) }, 'file', verdict);
}

/** A receipt that cannot be parsed: none of its parts is judged. */
export function unreadableReport(code: string, scope: Report['scope']): Report {
  const notJudged = unknown('not-judged');
  const findings = {
    'record-root': unknown(code),
    inclusion: notJudged,
    'log-signature': notJudged,
    anchor: notJudged,
  };
  return bareReport(scope === 'file' ? { ...findings, 'file-digest': notJudged } : findings, scope, 'INDETERMINATE');
}

/**
 * A report on a file that could not be compared. Of the verdicts only a contradiction within the
 * receipt remains; not even that the record is pending says anything of this file.
 */
export function withoutFile(report: Report, problem: string): Report {
  const compared = withFindings(report, ({ step }) => (step === 'file-digest' ? unknown(problem) : undefined));
  const verdict = compared.verdict === 'INCONSISTENT' ? compared.verdict : 'INDETERMINATE';
  return { ...compared, scope: 'file', verdict };
}

/** The report with the findings that `replace` gives, and the verdict that follows from them. */
export function withFindings(report: Report, replace: (step: Step) => Finding | undefined): Report {
  const steps = report.steps.map((step): Step => {
    const finding = replace(step);
    return finding === undefined ? step : { step: step.step, ...finding };
  });
  return { ...report, steps, verdict: verdictOf(steps) };
}

function bareReport(
  findings: Partial<Record<StepName, Finding>>,
  scope: Report['scope'],
  verdict: Report['verdict'],
): Report {
  const steps = STEP_NAMES.map((step): Step => ({ step, ...(findings[step] ?? NOT_ASKED) }));
  return { verdict, scope, independence: 'none', trust: null, object: null, steps };
}
