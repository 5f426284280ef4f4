import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { type Command, Option } from 'commander';
import { type Report, type Verdict, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { OVERDUE_CODES, PENDING_CODES, worstVerdict } from '../../protocol/verify/verdict.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { CHECK } from '../../text/check.ts';
import { CHECK_HELP } from '../../text/help.ts';
import { LABELS } from '../../text/labels.ts';
import { MESSAGES } from '../../text/messages.ts';
import { stepSentence } from '../../text/step-codes.ts';
import { VERDICT_LABELS } from '../../text/verdicts.ts';
import type { Message } from '../../text/message.ts';
import type { Cli } from '../shell/context.ts';
import { checkLists, type ListOptions } from '../tasks/checksum-check.ts';
import { digestFile } from '../../adapters/files/file-digest.ts';
import { addJudgingOptions, type JudgingOptions, verificationSettings } from '../settings/judging-options.ts';
import { isAbsent } from '../../adapters/files/file-errors.ts';
import { inOrder } from '../../client/parallel.ts';
import { argumentPaths, pathText } from '../../adapters/files/path-bytes.ts';
import { readReceiptFile } from '../tasks/receipt-file.ts';
import { type Aside, findPairs, type Pair } from '../tasks/receipt-pairs.ts';
import { decidingStep } from '../print/report-text.ts';
import { type FileAtHand, Judge, type Judged, unreadableReport } from '../../verifier/judge.ts';

interface Options extends JudgingOptions, ListOptions {
  readonly checksums?: boolean;
  readonly receiptDir?: string;
}

const FILES_AT_ONCE = 32;
/** The anchor may be there by now, and is not in the receipt. */
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
    .option('--receipt-dir <folder>', cli.format(CHECK_HELP.receiptDir));
  addJudgingOptions(command, cli).action(
    cli.action(async (paths: string[], options: Options) =>
      options.checksums === true ? checkLists(cli, argumentPaths(paths), options) : checkReceipts(cli, paths, options),
    ),
  );
}

type State = 'unchanged' | 'modified' | 'missing' | 'unreadable' | 'extra';

/**
 * What became of one file. A file without a receipt has no verdict: nothing was ever said of it.
 */
interface Checked {
  readonly pair: Pair;
  readonly state: State;
  readonly judged: Judged | undefined;
}

async function checkReceipts(cli: Cli, paths: readonly string[], options: Options): Promise<number> {
  const judge = new Judge(await verificationSettings(cli, options));
  const [receiptFolder] = argumentPaths(options.receiptDir === undefined ? [] : [options.receiptDir]);
  const found = await Promise.all(argumentPaths(paths).map((path) => findPairs(path, receiptFolder)));
  const pairs = found.flatMap((at) => at.pairs);
  if (!pairs.some(({ hasReceipt }) => hasReceipt)) {
    throw new LedgerError('nothing-to-check', { path: paths.join(' '), hint: CHECK.addFirst });
  }
  const isSilent = options.status === true || cli.output.isJson;
  const asides = found.flatMap((at) => at.asides);
  if (!isSilent) for (const aside of asides) printAside(cli, aside);
  const isPassedOver = ({ hasFile }: Pair) => options.ignoreMissing === true && !hasFile;
  const checked: Checked[] = [];
  for await (const item of inOrder(
    pairs.filter((pair) => !isPassedOver(pair)),
    FILES_AT_ONCE,
    async (pair) => checkPair(pair, judge),
  )) {
    checked.push(item);
    cli.output.progress(cli.format(CHECK.progress, { done: checked.length }));
    if (!isSilent) tell(cli, item, options.quiet === true);
  }
  return conclude(cli, checked, asides, isSilent);
}

async function checkPair(pair: Pair, judge: Judge): Promise<Checked> {
  if (!pair.hasReceipt) return { pair, state: 'extra', judged: undefined };
  const file = pair.hasFile ? await fileAtHand(pair) : ({ problem: 'file-missing' } as const);
  const judged = await judgeReceiptFile(pair, file, judge);
  return { pair, state: stateOf(file, judged.report), judged };
}

async function fileAtHand({ file }: Pair): Promise<FileAtHand> {
  try {
    const { sha256, sm3, size } = await digestFile(file);
    return { sha256, sm3, size };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    if (error.code === 'file-changed') return { problem: 'file-changed' };
    return { problem: isAbsent(error) ? 'file-missing' : 'file-unreadable' };
  }
}

async function judgeReceiptFile({ receipt }: Pair, file: FileAtHand, judge: Judge): Promise<Judged> {
  try {
    return await judge.judge((await readReceiptFile(receipt)).parsed, file);
  } catch (error) {
    if (error instanceof ProtocolError) return { report: unreadableReport(error.code, 'file') };
    if (error instanceof LedgerError) return { report: unreadableReport('receipt-missing', 'file') };
    throw error;
  }
}

