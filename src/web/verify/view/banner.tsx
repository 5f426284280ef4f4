import type { Report } from '../../../protocol/verify/report.ts';
import { VERDICT_LABELS } from '../../../text/verdicts.ts';
import { decidingStep, meaningOf, reasonNote } from '../../../verifier/report-view.ts';
import { useText } from '../../shared/language.ts';
import { isRecordOnly, labelOf, Mark, TONES } from './mark.tsx';

/** Word, sign and sentence of a verdict. A record without a file is an outline, never filled. */
export function Banner({ report }: { readonly report: Report }) {
  const { lang, t } = useText();
  const { verdict } = report;
  const isOutline = isRecordOnly(report);
  const reason = decidingStep(report);
  return (
    <section class={`banner ${TONES[verdict]}${isOutline ? ' outline' : ''}`}>
      <Mark verdict={verdict} isOutline={isOutline} />
      <div>
        <h2>
          {t(labelOf(report))} <small>{lang === 'zh' ? verdict : VERDICT_LABELS[verdict].zh}</small>
        </h2>
        <p>{t(meaningOf(report))}</p>
        {reason && <p class="reason">{t(reasonNote(reason))}</p>}
      </div>
    </section>
  );
}
