import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { SCOPE_NOTES } from '../../../text/verdicts.ts';
import { timeBounds } from '../../../verifier/report-times.ts';
import { fileAnswer, independenceNote, recordFacts, trustNote } from '../../../verifier/report-view.ts';
import { Banner } from './banner.tsx';
import { subjectOf } from './subject.tsx';
import { useText } from './language.ts';
import { PageVersion } from './page-version.tsx';
import { RecordQr } from './record-qr.tsx';
import { Rows } from './rows.tsx';
import { Value } from './value.tsx';
import type { SingleResultProps } from './single-result.tsx';

const BLANKS = [
  VERIFY_PAGE.judge,
  VERIFY_PAGE.clerk,
  VERIFY_PAGE.operatorOfPage,
  VERIFY_PAGE.parties,
  VERIFY_PAGE.attesting,
];

/** The record of a verification on one page of paper; not shown on the screen. */
export function Minutes({ result, verifiedAt }: SingleResultProps) {
  const { t } = useText();
  const { report } = result;
  return (
    <section class="minutes">
      <h1>{t(VERIFY_PAGE.minutes)}</h1>
      <p>
        {t(VERIFY_PAGE.time)}
        {t(timeText(verifiedAt.toISOString()))} <span class="blank">{t(VERIFY_PAGE.place)}</span>
      </p>
      <Banner report={report} />
      <Rows
        rows={[
          ...subjectOf(result).map(([label, value]) => [t(label), value] as const),
          ...recordFacts(report).map(({ label, value }) => [t(label), <Value text={t(value)} />] as const),
          ...timeBounds(report).map((bound, i) => [i === 0 ? t(REPORT.times) : '', t(bound)] as const),
          [t(REPORT.isRegistered), t(fileAnswer(report))],
          [t(REPORT.onWhoseWord), t(independenceNote(report))],
          [t(REPORT.trust), t(trustNote(report))],
          [t(REPORT.scope), t(SCOPE_NOTES[report.scope])],
          [t(VERIFY_PAGE.provesNot), t(REPORT.limitsNote)],
        ]}
      />
      <div class="signatures">
        {BLANKS.map((label, i) => (
          <p key={i} class="blank">
            {t(label)}
          </p>
        ))}
      </div>
      <div class="paper-end">
        <PageVersion />
        {EVL_MODE === 'served' && <RecordQr report={report} />}
      </div>
    </section>
  );
}
