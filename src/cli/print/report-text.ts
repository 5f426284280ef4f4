import type { Report, Step, Verdict } from '../../protocol/verify/report.ts';
import { PENDING_CODES } from '../../protocol/verify/verdict.ts';
import { bilingual, format, type Lang, type Message } from '../../text/message.ts';
import { INDEPENDENCE_SOURCES, REPORT } from '../../text/report.ts';
import { stepSentence } from '../../text/step-codes.ts';
import { STATUS_LABELS, STEP_LABELS } from '../../text/steps.ts';
import { recordedTimeText } from '../../text/time.ts';
import { OTHER_FILE, SCOPE_NOTES, VERDICT_LABELS, VERDICT_MEANINGS, VERIFIED_FILE } from '../../text/verdicts.ts';
import type { Output, Style } from '../shell/output.ts';
import { padTo } from './columns.ts';
import { timeBounds } from './report-times.ts';

/** What a report is about, by the names that its reader knows. */
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

/**
 * Prints a report: the verdict first, then its subject, reason, steps, times, what it rests on, and
 * what it does not prove.
 */
export function printReport(output: Output, lang: Lang, report: Report, subject: Subject): void {
  const row = (label: Message, value: string, style?: Style) =>
    output.line(`${padTo(LABEL_COLUMNS, label[lang])}${value}`, style);
  printVerdict(output, lang, report);
  output.line();
  for (const [label, value] of subjectRows(report, subject, lang)) row(label, value);
  row(REPORT.scope, SCOPE_NOTES[report.scope][lang]);
  const reason = decidingStep(report);
  if (reason !== undefined) row(REPORT.reason, reasonText(lang, reason));
  output.line();
  if (!hasOneCause(report)) {
    output.line(REPORT.steps[lang], 'strong');
    for (const step of report.steps) printStep(output, lang, step);
    output.line();
  }
  timeBounds(report).forEach((bound, i) => row(i === 0 ? REPORT.times : NO_LABEL, bound[lang]));
  for (const [i, node] of report.nodes.entries()) row(i === 0 ? REPORT.nodes : NO_LABEL, nodeText(node, lang));
  row(REPORT.trust, trustText(report, lang), report.trust?.source === 'server' ? 'warn' : 'plain');
  row(REPORT.limits, REPORT.limitsNote[lang]);
}

const NO_LABEL: Message = { zh: '', en: '' };

function printVerdict(output: Output, lang: Lang, report: Report): void {
  const { verdict, independence } = report;
  const { zh } = VERDICT_LABELS[verdict];
  output.line(lang === 'zh' ? `${zh}（${verdict}）` : `${verdict} (${zh})`, VERDICT_STYLES[verdict]);
  output.line(meaningOf(report)[lang]);
  const note = independenceNote(report);
  if (note !== undefined) output.line(note[lang], independence === 'none' ? 'warn' : 'plain');
}

function meaningOf({ verdict, scope, comparison }: Report): Message {
  if (verdict === 'VERIFIED' && scope === 'file') return VERIFIED_FILE;
  if (verdict === 'INDETERMINATE' && comparison === 'different') return OTHER_FILE;
  return VERDICT_MEANINGS[verdict];
}

/** The step that decides the verdict: a contradiction, another file, or what is missing. */
export function decidingStep({ verdict, steps }: Report): Step | undefined {
  const first = (matches: (step: Step) => boolean) => steps.find(matches);
  const deciding: Readonly<Record<Verdict, Step | undefined>> = {
    VERIFIED: undefined,
    MISMATCH: first(({ status }) => status === 'fail'),
    NOT_FOUND: first(({ status }) => status === 'unknown'),
    PENDING: first(({ code }) => PENDING_CODES.includes(code)),
    // A file that contradicts a digest tells nothing where the receipt itself was edited.
    INCONSISTENT:
      first(({ step, status }) => status === 'fail' && step !== 'file-digest') ??
      first(({ status, code }) => status === 'fail' && code !== 'digest-differs'),
    INDETERMINATE: first(({ status, code }) => status === 'unknown' && code !== 'not-judged'),
  };
  return deciding[verdict];
}

function reasonText(lang: Lang, { step, code }: Step): string {
  return format(lang, REPORT.reasonNote, { step: STEP_LABELS[step], sentence: stepSentence(step, code), code });
}

/** Whether nothing was judged for one reason: the steps would only repeat it twelve times. */
function hasOneCause({ steps }: Report): boolean {
  const causes = steps.filter(({ status, code }) => status !== 'none' && code !== 'not-judged');
  return causes.every(({ status, code }) => status === 'unknown' && code === causes[0]!.code);
}