/** What the file itself is, whatever log and chain say of its record. */
function stateOf(file: FileAtHand, { steps }: Report): State {
  if (file !== undefined && 'problem' in file) return file.problem === 'file-missing' ? 'missing' : 'unreadable';
  const compared = steps.find(({ step }) => step === 'file-digest');
  if (compared?.status === 'pass') return 'unchanged';
  return compared?.status === 'fail' ? 'modified' : 'unreadable';
}

function reasonOf(report: Report): { readonly code: string; readonly text: Message } | undefined {
  const step = decidingStep(report);
  return step && { code: step.code, text: stepSentence(step.step, step.code) };
}

function tell(cli: Cli, { pair, state, judged }: Checked, isQuiet: boolean): void {
  const verdict = judged?.report.verdict;
  if (isQuiet && (state === 'extra' || (state === 'unchanged' && verdict === 'VERIFIED'))) return;
  const file = pathText(pair.file).text;
  const reason = judged && reasonOf(judged.report);
  const why = reason === undefined ? '' : `\t${reason.text[cli.lang]} [${reason.code}]`;
  const style = verdict === undefined ? 'dim' : verdict === 'VERIFIED' ? 'plain' : 'bad';
  cli.output.line(`${cli.format(CHECK[state])}\t${verdict ?? '-'}\t${file}${why}`, style);
}

function printAside(cli: Cli, aside: Aside): void {
  const file = pathText(aside.path).text;
  if (aside.kind === 'failed') return cli.output.notice(`evl: ${aside.failure.text[cli.lang]}`, 'bad');
  const words = {
    symlink: MESSAGES.skippedLink,
    special: MESSAGES.skippedSpecial,
    ledger: MESSAGES.skippedLedger,
    receipt: CHECK.contradiction,
  };
  cli.output.notice(cli.format(words[aside.reason], { file }), 'warn');
}

function conclude(cli: Cli, checked: readonly Checked[], asides: readonly Aside[], isSilent: boolean): number {
  const verdicts = checked.flatMap(({ judged }) => (judged === undefined ? [] : [judged.report.verdict]));
  // A folder that cannot be read may hold anything.
  const unseen: Verdict[] = asides.some(({ kind }) => kind === 'failed') ? ['INDETERMINATE'] : [];
  const verdict = worstVerdict([...verdicts, ...unseen]);
  const counts = countStates(checked);
  if (!isSilent) {
    cli.output.line(
      `${cli.format(CHECK.verdict, VERDICT_LABELS[verdict])}  ${cli.format(CHECK.summary, counts)}`,
      'strong',
    );
    printAdvice(cli, checked);
  }
  const exit = VERDICT_EXIT[verdict];
  const skipped = asides.map(asideJson);
  cli.output.json({ ok: exit === EXIT.ok, verdict, counts, items: checked.map(itemJson), skipped });
  return exit;
}

function countStates(checked: readonly Checked[]): Record<State, number> {
  const counts: Record<State, number> = { unchanged: 0, modified: 0, missing: 0, unreadable: 0, extra: 0 };
  for (const { state } of checked) counts[state]++;
  return counts;
}

/** What there is to do about all of it, each thing once. */
function printAdvice(cli: Cli, checked: readonly Checked[]): void {
  const judged = checked.flatMap((item) => item.judged ?? []);
  const canBeUpgraded = judged.some(({ report }) => UPGRADABLE.includes(reasonOf(report)?.code ?? ''));
  if (canBeUpgraded) cli.output.notice(cli.format(LABELS.nextIs, { hint: CHECK.upgradeAll }));
  const remembered = judged.find((one) => one.remembered !== undefined)?.remembered;
  if (remembered !== undefined) cli.output.notice(cli.format(MESSAGES.rememberedTrust, { file: remembered }));
  const isForgotten = judged.some(({ isTrustForgotten }) => isTrustForgotten === true);
  if (isForgotten) cli.output.notice(cli.format(MESSAGES.forgottenTrust), 'warn');
}

function itemJson({ pair, state, judged }: Checked): object {
  return {
    file: pathText(pair.file).text,
    receipt: pair.hasReceipt ? pathText(pair.receipt).text : null,
    state,
    verdict: judged?.report.verdict ?? null,
    number: judged?.report.object?.number ?? null,
    code: (judged && reasonOf(judged.report)?.code) ?? null,
  };
}

function asideJson(aside: Aside): object {
  const file = pathText(aside.path).text;
  if (aside.kind === 'failed') return { file, reason: aside.failure.code };
  return { file, reason: aside.reason === 'receipt' ? 'contradiction' : aside.reason };
}
