import { printable } from '../../../kinds/printable.ts';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { nodeNote, recordFacts, trustNote } from '../../../verifier/report-view.ts';
import type { Result } from '../result.ts';
import { Answers } from './answers.tsx';
import { Banner } from './banner.tsx';
import { Bracket } from './bracket.tsx';
import { ComparedDigests } from './digests.tsx';
import { grouped } from './grouped.ts';
import { useText } from './language.ts';
import { Limits } from './limits.tsx';
import { Rows } from './rows.tsx';
import { Steps } from './steps.tsx';

const DIGEST = /^[0-9a-f]{64}$/;

export interface SingleResultProps {
  readonly result: Result;
  readonly verifiedAt: Date;
}

/** One report, the most important first. */
export function SingleResult({ result, verifiedAt }: SingleResultProps) {
  const { t } = useText();
  const { name, report, newest, sha256 } = result;
  const differing = report.steps.find(({ step, code }) => step === 'file-digest' && code === 'digest-differs');
  const { expected, found } = differing ?? {};
  return (
    <article class="single">
      <Banner report={report} />
      {expected !== undefined && found !== undefined && <ComparedDigests registered={expected} present={found} />}
      <Answers report={report} />
      {report.object !== null && (
        <section class="facts">
          <h3>{t(VERIFY_PAGE.facts)}</h3>
          <Rows
            rows={recordFacts(report).map(({ label, value }) => {
              const text = t(value);
              return [t(label), DIGEST.test(text) ? <code>{grouped(text)}</code> : text];
            })}
          />
        </section>
      )}
      <Bracket report={report} />
      <Limits report={report} />
      <section class="about">
        <h3>{t(VERIFY_PAGE.about)}</h3>
        <Rows
          rows={[
            [t(VERIFY_PAGE.file), printable(name)],
            ...(sha256 === undefined ? [] : [[t(VERIFY_PAGE.present), <code>{grouped(sha256)}</code>] as const]),
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
