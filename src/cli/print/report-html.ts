import type { Report, Verdict } from '../../protocol/verify/report.ts';
import { VERSION } from '../../server/version.ts';
import { format, type Lang, type Message } from '../../text/message.ts';
import { PAPER, REPORT } from '../../text/report.ts';
import { stepSentence } from '../../text/step-codes.ts';
import { STATUS_LABELS, STEP_LABELS } from '../../text/steps.ts';
import { timeText } from '../../text/time.ts';
import { SCOPE_NOTES, VERDICT_LABELS } from '../../text/verdicts.ts';
import { timeBounds } from '../../verifier/report-times.ts';
import {
  adviceOf,
  decidingStep,
  fileAnswer,
  independenceNote,
  meaningOf,
  recordFacts,
} from '../../verifier/report-view.ts';
import { comparedValues, nodeText, reasonText, receiptText, type Subject, trustText } from './report-text.ts';

/** One judged receipt, and what it is about. */
export interface PaperReport {
  readonly report: Report;
  readonly subject: Subject;
}

/** A verdict is never told by its colour alone. */
const SYMBOLS: Readonly<Record<Verdict, string>> = {
  VERIFIED: '✓',
  MISMATCH: '✗',
  NOT_FOUND: '?',
  PENDING: '…',
  INCONSISTENT: '✗',
  INDETERMINATE: '?',
};

/**
 * The reports as one page to print: self-contained HTML without scripts, with blanks for
 * signatures. All values come from files, services and nodes, and are escaped.
 */
export function reportHtml(lang: Lang, reports: readonly PaperReport[], verifiedAt: Date): string {
  const title = escapeHtml(PAPER.title[lang]);
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${reports.map((one) => section(lang, one, verifiedAt)).join('\n')}
${signatures(lang)}
</body>
</html>
`;
}

function section(lang: Lang, { report, subject }: PaperReport, verifiedAt: Date): string {
  const { verdict } = report;
  const label = VERDICT_LABELS[verdict];
  const reason = decidingStep(report);
  const about: (readonly [Message, string])[] = [
    [REPORT.receipt, receiptText(subject.receipt, lang)],
    ...(subject.file === undefined ? [] : [[REPORT.file, subject.file] as const]),
    [REPORT.scope, SCOPE_NOTES[report.scope][lang]],
    [REPORT.trust, trustText(report, lang)],
    ...report.nodes.map((node) => [REPORT.nodes, nodeText(node, lang)] as const),
    [
      REPORT.verifiedAt,
      format(lang, REPORT.verifiedBy, { time: timeText(verifiedAt.toISOString()), version: VERSION }),
    ],
  ];
  return `<section>
<p class="verdict ${verdict.toLowerCase()}"><span>${SYMBOLS[verdict]}</span> ${escapeHtml(label.zh)} ${verdict}</p>
<p>${escapeHtml(meaningOf(report)[lang])}</p>
${table(lang, [
  ...(reason === undefined ? [] : [[REPORT.reason, reasonText(lang, reason)] as const]),
  [REPORT.next, adviceOf(report)[lang]],
  [REPORT.isRegistered, fileAnswer(report)[lang]],
  [REPORT.onWhoseWord, independenceNote(report)[lang]],
])}
<h2>${escapeHtml(PAPER.record[lang])}</h2>
${table(lang, [
  ...recordFacts(report).map(({ label: name, value }) => [name, value[lang]] as const),
  ...timeBounds(report).map((bound) => [REPORT.times, bound[lang]] as const),
])}
<h2>${escapeHtml(PAPER.verification[lang])}</h2>
${table(lang, about)}
<h2>${escapeHtml(REPORT.steps[lang])}</h2>
${table(lang, stepRows(lang, report))}
<p class="limits">${escapeHtml(`${REPORT.limits[lang]}${lang === 'zh' ? '：' : ': '}${REPORT.limitsNote[lang]}`)}</p>
</section>`;
}

function stepRows(lang: Lang, { steps }: Report): (readonly [Message, string])[] {
  return steps.map((step) => {
    const { status, code } = step;
    const sentence = status === 'none' ? '' : stepSentence(step.step, code)[lang];
    const hasCode = status === 'fail' || status === 'unknown';
    const first = `${STATUS_LABELS[status][lang]}  ${sentence}${hasCode ? format(lang, REPORT.stepCode, { code }) : ''}`;
    return [STEP_LABELS[step.step], [first.trim(), ...comparedValues(step, lang)].join('\n')];
  });
}

function table(lang: Lang, rows: readonly (readonly [Message, string])[]): string {
  const lines = rows.map(
    ([label, value]) => `<tr><th scope="row">${escapeHtml(label[lang])}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>\n${lines.join('\n')}\n</table>`;
}

function signatures(lang: Lang): string {
  const blanks = [PAPER.verifier, PAPER.office, PAPER.date].map(
    (label) => `<p><span>${escapeHtml(label[lang])}</span><span class="blank"></span></p>`,
  );
  return `<section class="signatures">\n${blanks.join('\n')}\n</section>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `
body { font: 11pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; margin: 2em auto; max-width: 45em; color: #000; }
h1 { font-size: 16pt; text-align: center; }
h2 { font-size: 12pt; margin: 1.2em 0 0.3em; }
section { break-inside: auto; border-top: 1px solid #000; padding-top: 0.5em; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #888; padding: 0.2em 0.5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; white-space: pre-line; }
th { width: 9em; font-weight: normal; background: #f3f3f3; }
tr { break-inside: avoid; }
.verdict { font-size: 15pt; font-weight: bold; border: 2px solid #000; padding: 0.3em 0.6em; }
.limits { margin-top: 1em; }
.signatures { break-inside: avoid; margin-top: 2em; }
.signatures p { display: flex; gap: 1em; margin: 1.5em 0; }
.blank { flex: 1; border-bottom: 1px solid #000; }
@media print { body { margin: 0; max-width: none; } }
@page { size: A4; margin: 2cm; }
`;
