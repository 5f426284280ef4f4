import { printable } from '../../kinds/printable.ts';
import { format, type Lang, type Message } from '../../text/message.ts';
import { REPORT } from '../../text/report.ts';
import { timeText } from '../../text/time.ts';
import { VERIFY_PAGE } from '../../text/verify-page.ts';
import { decidingStep, reasonNote, trustNote } from '../../verifier/report-view.ts';
import type { Result } from './result.ts';
import { labelOf } from './view/mark.tsx';
import { chainNote } from './view/trust-line.tsx';

const HEADINGS: readonly Message[] = [
  VERIFY_PAGE.file,
  VERIFY_PAGE.result,
  VERIFY_PAGE.number,
  VERIFY_PAGE.reason,
  { zh: 'SHA-256', en: 'SHA-256' },
  REPORT.verifiedAt,
  REPORT.trust,
  VERIFY_PAGE.chainAnswers,
];

/** Spreadsheets take a cell with such a beginning for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * The results as CSV (RFC 4180) with a byte order mark, by which spreadsheets recognise UTF-8. A
 * name that a spreadsheet would carry out is written with an apostrophe before it.
 */
export function csvOf(lang: Lang, results: readonly Result[], verifiedAt: Date): string {
  const time = timeText(verifiedAt.toISOString())[lang];
  const rows = results.map(({ name, report, digests }) => {
    const reason = decidingStep(report);
    const label = format(lang, labelOf(report));
    return [
      name,
      label.startsWith(report.verdict) ? label : `${report.verdict} ${label}`,
      report.object?.number ?? '',
      reason === undefined ? '' : reasonNote(reason)[lang],
      digests?.sha256 ?? '',
      time,
      trustNote(report)[lang],
      chainNote(report)[lang],
    ].map(printable);
  });
  const lines = [HEADINGS.map((heading) => heading[lang]), ...rows].map((cells) => cells.map(cellOf).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
