import type { ComponentChildren } from 'preact';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { nodeNote, recordFacts, trustNote } from '../../../verifier/report-view.ts';
import type { Result } from '../result.ts';
import { Answers } from './answers.tsx';
import { Banner } from './banner.tsx';
import { Bracket } from './bracket.tsx';
import { ComparedDigests } from './digests.tsx';
import { useText } from './language.ts';
import { subjectOf } from './subject.tsx';
import { Limits } from './limits.tsx';
import { Rows } from './rows.tsx';
import { Steps } from './steps.tsx';
import { TrustLine } from './trust-line.tsx';
import { Value } from './value.tsx';

export interface SingleResultProps {
  readonly result: Result;
  readonly verifiedAt: Date;
}

/** One report, the most important first. */
export function SingleResult({
  result,
  verifiedAt,
  children,
}: SingleResultProps & { readonly children?: ComponentChildren }) {
  const { t } = useText();
  const { report, newest } = result;
  const differing = report.steps.find(({ step, code }) => step === 'file-digest' && code === 'digest-differs');
  const { expected, found } = differing ?? {};
  return (
    <article class="single">
      <Banner report={report} />
      {expected !== undefined && found !== undefined && <ComparedDigests registered={expected} present={found} />}
      <TrustLine report={report} />
      <Answers report={report}>{children}</Answers>
      {report.object !== null && (
        <section class="facts">
          <h3>{t(VERIFY_PAGE.facts)}</h3>
          <Rows rows={recordFacts(report).map(({ label, value }) => [t(label), <Value text={t(value)} />])} />
        </section>
      )}
      <Bracket report={report} />
      <Limits report={report} />
      <section class="about">
        <h3>{t(VERIFY_PAGE.about)}</h3>
        <Rows
          rows={[
            ...subjectOf(result).map(([label, value]) => [t(label), value] as const),
            [t(REPORT.trust), t(trustNote(report))],
            ...report.nodes.map((node) => [t(REPORT.nodes), t(nodeNote(node))] as const),
            [t(REPORT.verifiedAt), t(timeText(verifiedAt.toISOString()))],
            ...(newest?.outcome === 'judged' ? [[t(REPORT.receipt), t(VERIFY_PAGE.newest)] as const] : []),
          ]}
        />
      </section>
      <Steps report={report} />
    </article>
  );
}
