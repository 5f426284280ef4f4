import { useState } from 'preact/hooks';
import { printable } from '../../../kinds/printable.ts';
import type { Report } from '../../../protocol/verify/report.ts';
import { format, type Message } from '../../../text/message.ts';
import { REPORT } from '../../../text/report.ts';
import { timeText } from '../../../text/time.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { VERIFY_SERVICE } from '../../../text/verify-service.ts';
import { decidingStep, reasonNote, receivedAtNote, trustNote } from '../../../verifier/report-view.ts';
import type { Result } from '../result.ts';
import { csvOf } from '../results-csv.ts';
import { saveFile } from '../save-file.ts';
import { grouped } from './grouped.ts';
import { useText } from '../../shared/language.ts';
import { groupOf, isRecordOnly, labelOf, Mark, TONES } from './mark.tsx';
import { Signatures } from './signatures.tsx';
import { TrustLine } from './trust-line.tsx';

interface ResultsTableProps {
  readonly results: readonly Result[];
  readonly verifiedAt: Date;
  readonly otherLog: Message | undefined;
  readonly onOpen: (result: Result) => void;
}

/** Many results: counts that filter, and a row each. */
export function ResultsTable({ results, verifiedAt, otherLog, onOpen }: ResultsTableProps) {
  const { lang, t } = useText();
  const [filter, setFilter] = useState<string | undefined>();
  const reports = results.map(({ report }) => report);
  const trusted = reports.find(({ trust }) => trust !== null) ?? reports[0]!;
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const group = groupOf(result.report);
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  const save = () => {
    const time = verifiedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '');
    saveFile(format(lang, VERIFY_PAGE.csvName, { time }), 'text/csv', csvOf(lang, results, verifiedAt));
  };
  const isOneFile =
    EVL_MODE === 'served' && results.every(({ name, given: what }) => what === 'file' && name === results[0]!.name);
  const shown = (filter === undefined ? undefined : groups.get(filter)) ?? results;
  return (
    <section class="many">
      {isOneFile && <p>{t(VERIFY_SERVICE.severalRecords, { count: results.length })}</p>}
      <TrustLine reports={reports} otherLog={otherLog} />
      <p class="on-paper">
        {t(REPORT.verifiedAt)}
        {t(VERIFY_PAGE.colon)}
        {t(timeText(verifiedAt.toISOString()))} · {t(trustNote(trusted))}
      </p>
      {results.some(({ source }) => source?.source === 'certificate') && (
        <p class="note">{t(VERIFY_PAGE.certificateNote)}</p>
      )}
      <p class="filters" role="group">
        <button type="button" aria-pressed={filter === undefined} onClick={() => setFilter(undefined)}>
          {t(VERIFY_PAGE.all)} {results.length}
        </button>
        {[...groups].map(([group, [first, ...others]]) => (
          <button
            key={group}
            type="button"
            class={TONES[first!.report.verdict]}
            aria-pressed={filter === group}
            onClick={() => setFilter(group)}
          >
            <Mark verdict={first!.report.verdict} isOutline={isRecordOnly(first!.report)} /> {t(labelOf(first!.report))}{' '}
            {others.length + 1}
          </button>
        ))}
      </p>
      <div class="scrolls" tabIndex={0} role="region" aria-label={t(VERIFY_PAGE.results, { count: results.length })}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(VERIFY_PAGE.file)}</th>
              <th scope="col">{t(VERIFY_PAGE.result)}</th>
              <th scope="col">{t(VERIFY_PAGE.number)}</th>
              <th scope="col">{t(VERIFY_PAGE.reason)}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((result, i) => {
              const { report, name, digests } = result;
              const reason = decidingStep(report);
              return (
                <tr key={i}>
                  <td>
                    <button type="button" class="link" onClick={() => onOpen(result)}>
                      {printable(name)}
                    </button>
                    {digests !== undefined && <code class="on-paper">{grouped(digests.sha256)}</code>}
                  </td>
                  <td class={`result ${TONES[report.verdict]}`}>
                    <Mark verdict={report.verdict} isOutline={isRecordOnly(report)} /> {t(labelOf(report))}
                  </td>
                  <td class="number">
                    {report.object?.number}
                    {isOneFile && <RegisteredAt report={report} />}
                  </td>
                  <td>{reason && t(reasonNote(reason))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="actions">
        <button type="button" onClick={() => save()}>
          {t(VERIFY_PAGE.csv)}
        </button>{' '}
        <button type="button" onClick={() => print()}>
          {t(VERIFY_PAGE.printList)}
        </button>
      </p>
      <Signatures />
    </section>
  );
}

/** By what the records of one file differ for a reader, besides their numbers. */
function RegisteredAt({ report: { object } }: { readonly report: Report }) {
  const { t } = useText();
  return object && <small>{t(receivedAtNote(object))}</small>;
}
