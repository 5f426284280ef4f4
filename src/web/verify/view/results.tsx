import { recordLink } from '../../../kinds/record-link.ts';
import type { Report, StepName } from '../../../protocol/verify/report.ts';
import type { Message } from '../../../text/message.ts';
import { STEP_LABELS } from '../../../text/steps.ts';
import { causeOf } from '../../../verifier/report-view.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { useOtherLog } from '../other-log.ts';
import { inOrder, type Result } from '../result.ts';
import { reportDocument } from '../report-document.ts';
import { saveFile } from '../save-file.ts';
import type { SessionState } from '../session-state.ts';
import { usedOf } from '../trust-choice.ts';
import { Banner } from './banner.tsx';
import { CertificateLink } from './certificate-link.tsx';
import { CertificateNote } from './certificate-note.tsx';
import { CopyLink } from './copy-link.tsx';
import { CourtChoice } from './court-choice.tsx';
import { LinkNote } from './link-note.tsx';
import { useText } from '../../shared/language.ts';
import { groupOf, labelOf } from './mark.tsx';
import { Minutes } from './minutes.tsx';
import { ResultsTable } from './results-table.tsx';
import { SingleResult } from './single-result.tsx';

interface VerdictProps {
  readonly results: readonly Result[];
  readonly isCourt: boolean;
  /** The one that is shown; undefined: all of them. */
  readonly single: Result | undefined;
}

/** What is announced once there are results: the verdict of one, or the counts of many. */
export function Verdict({ results, isCourt, single }: VerdictProps) {
  const { t } = useText();
  if (single !== undefined) return <Banner report={single.report} />;
  const count = results.length;
  if (isCourt) return <p class="trouble">{t(VERIFY_PAGE.courtShowsOne, { count })}</p>;
  const counts = new Map<string, [label: string, count: number]>();
  for (const { report } of inOrder(results)) {
    const [label, before] = counts.get(groupOf(report)) ?? [t(labelOf(report)), 0];
    counts.set(groupOf(report), [label, before + 1]);
  }
  return (
    <h2>
      {t(VERIFY_PAGE.results, { count })}{' '}
      <small class="unseen">{[...counts.values()].map((one) => one.join(' ')).join(t(VERIFY_PAGE.semicolon))}</small>
    </h2>
  );
}

interface ResultsProps extends Omit<VerdictProps, 'results'> {
  readonly state: SessionState;
  readonly verifiedAt: Date;
  readonly onOpen: (result: Result) => void;
  readonly onLeaveCourt: () => void;
  readonly onRetry: () => void;
  readonly onEvidence: (file: File) => void;
  readonly onAnother: () => void;
}

/** All but the verdict: what belongs to one result, or the many, of which each can be opened. */
export function Results({
  state,
  verifiedAt,
  isCourt,
  single: result,
  onOpen,
  onLeaveCourt,
  onRetry,
  onEvidence,
  onAnother,
}: ResultsProps) {
  const { lang, t } = useText();
  const otherLog = EVL_MODE === 'served' ? useOtherLog(state.trusts) : undefined;
  const note = EVL_MODE === 'served' && (
    <>
      <LinkNote state={state} onEvidence={onEvidence} />
      <CertificateNote state={state} result={result} onEvidence={onEvidence} />
    </>
  );
  if (result === undefined) {
    const results = inOrder(state.results);
    if (isCourt) return <CourtChoice {...{ results, onOpen, onLeaveCourt, onAnother }} />;
    return (
      <>
        {note}
        <ResultsTable results={results} verifiedAt={verifiedAt} otherLog={otherLog} onOpen={onOpen} />
      </>
    );
  }
  const shown = { result, verifiedAt, otherLog };
  const { object } = result.report;
  const save = () => {
    const document = reportDocument(lang, result, state.wanted, verifiedAt);
    const name = `${result.name.split('/').at(-1)}.report.json`;
    saveFile(name, 'application/json', `${JSON.stringify(document, null, 2)}\n`);
  };
  return (
    <>
      {note}
      <SingleResult {...shown} isCourt={isCourt}>
        <Needs state={state} result={result} onRetry={onRetry} />
      </SingleResult>
      <p class="actions">
        <button type="button" class="primary" onClick={() => print()}>
          {t(VERIFY_PAGE.print)}
        </button>{' '}
        <button type="button" onClick={() => save()}>
          {t(VERIFY_PAGE.saveReport)}
        </button>{' '}
        {EVL_MODE === 'served' && object !== null && (
          <CopyLink link={recordLink(`${location.origin}/verify`, object.number, result.digests?.sha256)} />
        )}{' '}
        {EVL_MODE === 'served' && <CertificateLink report={result.report} />}{' '}
        <button type="button" onClick={onAnother}>
          {t(VERIFY_PAGE.another)}
        </button>
      </p>
      <Minutes {...shown} wanted={state.wanted} />
    </>
  );
}

