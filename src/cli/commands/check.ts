import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { pMapIterable } from 'p-map';
import { isAbsent } from '../../adapters/files/file-errors.ts';
import { digestFile } from '../../adapters/files/file-digest.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { plainName } from '../../kinds/plain-text.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { type Report, type Verdict, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { OVERDUE_CODES, PENDING_CODES, worstVerdict } from '../../protocol/verify/verdict.ts';
import { CERTIFICATE_LIMIT } from '../../text/certificate.ts';
import { CHECK } from '../../text/check.ts';
import { Semaphore } from '../../registrar/semaphore.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { CHECK_HELP } from '../../text/help.ts';
import { LABELS } from '../../text/labels.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { ADDING } from '../../text/adding.ts';
import { MESSAGES } from '../../text/messages.ts';
import { SKIP_REASONS } from '../../text/skip-reasons.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { VERDICT_LABELS } from '../../text/verdicts.ts';
import type { ComparedFile } from '../../verifier/judge.ts';
import type { NewestJudge, NewestJudgement } from '../../verifier/judge-newest.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { unreadableReport } from '../../verifier/reports.ts';
import { decidingStep } from '../../verifier/report-view.ts';
import { addJudgingOptions, judgeOf, type JudgingOptions } from '../settings/judging-options.ts';
import type { Cli } from '../shell/context.ts';
import { keepHeapSmall } from '../shell/small-heap.ts';
import { WorkProgress } from '../shell/work-progress.ts';
import { checkLists, type ListOptions } from '../tasks/checksum-check.ts';
import { readCertificateFile } from '../tasks/certificate-file.ts';
import { readReceiptFile } from '../tasks/receipt-file.ts';
import { learnTotal } from '../tasks/total-size.ts';
import { findPairs, type Pair, type SkippedPath } from '../tasks/receipt-pairs.ts';

interface Options extends JudgingOptions, ListOptions {
  readonly checksums?: boolean;
  readonly receiptDir?: string;
  readonly ignoreExtra?: boolean;
}

const FILES_AT_ONCE = 32;
/** Each may be as long as `MAX_PDF_BYTES`. */
const CERTIFICATES = new Semaphore(1);
/** Results that wait for one that takes long, so that the output keeps the order of names. */
const MAX_WAITING = 4 * FILES_AT_ONCE;
/** Codes of a receipt that an upgrade may give its anchor. */
const UPGRADABLE: readonly string[] = [...PENDING_CODES, ...OVERDUE_CODES, 'not-upgraded'];

export function addCommand(program: Command, cli: Cli): void {
  const command = program
    .command('check')
    .argument('<paths...>', cli.format(CHECK_HELP.paths))
    .option('-c, --checksums', cli.format(CHECK_HELP.checksums))
    .addOption(
      new Option('-a, --algorithm <name>', cli.format(CHECK_HELP.algorithm))
        .choices(['sha256', 'sm3'])
        .default('sha256'),
    )
    .option('--quiet', cli.format(CHECK_HELP.quiet))
    .option('--status', cli.format(CHECK_HELP.status))
    .option('--strict', cli.format(CHECK_HELP.strict))
    .option('-w, --warn', cli.format(CHECK_HELP.warn))
    .option('--ignore-missing', cli.format(CHECK_HELP.ignoreMissing))
    .option('--ignore-extra', cli.format(CHECK_HELP.ignoreExtra))
    .option('--receipt-dir <folder>', cli.format(CHECK_HELP.receiptDir));
  addJudgingOptions(command, cli).action(
    cli.action(async (paths: string[], options: Options) =>
      options.checksums === true ? checkLists(cli, argumentPaths(paths), options) : checkReceipts(cli, paths, options),
    ),
  );
}

/**
 * What the file itself is. `uncompared`: its receipt is not readable, or withholds the digests;
 * `extra`: it has no receipt.
 */
type FileState = 'unchanged' | 'modified' | 'missing' | 'unreadable' | 'uncompared' | 'extra';

/** The outcome for one file: of a report no more than is shown, since there may be 100,000. */
interface CheckedPair {
  readonly pair: Pair;
  readonly state: FileState;
  /** Undefined for a file without a receipt. */
  readonly judged: Judged | undefined;
  /** The name in the record, where that is intact. */
  readonly registeredName: string | undefined;
}

interface Judged extends Omit<NewestJudgement, 'report'> {
  readonly verdict: Verdict;
  readonly number: string | undefined;
  /** What decides, where the verdict is not VERIFIED. */
  readonly deciding: Pick<Report['steps'][number], 'step' | 'code'> | undefined;
}

async function checkReceipts(cli: Cli, paths: readonly string[], options: Options): Promise<number> {
  keepHeapSmall();
  const { newestJudge } = await judgeOf(cli, options);
  const [receiptFolder] = argumentPaths(options.receiptDir === undefined ? [] : [options.receiptDir]);
  const found = await Promise.all(argumentPaths(paths).map((path) => findPairs(path, receiptFolder)));
  const pairs = found.flatMap((at) => at.pairs);
  if (!pairs.some(({ hasReceipt }) => hasReceipt)) {
    throw new LedgerError('nothing-to-check', {
      path: paths.join(' '),
      hint: cli.hasCommand('add') ? CHECK.addFirst : CHECK.nameReceipts,
    });
  }
  const isSilent = options.status === true || cli.output.isJson;
  const skipped = found.flatMap((at) => at.skipped);
  if (!isSilent) for (const path of skipped) printSkipped(cli, path);
  // A trust file that was handed over with the folder is verified by, and is no evidence of the
  // case.
  const [trustFile] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  const isTrustFile = (file: PathBytes) => trustFile !== undefined && samePlace(file, trustFile);
  const isIgnored = ({ file, hasFile, hasReceipt }: Pair) =>
    (options.ignoreMissing === true && !hasFile) ||
    (!hasReceipt && (options.ignoreExtra === true || isTrustFile(file)));
  const checked: CheckedPair[] = [];
  const isShared = sharedFiles(pairs);
  const toCheck = pairs.filter((pair) => !isIgnored(pair));
  const progress = new WorkProgress({ files: toCheck.length });
  const showProgress = () => cli.output.progress(() => progress.text()[cli.lang]);
  const sizes = new AbortController();
  const withFiles = toCheck.filter(({ hasFile, hasReceipt }) => hasFile && hasReceipt);
  if (!isSilent) {
    void learnTotal(
      progress,
      withFiles.map(({ file: path }) => ({ path })),
      sizes.signal,
    );
  }
  const onBytes = (count: number) => {
    progress.addBytes(count);
    showProgress();
  };
  const checks = pMapIterable(toCheck, async (pair) => checkPair(pair, newestJudge, onBytes), {
    concurrency: FILES_AT_ONCE,
    backpressure: MAX_WAITING,
  });
  for await (const item of checks) {
    checked.push(item);
    progress.addFile();
    showProgress();
    if (!isSilent) printChecked(cli, item, { isQuiet: options.quiet === true, isShared: isShared(item.pair) });
  }
  sizes.abort();
  return conclude(cli, checked, skipped, isSilent, options);
}

async function checkPair(pair: Pair, judge: NewestJudge, onBytes: (count: number) => void): Promise<CheckedPair> {
  if (!pair.hasReceipt) return { pair, state: 'extra', judged: undefined, registeredName: undefined };
  const file = pair.hasFile ? await digestForCheck(pair, onBytes) : ({ problem: 'file-missing' } as const);
  const { report, ...more } = await judgeReceiptFile(pair, file, judge);
  const { object, verdict } = report;
  const registeredName = object?.isIntact === true ? (object.fileName ?? undefined) : undefined;
  const deciding = decidingStep(report);
  const judged: Judged = {
    ...more,
    verdict,
    number: object?.number,
    deciding: deciding && { step: deciding.step, code: deciding.code },
  };
  return { pair, state: stateOf(file, report), judged, registeredName };
}

/** Whether a pair has a file that another receipt has too. */
function sharedFiles(pairs: readonly Pair[]): (pair: Pair) => boolean {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { file } of pairs) {
    const key = file.toString('latin1');
    if (seen.has(key)) shared.add(key);
    seen.add(key);
  }
  return ({ file }) => shared.has(file.toString('latin1'));
}

