import type { FileFacts } from '../../protocol/verify/record-steps.ts';
import type { Report, Step, Verdict } from '../../protocol/verify/report.ts';
import { format, type Lang, type Message } from '../../text/message.ts';
import { CERTIFICATE_LIMIT } from '../../text/certificate.ts';
import { REPORT } from '../../text/report.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { STATUS_LABELS, STEP_LABELS } from '../../text/steps.ts';
import { timeText } from '../../text/time.ts';
import { SCOPE_NOTES, VERDICT_LABELS } from '../../text/verdicts.ts';
import { timeBounds } from '../../verifier/report-times.ts';
import {
  adviceOf,
  comparedNotes,
  decidingStep,
  fileAnswer,
  hasOneCause,
  independenceNote,
  meaningOf,
  nodeNote,
  reasonNote,
  recordFacts,
  sentenceOf,
  trustNote,
} from '../../verifier/report-view.ts';
import type { Output, Style } from '../shell/output.ts';
import { padTo } from './columns.ts';
import { thisProgram } from './this-program.ts';

/** What a report is about, by the names that its reader knows. */
export interface Subject {
  /** Name of the file that was compared. */
  readonly file?: string;
  /** Those of the file, in hex and bytes, or the one that was typed in its place. */
  readonly digests?: FileFacts;
  /** The record number that was looked up. */
  readonly number?: string;
  /** Address of the service that was asked for records. */
  readonly service?: string;
  readonly receipt?: { readonly name: string; readonly source: 'file' | 'service' | 'certificate' };
}

const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = {
  VERIFIED: 'good',
  MISMATCH: 'bad',
  NOT_FOUND: 'warn',
  PENDING: 'warn',
  INCONSISTENT: 'bad',
  INDETERMINATE: 'warn',
};
const STATUS_STYLES: Readonly<Record<Step['status'], Style>> = {
  pass: 'plain',
  fail: 'bad',
  unknown: 'warn',
  none: 'dim',
};
const LABEL_COLUMNS = 16;
const STATUS_COLUMNS = 10;
const STEP_COLUMNS = 20;
const STEP_INDENT = ' '.repeat(2 + STATUS_COLUMNS + STEP_COLUMNS);

/** How a report is printed. */
export interface ReportOptions {
  /** All steps, not only those that fail or could not be decided. */
  readonly isVerbose?: boolean | undefined;
  /** Time of the verification. */
  readonly verifiedAt?: Date | undefined;
}

/**
 * Prints a report: verdict, meaning, advice and the two answers first, then the facts of the
 * record, the times, the steps that did not pass, and what it rests on.
 */
export function printReport(
  output: Output,
  lang: Lang,
  report: Report,
  subject: Subject,
  { isVerbose = false, verifiedAt = new Date() }: ReportOptions = {},
): void {
  const row = (label: Message, value: string, style?: Style) =>
    output.line(`${padTo(LABEL_COLUMNS, label[lang])}${value}`, style);
  printVerdict(output, lang, report);
  row(REPORT.next, adviceOf(report)[lang]);
  row(REPORT.isRegistered, fileAnswer(report)[lang]);
  row(REPORT.onWhoseWord, independenceNote(report)[lang], report.independence === 'none' ? 'warn' : 'plain');
  output.line();
  const reason = decidingStep(report);
  if (reason !== undefined) row(REPORT.reason, reasonNote(reason)[lang]);
  for (const { label, value } of recordFacts(report)) row(label, value[lang]);
  timeBounds(report).forEach((bound, i) => row(i === 0 ? REPORT.times : NO_LABEL, bound[lang]));
  output.line();
  printSteps(output, lang, report, isVerbose);
  receiptLines(subject, lang).forEach((line, i) => row(i === 0 ? REPORT.receipt : NO_LABEL, line));
  if (subject.file !== undefined) row(REPORT.file, subject.file);
  for (const { label, lines } of soughtFacts(report, subject, lang)) {
    lines.forEach((line, i) => row(i === 0 ? label : NO_LABEL, line));
  }
  row(REPORT.scope, SCOPE_NOTES[report.scope][lang]);
  row(REPORT.trust, trustNote(report)[lang], report.trust?.source === 'server' ? 'warn' : 'plain');
  for (const [i, node] of report.nodes.entries()) row(i === 0 ? REPORT.nodes : NO_LABEL, nodeNote(node)[lang]);
  row(REPORT.verifiedAt, timeText(verifiedAt.toISOString())[lang]);
  row(REPORT.program, programText(lang));
  row(REPORT.limits, REPORT.limitsNote[lang]);
}

