import { LedgerError } from '../../text/ledger-error.ts';
import type { Command } from 'commander';
import { nodeSha256 } from '../../adapters/node-crypto/node-hashes.ts';
import { type Service, ServiceProblem, ServiceUnreachable } from '../../client/http.ts';
import { fetchReceipt, findEvidence } from '../../client/service.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { isRecordOf } from '../../protocol/verify/record-steps.ts';
import { type Report, VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { worstVerdict } from '../../protocol/verify/verdict.ts';
import { VERIFY } from '../../text/help.ts';
import { MESSAGES } from '../../text/messages.ts';
import type { Cli } from '../shell/context.ts';
import { digestChunks, digestFile, type FileDigest } from '../../adapters/files/file-digest.ts';
import { isAbsent } from '../../adapters/files/file-errors.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { heldReceipt, type HeldReceipt, readReceiptFile, receiptPathOf } from '../tasks/receipt-file.ts';
import { isReceiptPath } from '../../adapters/files/receipt-names.ts';
import { independenceNote, printReport, type Subject } from '../print/report-text.ts';
import { addJudgingOptions, type JudgingOptions, verificationSettings } from '../settings/judging-options.ts';
import { type FileAtHand, Judge, lookUpReport, unreadableReport } from '../../verifier/judge.ts';

interface Options extends JudgingOptions {
  readonly receipt?: string;
}

/** A report with what it is about. */
interface Outcome {
  readonly report: Report;
  readonly subject: Subject;
  readonly remembered?: string;
  readonly isTrustForgotten?: boolean;
}

/**
 * For all records of one digest together: a service that answers each question just in time would
 * else hold the command for hours.
 */
const LOOK_UP_MS = 120_000;

export function addCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify')
    .argument('[file]', cli.format(VERIFY.file))
    .argument('[receipt]', cli.format(VERIFY.receipt))
    .option('--receipt <file>', cli.format(VERIFY.receiptOption));
  addJudgingOptions(command, cli).action(
    cli.action(async (file: string | undefined, receipt: string | undefined, options: Options) =>
      verify(cli, file, receipt, options),
    ),
  );
}

async function verify(
  cli: Cli,
  fileArgument: string | undefined,
  receiptArgument: string | undefined,
  options: Options,
): Promise<number> {
  const { filePath, receiptPath } = pathsOf(fileArgument, receiptArgument ?? options.receipt);
  if (filePath === undefined && receiptPath === undefined) throw new LedgerError('nothing-to-verify');
  const settings = await verificationSettings(cli, options);
  const judge = new Judge(settings);
  // The receipt first: a wrong path is told before gigabytes are read.
  const receipt = await receiptAtHand(filePath, receiptPath);
  const digest = filePath === undefined ? undefined : await digestAtHand(cli, filePath);
  const file = filePath === undefined ? {} : { file: pathText(filePath).text };
  const outcomes =
    receipt === undefined
      ? await lookUp(digest!, file, settings.trust.service, judge)
      : [await judgeAtHand(receipt, digest, file, judge)];
  return report(cli, outcomes);
}

/** `verify F R`, `verify F` with its receipt beside it, or `verify R` of a record alone. */
function pathsOf(
  fileArgument: string | undefined,
  receiptArgument: string | undefined,
): { filePath: PathBytes | undefined; receiptPath: PathBytes | undefined } {
  const [filePath] = argumentPaths(fileArgument === undefined ? [] : [fileArgument]);
  const [receiptPath] = argumentPaths(receiptArgument === undefined ? [] : [receiptArgument]);
  if (receiptPath === undefined && filePath !== undefined && isReceiptPath(filePath)) {
    return { filePath: undefined, receiptPath: filePath };
  }
  return { filePath, receiptPath };
}

interface ReceiptAtHand {
  readonly name: string;
  readonly content: HeldReceipt | ProtocolError;
}

/** Undefined where none was named and none lies beside the file. */
async function receiptAtHand(
  filePath: PathBytes | undefined,
  named: PathBytes | undefined,
): Promise<ReceiptAtHand | undefined> {
  if (named === undefined && filePath?.toString() === '-') return undefined;
  const path = named ?? receiptPathOf(filePath!);
  const name = pathText(path).text;
  try {
    return { name, content: await readReceiptFile(path) };
  } catch (error) {
    if (error instanceof ProtocolError) return { name, content: error };
    if (named === undefined && isAbsent(error)) return undefined;
    throw error;
  }
}