function samePlace(one: PathBytes, other: PathBytes): boolean {
  return resolve(one.toString('latin1')) === resolve(other.toString('latin1'));
}

/** Whether the file was registered under another name than the one that its path ends in. */
function isRenamed({ pair, registeredName }: CheckedPair): boolean {
  if (registeredName === undefined) return false;
  const { text, isEscaped } = pathText(Buffer.from(resolve(pair.file.toString('latin1')), 'latin1'));
  const path = `/${plainName(text, isEscaped).replaceAll('\\', '/')}`.normalize('NFC');
  return !path.endsWith(`/${registeredName.replaceAll('\\', '/')}`.normalize('NFC'));
}

async function digestForCheck({ file }: Pair, onBytes: (count: number) => void): Promise<ComparedFile> {
  try {
    const { sha256, sm3, size } = await digestFile(file, onBytes);
    return { sha256, sm3, size };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    if (error.code === 'file-changed') return { problem: 'file-changed' };
    return { problem: isAbsent(error) ? 'file-missing' : 'file-unreadable' };
  }
}

async function judgeReceiptFile(
  { receipt, isCertificate }: Pair,
  file: ComparedFile,
  judge: NewestJudge,
): Promise<NewestJudgement> {
  let document: ReceiptDocument | undefined;
  try {
    document =
      isCertificate === true
        ? (await CERTIFICATES.run(() => readCertificateFile(receipt)))?.receipt
        : await readReceiptFile(receipt);
  } catch (error) {
    if (error instanceof ProtocolError) return { report: unreadableReport(error.code, 'file') };
    if (error instanceof LedgerError) return { report: unreadableReport('receipt-unreadable', 'file') };
    throw error;
  }
  // a certificate that is none any more
  if (document === undefined) return { report: unreadableReport('receipt-unreadable', 'file') };
  return judge.judge(document, file);
}

