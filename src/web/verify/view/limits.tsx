import type { Report } from '../../../protocol/verify/report.ts';
import { REPORT } from '../../../text/report.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { SCOPE_NOTES } from '../../../text/verdicts.ts';
import { meaningOf } from '../../../verifier/report-view.ts';
import { useText } from '../../shared/language.ts';
import { TONES } from './mark.tsx';

/** What the verification shows and what it does not, next to each other. */
export function Limits({ report }: { readonly report: Report }) {
  const { t } = useText();
  return (
    <section class="limits">
      <div class={TONES[report.verdict]}>
        <h3>{t(VERIFY_PAGE.proves)}</h3>
        <p>{t(meaningOf(report))}</p>
        <p>
          {t(REPORT.scope)}
          {t(VERIFY_PAGE.colon)}
          {t(SCOPE_NOTES[report.scope])}
        </p>
      </div>
      <div>
        <h3>{t(VERIFY_PAGE.provesNot)}</h3>
        <p>{t(REPORT.limitsNote)}</p>
        <p>{t(REPORT.bracket)}</p>
      </div>
    </section>
  );
}
