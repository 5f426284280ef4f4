import { printable } from '../../../kinds/printable.ts';
import type { ComponentChildren } from 'preact';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { nodeNote, statedFacts, trustNote } from '../../../verifier/report-view.ts';
import type { Report } from '../../../protocol/verify/report.ts';
import type { Message } from '../../../text/message.ts';
import type { Result } from '../result.ts';
import { Answers } from './answers.tsx';
import { Bracket } from './bracket.tsx';
import { factRows, linesOf, MANY_FACTS } from './fact-rows.tsx';
import { ComparedDigests } from './digests.tsx';
import { useText } from '../../shared/language.ts';
import { subjectOf } from './subject.tsx';
import { Limits } from './limits.tsx';
import { type Row, Rows } from './rows.tsx';
import { Steps } from './steps.tsx';
import { TrustLine } from './trust-line.tsx';

/** In court mode: what a line of the facts holds, in columns, and how many lines are shown. */
const LINE = 64;
const MAX_LINES = 26;

export interface SingleResultProps {
  readonly result: Result;
  readonly verifiedAt: Date;
  /** That this service is not the ledger of the trust file. */
  readonly otherLog: Message | undefined;
}

/** One report below its verdict, the most important first. In court mode all fits on a screen. */
export function SingleResult({
  result,
  verifiedAt,
  otherLog,
  isCourt,
  children,
}: SingleResultProps & { readonly isCourt: boolean; readonly children?: ComponentChildren }) {
  const { t } = useText();
  const { name, report, newest, source } = result;
  const differing = report.steps.find(({ step, code }) => step === 'file-digest' && code === 'digest-differs');
  const { expected, found } = differing ?? {};
  const facts = statedFacts(report);
  const isDense = isCourt && facts.length > MANY_FACTS;
  const isTight = expected !== undefined || linesOf(facts, t, LINE) > MAX_LINES;
  const courtLimit = isTight ? LINE : 2 * LINE;
  const { rows, isClipped } = factRows(facts, t, isDense ? courtLimit : undefined);
  const [subject, ...others] = subjectOf(result).map(([label, value]): Row => [t(label), value]);
  const about = (
    <section class="about">
      <h3>{t(VERIFY_PAGE.about)}</h3>
      <Rows
        rows={[
          ...(isCourt ? others : [subject!, ...others]),
          ...(source === undefined || source.name === name
            ? []
            : [[t(REPORT.receipt), printable(source.name)] as const]),
          [t(REPORT.trust), t(trustNote(report))],
          ...report.nodes.map((node) => [t(REPORT.nodes), t(nodeNote(node))] as const),
          [t(REPORT.verifiedAt), t(timeText(verifiedAt.toISOString()))],
          ...(newest?.outcome === 'judged' ? [[t(REPORT.receipt), t(VERIFY_PAGE.newest)] as const] : []),
        ]}
      />
    </section>
  );
  const limits = <Limits report={report} />;
  return (
    <article class="single">
      {expected !== undefined && found !== undefined && <ComparedDigests registered={expected} present={found} />}
      <TrustLine reports={[report]} otherLog={otherLog} />
      {isCourt && limits}
      <Answers report={report} first={isCourt ? [subject!] : []}>
        {children}
      </Answers>
      {report.object !== null && (
        <section class={isDense ? 'facts dense' : 'facts'}>
          <h3>{t(factsHeading(report))}</h3>
          <Rows rows={rows} />
          {isClipped && <p>{t(VERIFY_PAGE.clipped)}</p>}
        </section>
      )}
      <Bracket report={report} />
      {!isCourt && limits}
      {!isCourt && about}
      <Steps report={report}>{isCourt && about}</Steps>
    </article>
  );
}

/** The heading of the facts, which says once where none of them is proven. */
export function factsHeading({ object }: Report): Message {
  return object?.isIntact === false ? VERIFY_PAGE.factsUnproven : VERIFY_PAGE.facts;
}
