import type { ComponentChildren } from 'preact';
import type { Report } from '../../../protocol/verify/report.ts';
import { REPORT } from '../../../text/report.ts';
import { adviceOf, fileAnswer, independenceNote } from '../../../verifier/report-view.ts';
import { useText } from '../../shared/language.ts';
import { type Row, Rows } from './rows.tsx';

interface AnswersProps {
  readonly report: Report;
  /** What stands above the answers. */
  readonly first: readonly Row[];
  readonly children?: ComponentChildren;
}

/** What to do next, and the two answers that each report gives. */
export function Answers({ report, first, children }: AnswersProps) {
  const { t } = useText();
  return (
    <section class="answers">
      <Rows
        rows={[
          ...first,
          [t(REPORT.next), t(adviceOf(report))],
          [t(REPORT.isRegistered), t(fileAnswer(report))],
          [t(REPORT.onWhoseWord), t(independenceNote(report))],
        ]}
      />
      {children}
    </section>
  );
}
