import { recordLink } from '../../../kinds/record-link.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import type { Result } from '../result.ts';
import { saveFile } from '../save-file.ts';
import type { SessionState } from '../session-state.ts';
import { CopyLink } from './copy-link.tsx';
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
  readonly onAnother: () => void;
}

/** One result with all that belongs to it, or the table of many, of which each can be opened. */
export function Results({ state, verifiedAt, single: result, onOpen, onAnother }: ResultsProps) {
  const { t } = useText();
  const { results } = state;
  if (result === undefined) return <ResultsTable results={results} onOpen={onOpen} />;
  const shown = { result, verifiedAt };
  const { object } = result.report;
  return (
    <>
      {results.length > 1 && (
        <button type="button" onClick={() => onOpen(undefined)}>
          {t(VERIFY_PAGE.back)}
        </button>
      )}
      <SingleResult {...shown} />
      <Needs state={state} />
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
        <button type="button" onClick={onAnother}>
          {t(VERIFY_PAGE.another)}
        </button>
      </p>
      <Minutes {...shown} />
    </>
  );
}

/** What would make the answer better. */
function Needs({ state: { evidence, receipts, trust } }: { readonly state: SessionState }) {
  const { t } = useText();
  const needs = [
    ...(evidence.length === 0 && receipts.length > 0 ? [VERIFY_PAGE.needFile] : []),
    ...(receipts.length === 0 && evidence.length > 0
      ? [EVL_MODE === 'offline' ? VERIFY_PAGE.needReceiptOffline : VERIFY_PAGE.needReceipt]
      : []),
    ...(trust === undefined && EVL_MODE === 'offline' ? [VERIFY_PAGE.needTrust] : []),
  ];
  return (
    <>
      {needs.map((need, i) => (
        <p key={i} class="note">
          {t(need)}
        </p>
      ))}
    </>
  );
}

function saveReport({ name, report }: Result, verifiedAt: Date): void {
  const document = { ...report, subject: { file: name }, verifiedAt: verifiedAt.toISOString() };
  saveFile(`${name.split('/').at(-1)}.report.json`, 'application/json', `${JSON.stringify(document, null, 2)}\n`);
}
