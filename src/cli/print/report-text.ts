import type { Report, ReportObject, Step, Verdict } from '../../protocol/verify/report.ts';
import { PENDING_CODES } from '../../protocol/verify/verdict.ts';
import { INDEPENDENCE_SOURCES, REPORT } from '../../text/report.ts';
import { stepSentence } from '../../text/step-codes.ts';
import { STATUS_LABELS, STEP_LABELS } from '../../text/steps.ts';
import { SCOPE_NOTES, VERDICT_MEANINGS, VERDICT_LABELS, VERIFIED_FILE } from '../../text/verdicts.ts';
import { bilingual, type Lang, format, type Message } from '../../text/message.ts';
import type { Output, Style } from '../shell/output.ts';

/** What a report is about, as people name it. */
export interface Subject {
  /** Name of the file that was compared. */
  readonly file?: string;
  readonly receipt?: { readonly name: string; readonly source: 'file' | 'service' };
}

const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = {
  VERIFIED: 'good',
  MISMATCH: 'bad',
  NOT_FOUND: 'warn',
  PENDING: 'warn',
  INCONSISTENT: 'bad',
  INDETERMINATE: 'warn',
};

/**
 * The printed report: the word first, then its object, reason, steps, times, what it rests on, and
 * what it does not prove.
 */
export function printReport(output: Output, lang: Lang, report: Report, subject: Subject): void {
  const t = (words: Message) => words[lang];
  const row = (label: Message, value: string, style?: Style) =>
    output.line(`${padded(t(label), LABEL_COLUMNS)}${value}`, style);
  const { verdict } = report;
  const word = VERDICT_LABELS[verdict];
  output.line(lang === 'zh' ? `${word.zh}（${verdict}）` : `${verdict} (${word.zh})`, VERDICT_STYLES[verdict]);
  output.line(t(verdict === 'VERIFIED' && report.scope === 'file' ? VERIFIED_FILE : VERDICT_MEANINGS[verdict]));
  output.line();
  for (const [label, value] of objectRows(report, subject, lang)) row(label, value);
  row(REPORT.scope, t(SCOPE_NOTES[report.scope]));
  const reason = decidingStep(report);
  if (reason !== undefined) {
    row(REPORT.reason, `${t(STEP_LABELS[reason.step])}: ${t(stepSentence(reason.step, reason.code))} [${reason.code}]`);
  }
  output.line();
  if (!isOneCause(report)) {
    output.line(t(REPORT.steps), 'strong');
    for (const step of report.steps) printStep(output, lang, step);
    output.line();
  }
  for (const [label, value] of timeRows(report, lang)) row(label, value);
  const independence = independenceNote(report);
  if (independence !== undefined) row(REPORT.independence, independence[lang]);
  row(REPORT.trust, trustText(report, lang), report.trust?.source === 'server' ? 'warn' : 'plain');
  row(REPORT.limits, t(REPORT.limitsNote));
}

/** The step that made the verdict what it is: a contradiction, another file, or what is missing. */
export function decidingStep({ verdict, steps }: Report): Step | undefined {
  const first = (isIt: (step: Step) => boolean) => steps.find(isIt);
  const deciding: Readonly<Record<Verdict, Step | undefined>> = {
    VERIFIED: undefined,
    MISMATCH: first(({ status }) => status === 'fail'),
    NOT_FOUND: first(({ status }) => status === 'unknown'),
    PENDING: first(({ code }) => PENDING_CODES.includes(code)),
    INCONSISTENT: first(({ status, code }) => status === 'fail' && code !== 'digest-differs'),
    INDETERMINATE: first(({ status, code }) => status === 'unknown' && code !== 'not-judged'),
  };
  return deciding[verdict];
}

/**
 * Nothing was judged, for one reason, which is said already: twelve lines of steps would say it
 * again and again.
 */
function isOneCause({ steps }: Report): boolean {
  const causes = steps.filter(({ status, code }) => status !== 'none' && code !== 'not-judged');
  return causes.every(({ status, code }) => status === 'unknown' && code === causes[0]!.code);
}

function objectRows(report: Report, { file, receipt }: Subject, lang: Lang): [Message, string][] {
  const { object } = report;
  const rows: [Message, string][] = [[REPORT.object, receiptText(receipt, lang)]];
  if (file !== undefined) rows.push([REPORT.file, file]);
  if (object === null) return rows;
  const shown = (value: string | null) => value ?? REPORT.withheld[lang];
  rows.push(
    [REPORT.number, object.number],
    [REPORT.registeredName, shown(object.fileName)],
    [REPORT.caseNumber, shown(object.caseNumber)],
    [
      REPORT.receivedAt,
      object.receivedAt === null ? shown(null) : format(lang, REPORT.receivedAtNote, { time: object.receivedAt }),
    ],
    [REPORT.origin, format(lang, REPORT.originNote, { origin: object.origin, index: object.index ?? '?' })],
  );
  return rows;
}

function receiptText(receipt: Subject['receipt'], lang: Lang): string {
  if (receipt === undefined) return REPORT.noReceipt[lang];
  const words = receipt.source === 'file' ? REPORT.receiptOfFile : REPORT.receiptFromService;
  return format(lang, words, { receipt: receipt.name });
}