async function digestAtHand(cli: Cli, path: PathBytes): Promise<FileDigest | { readonly problem: 'file-changed' }> {
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    cli.output.progress(cli.format(MESSAGES.hashing, { mebibytes: Math.floor(bytes / 2 ** 20) }));
  };
  try {
    return path.toString() === '-' ? await digestChunks(cli.stdin, onBytes) : await digestFile(path, onBytes);
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'file-changed') return { problem: 'file-changed' };
    throw error;
  } finally {
    cli.output.endProgress();
  }
}

async function judgeAtHand(
  { name, content }: ReceiptAtHand,
  file: FileAtHand,
  subject: Subject,
  judge: Judge,
): Promise<Outcome> {
  const about: Subject = { ...subject, receipt: { name, source: 'file' } };
  if (content instanceof ProtocolError) {
    return { report: unreadableReport(content.code, file === undefined ? 'record' : 'file'), subject: about };
  }
  return { ...(await judge.judge(content.parsed, file)), subject: about };
}

/** Without a receipt: every record that the service shows for the digest of this file. */
async function lookUp(
  digest: FileDigest | { readonly problem: 'file-changed' },
  subject: Subject,
  service: Service | undefined,
  judge: Judge,
): Promise<Outcome[]> {
  const bare = (code: string, verdict: 'NOT_FOUND' | 'INDETERMINATE' = 'INDETERMINATE'): Outcome[] => [
    { report: lookUpReport(code, verdict), subject },
  ];
  if ('problem' in digest) return bare(digest.problem);
  if (service === undefined) return bare('receipt-missing');
  try {
    const outcomes = await judgeFound(digest, subject, service, judge);
    return outcomes.length === 0 ? bare('no-such-record', 'NOT_FOUND') : outcomes;
  } catch (error) {
    if (error instanceof ServiceUnreachable) return bare('service-unreachable');
    if (error instanceof ServiceProblem) return bare('service-refused');
    throw error;
  }
}

/**
 * The records that the service shows. A receipt of another file is no answer to what was asked: it
 * says nothing of this file, whatever it proves, so it must not make a mismatch out of a file that
 * was never registered.
 */
async function judgeFound(digest: FileDigest, subject: Subject, service: Service, judge: Judge): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const endMs = performance.now() + LOOK_UP_MS;
  for await (const item of findEvidence(service, { sha256: digest.sha256 })) {
    if (performance.now() > endMs) throw new ServiceUnreachable(service.url, 'timeout');
    const about: Subject = { ...subject, receipt: { name: item.number, source: 'service' } };
    const json = await fetchReceipt(service, item.id);
    try {
      const { parsed } = heldReceipt(json);
      const isForeign = 'value' in parsed.record && !isRecordOf(nodeSha256, parsed.record.value, digest.sha256);
      outcomes.push(
        isForeign
          ? { report: lookUpReport('receipt-not-asked-for', 'INDETERMINATE'), subject: about }
          : { ...(await judge.judge(parsed, digest)), subject: about },
      );
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      outcomes.push({ report: unreadableReport(error.code, 'file'), subject: about });
    }
  }
  return outcomes;
}

function report(cli: Cli, outcomes: readonly Outcome[]): number {
  const verdict = worstVerdict(outcomes.map((outcome) => outcome.report.verdict));
  const worst = outcomes.find((outcome) => outcome.report.verdict === verdict)!;
  if (outcomes.length > 1) {
    cli.output.line(cli.format(MESSAGES.severalRecords, { count: outcomes.length }), 'strong');
    cli.output.line();
  }
  outcomes.forEach((outcome, i) => {
    if (i > 0) cli.output.line();
    if (!cli.output.isJson) printReport(cli.output, cli.lang, outcome.report, outcome.subject);
    if (outcome.remembered !== undefined) {
      cli.output.notice(cli.format(MESSAGES.rememberedTrust, { file: outcome.remembered }));
    }
    if (outcome.isTrustForgotten === true) cli.output.notice(cli.format(MESSAGES.forgottenTrust), 'warn');
  });
  const document = (outcome: Outcome) => {
    const note = independenceNote(outcome.report);
    const { steps, ...about } = outcome.report;
    return { ...about, ...(note && { independenceNote: note[cli.lang] }), subject: outcome.subject, steps };
  };
  cli.output.json({ ...document(worst), ...(outcomes.length > 1 && { reports: outcomes.map(document) }) });
  return VERDICT_EXIT[worst.report.verdict];
}
