import { useState } from 'preact/hooks';
import { printable } from '../../../kinds/printable.ts';
import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { decidingStep, reasonNote } from '../../../verifier/report-view.ts';
import type { Result } from '../result.ts';
import { csvOf } from '../results-csv.ts';
import { saveFile } from '../save-file.ts';
import { useText } from '../../shared/language.ts';
import { groupOf, isRecordOnly, labelOf, Mark, TONES } from './mark.tsx';

interface ResultsTableProps {
  readonly results: readonly Result[];
  readonly onOpen: (result: Result) => void;
}

/** Many results: counts that filter, and a row each. */
export function ResultsTable({ results, onOpen }: ResultsTableProps) {
  const { lang, t } = useText();
  const [filter, setFilter] = useState<string | undefined>();
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const group = groupOf(result.report);
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  const shown = (filter === undefined ? undefined : groups.get(filter)) ?? results;
  return (
    <section class="many">
      <h2>{t(VERIFY_PAGE.results, { count: results.length })}</h2>
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
              const { report, name } = result;
              const reason = decidingStep(report);
              return (
                <tr key={i}>
                  <td>
                    <button type="button" class="link" onClick={() => onOpen(result)}>
                      {printable(name)}
                    </button>
                  </td>
                  <td class={`result ${TONES[report.verdict]}`}>
                    <Mark verdict={report.verdict} isOutline={isRecordOnly(report)} /> {t(labelOf(report))}
                  </td>
                  <td class="number">{report.object?.number}</td>
                  <td>{reason && t(reasonNote(reason))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="actions">
        <button type="button" onClick={() => saveFile('results.csv', 'text/csv', csvOf(lang, results))}>
          {t(VERIFY_PAGE.csv)}
        </button>{' '}
        <button type="button" onClick={() => print()}>
          {t(VERIFY_PAGE.printList)}
        </button>
      </p>
    </section>
  );
}
