import { printable } from '../../../kinds/printable.ts';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { timeBounds } from '../../../verifier/report-times.ts';
import { fileAnswer, independenceNote, nodeNote, statedFacts, trustNote } from '../../../verifier/report-view.ts';
import type { Wanted } from '../record-link.ts';
import { Banner } from './banner.tsx';
import { clipped, columnsOf } from './clipped.ts';
import { factRows, MANY_FACTS } from './fact-rows.tsx';
import { subjectOf } from './subject.tsx';
import { useText } from '../../shared/language.ts';
import { PageVersion } from './page-version.tsx';
import { Limits } from './limits.tsx';
import { linkFindings } from './link-note.tsx';
import { RecordQr } from './record-qr.tsx';
import { type Row, Rows } from './rows.tsx';
import { Signatures } from './signatures.tsx';
import { factsHeading, type SingleResultProps } from './single-result.tsx';
import { chainNote } from './trust-line.tsx';

/** What one line of the paper holds, and two, in columns: a Chinese character takes two. */
const LINE = 88;
const TWO_LINES = 2 * LINE - 4;

interface MinutesProps extends SingleResultProps {
  readonly wanted: Wanted | undefined;
}

/** The record of a verification on one page of paper; not shown on the screen. */
export function Minutes({ result, verifiedAt, otherLog, wanted }: MinutesProps) {
  const { t } = useText();
  const { report, name, source } = result;
  const facts = statedFacts(report);
  const { rows, isClipped } = factRows(facts, t, facts.length > MANY_FACTS ? LINE : TWO_LINES);
  const areNamesClipped = [name, source?.name ?? ''].some((one) => columnsOf(one) > TWO_LINES);
  const nodes = report.nodes.map((node) => t(nodeNote(node)));
  const notes = [
    ...(source?.source === 'certificate' ? [VERIFY_PAGE.certificateNote] : []),
    ...(otherLog === undefined ? [] : [otherLog]),
    ...(EVL_MODE === 'served' ? linkFindings(wanted, report).map(({ text }) => text) : []),
    ...(facts.length > 0 && report.object?.isIntact === false ? [factsHeading(report)] : []),
    ...(isClipped || areNamesClipped ? [VERIFY_PAGE.clipped] : []),
  ];
  return (
    <section class={facts.length > MANY_FACTS ? 'minutes dense' : 'minutes'}>
      <h1>{t(VERIFY_PAGE.minutes)}</h1>
      <p>
        {t(VERIFY_PAGE.time)}
        {t(timeText(verifiedAt.toISOString()))} <span class="blank">{t(VERIFY_PAGE.place)}</span>
      </p>
      <Banner report={report} />
      <Rows
        rows={[
          ...subjectOf(result).map(([label, value]): Row => {
            return [t(label), typeof value === 'string' ? clipped(value, TWO_LINES) : value];
          }),
          ...(source === undefined || source.name === name
            ? []
            : [[t(REPORT.receipt), clipped(printable(source.name), TWO_LINES)] as const]),
          ...rows,
          ...timeBounds(report)
            .filter((bound) => bound !== REPORT.bracket)
            .map((bound, i) => [i === 0 ? t(REPORT.times) : '', t(bound)] as const),
          [t(REPORT.isRegistered), t(fileAnswer(report))],
          [t(REPORT.onWhoseWord), t(independenceNote(report))],
          [t(REPORT.trust), t(trustNote(report))],
          [t(VERIFY_PAGE.chainAnswers), [t(chainNote(report)), ...nodes].join(t(VERIFY_PAGE.semicolon))],
          ...notes.map((note): Row => [t(VERIFY_PAGE.note), t(note)]),
        ]}
      />
      <Limits report={report} />
      <div class="paper-end">
        <Signatures>
          <PageVersion />
        </Signatures>
        {EVL_MODE === 'served' && <RecordQr report={report} />}
      </div>
    </section>
  );
}
