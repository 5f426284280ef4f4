import type { Report, Verdict } from '../../protocol/verify/report.ts';
import { format, type Lang } from '../../text/message.ts';
import { PAPER, REPORT } from '../../text/report.ts';
import { STATUS_LABELS, STEP_LABELS } from '../../text/steps.ts';
import { timeText } from '../../text/time.ts';
import { SCOPE_NOTES, VERDICT_LABELS } from '../../text/verdicts.ts';
import { timeBounds } from '../../verifier/report-times.ts';
import {
  adviceOf,
  comparedNotes,
  decidingStep,
  fileAnswer,
  independenceNote,
  meaningOf,
  nodeNote,
  reasonNote,
  recordFacts,
  sentenceOf,
  trustNote,
} from '../../verifier/report-view.ts';
import { escapeHtml, paperPage, type PaperRow, paperTable } from './paper.ts';
import { programText, receiptLines, soughtFacts, type Subject } from './report-text.ts';

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

/** The reports as one page to print. */
export function reportHtml(lang: Lang, reports: readonly PaperReport[], verifiedAt: Date): string {
  return paperPage(
    lang,
    PAPER.title,
    PAPER.verifier,
    reports.map((one) => section(lang, one, verifiedAt)),
  );
}

function section(lang: Lang, { report, subject }: PaperReport, verifiedAt: Date): string {
  const { verdict } = report;
  const label = VERDICT_LABELS[verdict];
  const reason = decidingStep(report);
  const about: PaperRow[] = [
    [REPORT.receipt, receiptLines(subject, lang)],
    ...(subject.file === undefined ? [] : [[REPORT.file, subject.file] as const]),
    ...soughtFacts(report, subject, lang).map(({ label: name, lines }) => [name, lines] as const),
    [REPORT.scope, SCOPE_NOTES[report.scope][lang]],
    [REPORT.trust, trustNote(report)[lang]],
    ...report.nodes.map((node) => [REPORT.nodes, nodeNote(node)[lang]] as const),
    [REPORT.verifiedAt, timeText(verifiedAt.toISOString())[lang]],
    [REPORT.program, programText(lang)],
  ];
  const times = timeBounds(report).map((bound) => bound[lang]);
  const record: PaperRow[] = [
    ...recordFacts(report).map(({ label: name, value }) => [name, value[lang]] as const),
    ...(times.length === 0 ? [] : [[REPORT.times, times] as const]),
  ];
  return `<section>
<p class="verdict ${verdict.toLowerCase()}"><span>${SYMBOLS[verdict]}</span> ${escapeHtml(label.zh)} ${verdict}</p>
<p>${escapeHtml(meaningOf(report)[lang])}</p>
${paperTable(lang, [
  ...(reason === undefined ? [] : [[REPORT.reason, reasonNote(reason)[lang]] as const]),
  [REPORT.next, adviceOf(report)[lang]],
  [REPORT.isRegistered, fileAnswer(report)[lang]],
  [REPORT.onWhoseWord, independenceNote(report)[lang]],
])}
${record.length === 0 ? '' : `<h2>${escapeHtml(PAPER.record[lang])}</h2>\n${paperTable(lang, record)}`}
<h2>${escapeHtml(PAPER.verification[lang])}</h2>
${paperTable(lang, about)}
<h2>${escapeHtml(REPORT.steps[lang])}</h2>
${paperTable(lang, stepRows(lang, report))}
<p class="limits">${escapeHtml(`${REPORT.limits[lang]}${lang === 'zh' ? '：' : ': '}${REPORT.limitsNote[lang]}`)}</p>
</section>`;
}

function stepRows(lang: Lang, report: Report): PaperRow[] {
  return report.steps.map((step) => {
    const { status, code } = step;
    const sentence = status === 'none' ? '' : sentenceOf(report, step)[lang];
    const hasCode = status === 'fail' || status === 'unknown';
    const first = `${STATUS_LABELS[status][lang]}  ${sentence}${hasCode ? format(lang, REPORT.stepCode, { code }) : ''}`;
    return [STEP_LABELS[step.step], [first.trim(), ...comparedNotes(step).map((note) => note[lang])]];
  });
}