/**
 * What was looked up, and where. Of a file that was judged by a receipt its digests are in the step
 * that compares them.
 */
export function soughtFacts(
  { object, scope }: Report,
  { digests, number, receipt, service }: Subject,
  lang: Lang,
): { readonly label: Message; readonly lines: readonly string[] }[] {
  const shown = object === null || scope === 'digest' ? digests : undefined;
  const values = [
    ...(shown === undefined ? [] : [format(lang, REPORT.sha256Note, { value: shown.sha256 })]),
    ...(shown?.sm3 === undefined ? [] : [format(lang, REPORT.sm3Note, { value: shown.sm3 })]),
    ...(shown?.size === undefined ? [] : [format(lang, REPORT.sizeNote, { value: shown.size })]),
  ];
  return [
    { label: scope === 'digest' ? REPORT.digestsTyped : REPORT.digests, lines: values },
    { label: REPORT.numberSought, lines: number === undefined || receipt !== undefined ? [] : [number] },
    { label: REPORT.service, lines: service === undefined ? [] : [service] },
  ].filter(({ lines }) => lines.length > 0);
}

const NO_LABEL: Message = { zh: '', en: '' };

function printVerdict(output: Output, lang: Lang, report: Report): void {
  const { verdict } = report;
  const { zh } = VERDICT_LABELS[verdict];
  output.line(lang === 'zh' ? `${zh}（${verdict}）` : `${verdict} (${zh})`, VERDICT_STYLES[verdict]);
  output.line(meaningOf(report)[lang]);
}

function printSteps(output: Output, lang: Lang, report: Report, isVerbose: boolean): void {
  const shown = report.steps.filter(({ status }) => isVerbose || status === 'fail' || status === 'unknown');
  if (shown.length === 0 || (hasOneCause(report) && !isVerbose)) return;
  const hint = isVerbose ? '' : `  (${REPORT.allSteps[lang]})`;
  output.line(`${REPORT.steps[lang]}${hint}`, 'strong');
  for (const step of shown) printStep(output, lang, report, step);
  output.line();
}

/** The program that reports, with its digest. */
export function programText(lang: Lang): string {
  const { version, sha256 } = thisProgram();
  return format(lang, REPORT.programNote, { version, sha256 });
}

/** The receipt that was judged, and what was not looked at where it came with a certificate. */
export function receiptLines({ receipt }: Subject, lang: Lang): string[] {
  if (receipt === undefined) return [REPORT.noReceipt[lang]];
  const messages = {
    file: REPORT.receiptOfFile,
    service: REPORT.receiptFromService,
    certificate: REPORT.receiptOfCertificate,
  };
  const name = format(lang, messages[receipt.source], { receipt: receipt.name });
  return receipt.source === 'certificate' ? [name, CERTIFICATE_LIMIT[lang]] : [name];
}

function printStep(output: Output, lang: Lang, report: Report, step: Step): void {
  const status = padTo(STATUS_COLUMNS, STATUS_LABELS[step.status][lang]);
  const name = padTo(STEP_COLUMNS, STEP_LABELS[step.step][lang]);
  const sentence = step.status === 'none' ? '' : sentenceOf(report, step)[lang];
  const hasCode = step.status === 'fail' || step.status === 'unknown';
  const code = hasCode ? format(lang, REPORT.stepCode, { code: step.code }) : '';
  output.line(`  ${status}${name}${sentence}${code}`.trimEnd(), STATUS_STYLES[step.status]);
  for (const note of comparedNotes(step)) output.line(`${STEP_INDENT}${note[lang]}`, 'dim');
  const isSplit = new Set(step.sources?.map((source) => `${source.status} ${source.code}`)).size > 1;
  for (const source of isSplit ? (step.sources ?? []) : []) {
    const answer = { node: source.name, sentence: stepSentence(step.step, source.code) };
    output.line(`${STEP_INDENT}${format(lang, REPORT.nodeAnswers, answer)}`, 'dim');
  }
}