interface NeedsProps {
  readonly state: SessionState;
  readonly result: Result;
  readonly onRetry: () => void;
}

/** What would make the answer better. */
function Needs({
  state: { evidence, receipts, trusts, fault },
  result: { name, given, report, source },
  onRetry,
}: NeedsProps) {
  const { lang, t } = useText();
  const isRecord = report.object !== null && report.scope !== 'file';
  const unasked = unaskedOf(report).map((label) => t(label));
  const needs = [
    ...(isRecord || (evidence.length === 0 && receipts.length > 0) ? [VERIFY_PAGE.needFile] : []),
    ...(given === 'file' && receipts.length === 0
      ? [EVL_MODE === 'offline' ? VERIFY_PAGE.needReceiptOffline : VERIFY_SERVICE.needReceipt]
      : []),
    ...(EVL_MODE === 'offline' && given === 'file' && receipts.length === 0 && PICTURE_NAMES.test(name)
      ? [VERIFY_PAGE.noQrOffline]
      : []),
    ...(EVL_MODE === 'offline' && usedOf(trusts) === undefined ? [VERIFY_PAGE.needTrust] : []),
    ...(source?.source === 'certificate' ? [VERIFY_PAGE.certificateNote] : []),
  ];
  return (
    <>
      {EVL_MODE === 'offline' && unasked.length > 0 && (
        <p class="note">{t(VERIFY_PAGE.unasked, { questions: unasked.join(lang === 'zh' ? '、' : ', ') })}</p>
      )}
      {needs.map((need, i) => (
        <p key={i} class="note">
          {t(need)}
        </p>
      ))}
      {EVL_MODE === 'served' && fault === undefined && isAskedAgain(report) && (
        <p>
          <button type="button" onClick={onRetry}>
            {t(report.verdict === 'PENDING' ? VERIFY_SERVICE.askAgain : VERIFY_SERVICE.retry)}
          </button>
        </p>
      )}
    </>
  );
}

/** Whether asking again may give more: the record waits, or somebody did not answer. */
function isAskedAgain(report: Report): boolean {
  return report.verdict === 'PENDING' || ['chain', 'service'].includes(causeOf(report) ?? '');
}

/** What only the chain or the service could answer, where nobody is asked. */
function unaskedOf({ object, steps }: Report): Message[] {
  if (object === null) return [];
  // that the receipt has no anchor is known: what could be asked is whether there is one by now
  const open = steps.filter(
    ({ step, status, code }) => status === 'unknown' && code !== 'not-anchored' && ASKED_OF_CHAIN.includes(step),
  );
  return [...open.map(({ step }) => STEP_LABELS[step]), VERIFY_PAGE.newerAnchor];
}

const PICTURE_NAMES = /\.(?:avif|bmp|gif|hei[cf]|jpe?g|png|webp)$/i;
const ASKED_OF_CHAIN: readonly StepName[] = ['chain-identity', 'anchor', 'finality', 'endorsement', 'not-before'];