/** What the file itself is, whatever log and chain show of its record. */
function stateOf(file: ComparedFile, { steps }: Report): FileState {
  if (file !== undefined && 'problem' in file) return file.problem === 'file-missing' ? 'missing' : 'unreadable';
  const compared = steps.find(({ step }) => step === 'file-digest');
  if (compared?.status === 'pass') return 'unchanged';
  return compared?.status === 'fail' ? 'modified' : 'uncompared';
}

interface Shown {
  readonly isQuiet: boolean;
  /** Several receipts have this file. */
  readonly isShared: boolean;
}

function printChecked(cli: Cli, checked: CheckedPair, { isQuiet, isShared }: Shown): void {
  const { pair, state, judged } = checked;
  const verdict = judged?.verdict;
  if (isQuiet && state === 'unchanged' && verdict === 'VERIFIED') return;
  const file = pathText(pair.file).text;
  const deciding = judged?.deciding;
  const sentence = deciding && stepSentence(deciding.step, deciding.code);
  const why = sentence === undefined ? '' : `\t${cli.format(CHECK.reason, { sentence, code: deciding!.code })}`;
  const named = isRenamed(checked) ? `\t${cli.format(CHECK.registeredAs, { name: checked.registeredName! })}` : '';
  const by = pair.isCertificate === true ? CHECK.byCertificate : isShared ? CHECK.byReceipt : undefined;
  const basis = by === undefined ? '' : `\t${cli.format(by, { receipt: pathText(pair.receipt).text })}`;
  const style = verdict === undefined ? 'warn' : verdict === 'VERIFIED' ? 'plain' : 'bad';
  cli.output.line(`${cli.format(CHECK[state])}\t${verdict ?? '-'}\t${file}${basis}${why}${named}`, style);
}

function printSkipped(cli: Cli, skipped: SkippedPath): void {
  const file = pathText(skipped.path).text;
  if (skipped.kind === 'failed') return cli.output.notice(`evl: ${skipped.failure.text[cli.lang]}`, 'bad');
  const message = isContradiction(skipped)
    ? cli.format(CHECK.contradiction, { file })
    : cli.format(ADDING.passedOver, { file, reason: SKIP_REASONS[skipped.reason] });
  cli.output.notice(message, 'warn');
}

function conclude(
  cli: Cli,
  checked: readonly CheckedPair[],
  skipped: readonly SkippedPath[],
  isSilent: boolean,
  options: Options,
): number {
  // Of a file without a receipt nothing is known: it may be one that was changed after its receipt
  // was taken away.
  const verdicts = checked.map(({ judged }): Verdict => judged?.verdict ?? 'INDETERMINATE');
  const isUnseen = skipped.some((path) => options.ignoreExtra !== true || isMoreThanExtra(path));
  const isSwapped = options.strict === true && (skipped.length > 0 || checked.some(isRenamed));
  const unseen: Verdict[] = isUnseen || isSwapped ? ['INDETERMINATE'] : [];
  const verdict = worstVerdict([...verdicts, ...unseen]);
  const counts = { ...countStates(checked), skipped: skipped.length };
  if (!isSilent) {
    cli.output.line(
      `${cli.format(CHECK.verdict, VERDICT_LABELS[verdict])}  ${cli.format(CHECK.summary, counts)}`,
      'strong',
    );
    if (isUnseen) cli.output.notice(cli.format(CHECK.skippedPaths, { count: skipped.length }), 'warn');
    printAdvice(cli, checked);
  }
  const exit = VERDICT_EXIT[verdict];
  cli.output.json({
    ok: exit === EXIT.ok,
    verdict,
    counts,
    items: checked.map(itemJson),
    skipped: skipped.map(skippedJson),
  });
  return exit;
}

