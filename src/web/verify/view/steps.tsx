import type { ComponentChildren } from 'preact';
import type { Report, Step } from '../../../protocol/verify/report.ts';
import { STATUS_LABELS, STEP_LABELS } from '../../../text/steps.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { comparedNotes, hasOneCause, sentenceOf } from '../../../verifier/report-view.ts';
import { useText } from '../../shared/language.ts';

/**
 * All steps, folded where none of them failed or is open, or all for one reason that the banner
 * names.
 */
export function Steps({ report, children }: { readonly report: Report; readonly children?: ComponentChildren }) {
  const { t } = useText();
  const isOpen = !hasOneCause(report) && report.steps.some(({ status }) => status === 'fail' || status === 'unknown');
  return (
    <details class="steps" open={isOpen}>
      <summary>{t(VERIFY_PAGE.steps)}</summary>
      {children}
      <ol>
        {report.steps.map((step) => (
          <StepRow key={step.step} report={report} step={step} />
        ))}
      </ol>
    </details>
  );
}

function StepRow({ report, step }: { readonly report: Report; readonly step: Step }) {
  const { t } = useText();
  const { status, code } = step;
  const compared = comparedNotes(step);
  const isFailing = status === 'fail' || status === 'unknown';
  return (
    <li class={status}>
      <b>{t(STEP_LABELS[step.step])}</b> <span class="status">{t(STATUS_LABELS[status])}</span>{' '}
      {status !== 'none' && <span>{t(sentenceOf(report, step))}</span>} {isFailing && <code>{code}</code>}
      {compared.length > 0 && (
        <details open={isFailing}>
          <summary>{t(VERIFY_PAGE.show)}</summary>
          {compared.map((note, i) => (
            <p key={i} class="values">
              {t(note)}
            </p>
          ))}
        </details>
      )}
    </li>
  );
}