function printStep(output: Output, lang: Lang, step: Step): void {
  const styles: Readonly<Record<Step['status'], Style>> = { pass: 'plain', fail: 'bad', unknown: 'warn', none: 'dim' };
  const name = padded(STEP_LABELS[step.step][lang], STEP_COLUMNS);
  const status = padded(STATUS_LABELS[step.status][lang], STATUS_COLUMNS);
  const sentence = step.status === 'none' ? '' : stepSentence(step.step, step.code)[lang];
  const code = step.status === 'fail' || step.status === 'unknown' ? ` [${step.code}]` : '';
  output.line(`  ${status}${name}${sentence}${code}`.trimEnd(), styles[step.status]);
  const indent = ' '.repeat(2 + STATUS_COLUMNS + STEP_COLUMNS);
  if (step.expected !== undefined) output.line(`${indent}${REPORT.expected[lang]} ${step.expected}`, 'dim');
  if (step.found !== undefined) output.line(`${indent}${REPORT.found[lang]} ${step.found}`, 'dim');
  const isSplit = new Set(step.sources?.map(({ status: said, code: by }) => `${said} ${by}`)).size > 1;
  for (const source of isSplit ? (step.sources ?? []) : []) {
    const sourceSentence = stepSentence(step.step, source.code)[lang];
    output.line(`${indent}${format(lang, REPORT.nodeSays, { node: source.name, sentence: sourceSentence })}`, 'dim');
  }
}

function timeRows({ object, steps }: Report, lang: Lang): [Message, string][] {
  if (object === null || (object.notBefore === null && object.anchoredBy === null)) return [];
  const passes = (name: Step['step']) => steps.some(({ step, status }) => step === name && status === 'pass');
  const bound = (
    block: NonNullable<typeof object.anchoredBy>,
    isProven: boolean,
    proven: typeof REPORT.anchoredBy | typeof REPORT.notBefore,
    stated: typeof REPORT.anchoredByUnproven | typeof REPORT.notBeforeUnproven,
  ) => {
    if (!isProven) return format(lang, stated, { block: block.blockNumber });
    return format(lang, proven, { block: block.blockNumber, time: block.blockTime ?? REPORT.timeUnknown });
  };
  const { notBefore, anchoredBy } = object;
  const bounds = [
    ...(notBefore ? [bound(notBefore, passes('not-before'), REPORT.notBefore, REPORT.notBeforeUnproven)] : []),
    ...(anchoredBy
      ? [bound(anchoredBy, passes('anchor') && passes('finality'), REPORT.anchoredBy, REPORT.anchoredByUnproven)]
      : []),
    ...(isStatedOutside(object, passes) ? [REPORT.receivedAtOutside[lang]] : []),
    REPORT.bracket[lang],
  ];
  return bounds.map((text, i) => [i === 0 ? REPORT.times : { zh: '', en: '' }, text]);
}

/** Clocks differ, and a block states whole seconds: so much is no contradiction worth a word. */
const CLOCK_SLACK_MS = 60_000;

/**
 * Whether the operator's time lies outside of what the chain shows: a clock was off, here or there,
 * and the bounds are what counts.
 */
function isStatedOutside(
  { receivedAt, notBefore, anchoredBy }: ReportObject,
  passes: (name: Step['step']) => boolean,
): boolean {
  const statedMs = Date.parse(receivedAt ?? '');
  const earliestMs = passes('not-before') ? Date.parse(notBefore?.blockTime ?? '') : NaN;
  const latestMs = passes('anchor') && passes('finality') ? Date.parse(anchoredBy?.blockTime ?? '') : NaN;
  return statedMs < earliestMs - CLOCK_SLACK_MS || statedMs > latestMs + CLOCK_SLACK_MS; // false where one is not known
}

/**
 * Who besides the operator the verdict rests on; where something is verified and it is nobody, that
 * is said.
 */
export function independenceNote({ verdict, independence }: Report): Message | undefined {
  if (independence === 'none') return verdict === 'VERIFIED' ? REPORT.independenceNone : undefined;
  const names: Readonly<Record<string, Message>> = INDEPENDENCE_SOURCES;
  const sources = independence.split('+').map((source) => names[source] ?? { zh: source, en: source });
  const list = { zh: sources.map(({ zh }) => zh).join('、'), en: sources.map(({ en }) => en).join(', ') };
  return bilingual(REPORT.independenceOf, { sources: list });
}

function trustText({ trust }: Report, lang: Lang): string {
  if (trust === null) return REPORT.trustNone[lang];
  const words = { file: REPORT.trustFile, remembered: REPORT.trustRemembered, server: REPORT.trustServer };
  return format(lang, words[trust.source], { sha256: `sha256:${trust.sha256}` });
}

const LABEL_COLUMNS = 16;
const STATUS_COLUMNS = 10;
const STEP_COLUMNS = 19;

/** Filled with spaces to a number of terminal columns; a Chinese character takes two. */
function padded(text: string, columns: number): string {
  let width = 0;
  for (const character of text) width += /[\u1100-\u115f\u2e80-\uffe6]/.test(character) ? 2 : 1;
  return text + ' '.repeat(Math.max(1, columns - width));
}
