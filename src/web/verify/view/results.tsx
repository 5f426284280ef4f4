import { recordLink } from '../../../kinds/record-link.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import type { Result } from '../result.ts';
import { saveFile } from '../save-file.ts';
import type { SessionState } from '../session-state.ts';
import { CertificateLink } from './certificate-link.tsx';
import { CertificateNote } from './certificate-note.tsx';
import { CopyLink } from './copy-link.tsx';
import { LinkNote } from './link-note.tsx';
import { useText } from './language.ts';
import { Minutes } from './minutes.tsx';
import { ResultsTable } from './results-table.tsx';
import { SingleResult } from './single-result.tsx';

interface ResultsProps {
  readonly state: SessionState;
  readonly verifiedAt: Date;
  /** The one that is shown; undefined: the table of all. */
  readonly single: Result | undefined;
  readonly onOpen: (result: Result | undefined) => void;
  readonly onRetry: () => void;
  readonly onEvidence: (file: File) => void;
  readonly onAnother: () => void;
}

/** One result with all that belongs to it, or the table of many, of which each can be opened. */
export function Results({ state, verifiedAt, single: result, onOpen, onRetry, onEvidence, onAnother }: ResultsProps) {
  const { t } = useText();
  const { results } = state;
  const note = EVL_MODE === 'served' && (
    <>
      <LinkNote state={state} onEvidence={onEvidence} />
      <CertificateNote state={state} result={result} onEvidence={onEvidence} />
    </>
  );
  if (result === undefined) {
    return (
      <>
        {note}
        <ResultsTable results={results} onOpen={onOpen} />
      </>
    );
  }
  const shown = { result, verifiedAt };
  const { object } = result.report;
  return (
    <>
      {results.length > 1 && (
        <button type="button" onClick={() => onOpen(undefined)}>
          {t(VERIFY_PAGE.back)}
        </button>
      )}
      {note}
      <SingleResult {...shown}>
        <Needs state={state} result={result} onRetry={onRetry} />
      </SingleResult>
      <p class="actions">
        <button type="button" class="primary" onClick={() => print()}>
          {t(VERIFY_PAGE.print)}
        </button>{' '}
        <button type="button" onClick={() => saveReport(result, verifiedAt)}>
          {t(VERIFY_PAGE.saveReport)}
        </button>{' '}
        {EVL_MODE === 'served' && object !== null && (
          <CopyLink link={recordLink(`${location.origin}/verify`, object.number, result.sha256)} />
        )}{' '}
        {EVL_MODE === 'served' && <CertificateLink report={result.report} />}{' '}
        <button type="button" onClick={onAnother}>
          {t(VERIFY_PAGE.another)}
        </button>
      </p>
      <Minutes {...shown} />
    </>
  );
}

interface NeedsProps {
  readonly state: SessionState;
  readonly result: Result;
  readonly onRetry: () => void;
}

/** What would make the answer better. */
function Needs({ state: { evidence, receipts, trusts }, result: { given, report }, onRetry }: NeedsProps) {
  const { t } = useText();
  const isRecord = report.object !== null && report.scope !== 'file';
  const needs = [
    ...(isRecord || (evidence.length === 0 && receipts.length > 0) ? [VERIFY_PAGE.needFile] : []),
    ...(given === 'file' && receipts.length === 0
      ? [EVL_MODE === 'offline' ? VERIFY_PAGE.needReceiptOffline : VERIFY_SERVICE.needReceipt]
      : []),
    ...(EVL_MODE === 'offline' && !trusts.some(({ isUsed }) => isUsed) ? [VERIFY_PAGE.needTrust] : []),
    ...(receipts.some(({ isOfCertificate }) => isOfCertificate) ? [VERIFY_PAGE.certificateNote] : []),
  ];
  return (
    <>
      {needs.map((need, i) => (
        <p key={i} class="note">
          {t(need)}
        </p>
      ))}
      {EVL_MODE === 'served' && report.verdict === 'PENDING' && (
        <p>
          <button type="button" onClick={onRetry}>
            {t(VERIFY_SERVICE.askAgain)}
          </button>
        </p>
      )}
    </>
  );
}

function saveReport({ name, given, typed = name, report }: Result, verifiedAt: Date): void {
  const subject = given === 'file' ? { file: name } : given === 'receipt' ? { receipt: name } : { typed };
  const document = { ...report, subject, verifiedAt: verifiedAt.toISOString() };
  saveFile(`${name.split('/').at(-1)}.report.json`, 'application/json', `${JSON.stringify(document, null, 2)}\n`);
}