function subjectRows({ object }: Report, { file, receipt }: Subject, lang: Lang): [Message, string][] {
  const rows: [Message, string][] = [[REPORT.receipt, receiptText(receipt, lang)]];
  if (file !== undefined) rows.push([REPORT.file, file]);
  if (object === null) return rows;
  const shown = (value: string | null) => value ?? REPORT.withheld[lang];
  const receivedAt = object.receivedAt === null ? REPORT.withheld : recordedTimeText(object.receivedAt);
  const origin = format(lang, REPORT.originNote, { origin: object.origin, index: object.index ?? '?' });
  const stated: [Message, string][] = [
    [REPORT.number, object.number],
    [REPORT.registeredName, shown(object.fileName)],
    [REPORT.caseNumber, shown(object.caseNumber)],
    [REPORT.receivedAt, receivedAt[lang]],
    [REPORT.origin, origin],
  ];
  const marked = (value: string) => (object.isIntact ? value : format(lang, REPORT.notIntact, { value }));
  return [...rows, ...stated.map(([label, value]): [Message, string] => [label, marked(value)])];
}

function receiptText(receipt: Subject['receipt'], lang: Lang): string {
  if (receipt === undefined) return REPORT.noReceipt[lang];
  const message = receipt.source === 'file' ? REPORT.receiptOfFile : REPORT.receiptFromService;
  return format(lang, message, { receipt: receipt.name });
}

function printStep(output: Output, lang: Lang, step: Step): void {
  const status = padTo(STATUS_COLUMNS, STATUS_LABELS[step.status][lang]);
  const name = padTo(STEP_COLUMNS, STEP_LABELS[step.step][lang]);
  const sentence = step.status === 'none' ? '' : stepSentence(step.step, step.code)[lang];
  const hasCode = step.status === 'fail' || step.status === 'unknown';
  const code = hasCode ? format(lang, REPORT.stepCode, { code: step.code }) : '';
  output.line(`  ${status}${name}${sentence}${code}`.trimEnd(), STATUS_STYLES[step.status]);
  for (const text of comparedValues(step, lang)) output.line(`${STEP_INDENT}${text}`, 'dim');
  const isSplit = new Set(step.sources?.map((source) => `${source.status} ${source.code}`)).size > 1;
  for (const source of isSplit ? (step.sources ?? []) : []) {
    const answer = { node: source.name, sentence: stepSentence(step.step, source.code) };
    output.line(`${STEP_INDENT}${format(lang, REPORT.nodeAnswers, answer)}`, 'dim');
  }
}

/**
 * Both values where they differ; one where they are equal, so that no one looks for a difference.
 */
function comparedValues({ step, expected, found }: Step, lang: Lang): string[] {
  if (expected !== undefined && expected === found) {
    return [format(lang, step === 'file-digest' ? REPORT.digest : REPORT.equal, { value: found })];
  }
  return [
    ...(expected === undefined ? [] : [format(lang, REPORT.expected, { value: expected })]),
    ...(found === undefined ? [] : [format(lang, REPORT.found, { value: found })]),
  ];
}

/**
 * On whom the verdict rests besides the operator, in one sentence; undefined where nothing was
 * judged by a trust file.
 */
export function independenceNote({ independence, stated, vouchers, trust, steps }: Report): Message | undefined {
  if (trust === null) return undefined;
  const counted = independence.split('+');
  const unchecked = stated.split('+').filter((party) => party !== 'none' && !counted.includes(party));
  if (independence === 'none' && unchecked.length === 0) {
    const isAnchored = steps.some(({ step, status }) => step === 'anchor' && status === 'pass');
    return isAnchored ? REPORT.independenceNone : REPORT.independenceNothing;
  }
  const of = bilingual(REPORT.independenceOf, { sources: partyNames(counted, vouchers) });
  if (unchecked.length === 0) return of;
  const note = bilingual(trust.source === 'file' ? REPORT.unvouched : REPORT.operatorStates, {
    sources: partyNames(unchecked, []),
  });
  return independence === 'none' ? note : { zh: `${of.zh}；${note.zh}`, en: `${of.en}; ${note.en}` };
}

function partyNames(parties: readonly string[], vouchers: readonly string[]): Message {
  const names: Readonly<Record<string, Message>> = INDEPENDENCE_SOURCES;
  const shown = parties.map((party): Message => {
    const name = names[party] ?? { zh: party, en: party };
    if (party !== 'pinned-block' || vouchers.length === 0) return name;
    return bilingual(REPORT.vouchedFor, { name, vouchers: vouchers.join(', ') });
  });
  return { zh: shown.map(({ zh }) => zh).join('、'), en: shown.map(({ en }) => en).join(', ') };
}

function nodeText({ name, by }: Report['nodes'][number], lang: Lang): string {
  return format(lang, by === 'verifier' ? REPORT.nodeOfVerifier : REPORT.nodeOfOperator, { node: name });
}

function trustText({ trust }: Report, lang: Lang): string {
  if (trust === null) return REPORT.trustNone[lang];
  const messages = { file: REPORT.trustFile, remembered: REPORT.trustRemembered, server: REPORT.trustServer };
  return format(lang, messages[trust.source], { sha256: `sha256:${trust.sha256}` });
}