/**
 * Whether a skipped path is more than one without a receipt: a folder that cannot be read may hold
 * anything, and a contradiction is not to be ignored.
 */
function isMoreThanExtra(skipped: SkippedPath): boolean {
  return skipped.kind === 'failed' || isContradiction(skipped);
}

function isContradiction(skipped: SkippedPath): boolean {
  return skipped.kind === 'skipped' && (skipped.reason === 'receipt' || skipped.reason === 'no-receipt');
}

function countStates(checked: readonly CheckedPair[]): Record<FileState, number> {
  const counts: Record<FileState, number> = {
    unchanged: 0,
    modified: 0,
    missing: 0,
    unreadable: 0,
    uncompared: 0,
    extra: 0,
  };
  for (const { state } of checked) counts[state]++;
  return counts;
}

/** The next things to do for all files together, each once. */
function printAdvice(cli: Cli, checked: readonly CheckedPair[]): void {
  const judgements = checked.flatMap(({ judged }) => judged ?? []);
  const extra = checked.filter(({ state }) => state === 'extra').length;
  if (extra > 0) cli.output.notice(cli.format(CHECK.extraFiles, { count: extra }), 'warn');
  if (checked.some(({ pair }) => pair.isCertificate === true)) cli.output.notice(cli.format(CERTIFICATE_LIMIT));
  const canBeUpgraded = judgements.some(({ deciding }) => UPGRADABLE.includes(deciding?.code ?? ''));
  const completed = judgements.filter(({ newest }) => newest?.outcome === 'judged');
  if (completed.length > 0) {
    const { service } = completed[0]!.newest!;
    cli.output.notice(cli.format(MESSAGES.judgedNewest, { count: completed.length, service }));
  }
  const extended = judgements.flatMap(({ newest }) => (newest?.outcome === 'extended' ? newest : []));
  if (extended.length > 0) {
    const { service, size } = extended.at(-1)!;
    cli.output.notice(cli.format(MESSAGES.judgedExtended, { count: extended.length, service, size }));
  }
  if (cli.hasCommand('receipt')) {
    if (canBeUpgraded) cli.output.notice(cli.format(LABELS.nextIs, { hint: CHECK.upgradeAll }));
    else if (completed.length + extended.length > 0) {
      cli.output.notice(cli.format(LABELS.nextIs, { hint: MESSAGES.storeNewest }));
    }
  }
  const remembered = judgements.find((judgement) => judgement.remembered !== undefined)?.remembered;
  if (remembered !== undefined) cli.output.notice(cli.format(MESSAGES.rememberedTrust, { file: remembered }));
  const isForgotten = judgements.some(({ isTrustForgotten }) => isTrustForgotten === true);
  if (isForgotten) cli.output.notice(cli.format(MESSAGES.forgottenTrust), 'warn');
}

function itemJson(checked: CheckedPair): object {
  const { pair, state, judged, registeredName } = checked;
  return {
    file: pathText(pair.file).text,
    receipt: pair.hasReceipt ? pathText(pair.receipt).text : null,
    source: pair.hasReceipt ? (pair.isCertificate === true ? 'certificate' : 'file') : null,
    state,
    verdict: judged?.verdict ?? null,
    number: judged?.number ?? null,
    registeredName: registeredName ?? null,
    isRenamed: isRenamed(checked),
    code: judged?.deciding?.code ?? null,
    ...(judged?.newest !== undefined && { newest: judged.newest }),
  };
}

function skippedJson(skipped: SkippedPath): object {
  const file = pathText(skipped.path).text;
  if (skipped.kind === 'failed') return { file, reason: skipped.failure.code };
  return { file, reason: isContradiction(skipped) ? 'contradiction' : skipped.reason };
}
