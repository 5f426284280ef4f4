import type { Command } from 'commander';
import { isAbsent } from '../../adapters/files/file-errors.ts';
import { digestChunks, digestFile } from '../../adapters/files/file-digest.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { holdsReceipt } from '../../adapters/files/receipt-content.ts';
import { isReceiptPath, receiptPathOf } from '../../adapters/files/receipt-names.ts';
import type { Service } from '../../client/http.ts';
import { HASHES } from '../../compose/hashes.ts';
import { mistakeInNumber, normalizeRecordNumber } from '../../kinds/record-number.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { VERDICT_EXIT } from '../../protocol/verify/report.ts';
import { worstVerdict } from '../../protocol/verify/verdict.ts';
import { VERIFY } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { MESSAGES } from '../../text/messages.ts';
import { LABELS } from '../../text/labels.ts';
import { STEP_ADVICE } from '../../text/step-advice.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import type { ComparedFile, Judge } from '../../verifier/judge.ts';
import type { NewestJudge, NewestJudgement } from '../../verifier/judge-newest.ts';
import { independenceNote } from '../../verifier/report-view.ts';
import { lookUpAndJudge } from '../../verifier/look-up.ts';
import type { CertificateDocument } from '../../verifier/certificate-document.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { lookUpReport, ofTypedDigest, unreadableReport } from '../../verifier/reports.ts';
import { reportHtml } from '../print/report-html.ts';
import { printReport, type ReportOptions, type Subject } from '../print/report-text.ts';
import { thisProgram } from '../print/this-program.ts';
import { addJudgingOptions, judgeOf, type Judges, type JudgingOptions } from '../settings/judging-options.ts';
import type { Cli } from '../shell/context.ts';
import { WorkProgress } from '../shell/work-progress.ts';
import { findReceipt as findReceiptOf, wrongNumber } from '../tasks/find-record.ts';
import { openPaper } from '../tasks/paper-file.ts';
import { readCertificateFile, readLoneCertificate } from '../tasks/certificate-file.ts';
import { fileNextTo, fileStatedBy, receiptsNextTo } from '../tasks/receipt-facts.ts';
import { exists, readReceiptFile } from '../tasks/receipt-file.ts';
import { totalSize } from '../tasks/total-size.ts';

interface Options extends JudgingOptions {
  readonly receipt?: string;
  readonly verbose?: boolean;
  readonly report?: string;
}

/** A judgement, and the file and receipt that it is about. */
interface Outcome extends NewestJudgement {
  readonly subject: Subject;
}

export function addCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify')
    .argument('[file]', cli.format(VERIFY.file))
    .argument('[receipt]', cli.format(VERIFY.receipt))
    .option('--receipt <file>', cli.format(VERIFY.receiptOption))
    .option('--verbose', cli.format(VERIFY.verbose))
    .option('--report <file>', cli.format(VERIFY.report));
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
  const paths = await pathsOf(fileArgument, receiptArgument ?? options.receipt);
  const { filePath, receiptPath } = paths;
  if (filePath === undefined && receiptPath === undefined) throw new LedgerError('nothing-to-verify');
  const paper = await openPaper(options.report);
  const judges = await judgeOf(cli, options);
  const typed = receiptPath === undefined && filePath !== undefined ? await typedRecord(filePath) : undefined;
  const outcomes = typed === undefined ? await judgeFiles(cli, paths, judges) : await judgeTyped(typed, judges);
  const verifiedAt = new Date();
  await paper?.write(reportHtml(cli.lang, outcomes, verifiedAt));
  return report(cli, outcomes, options.verbose === true, verifiedAt);
}

async function judgeFiles(
  cli: Cli,
  { filePath, receiptPath, certificate }: Paths,
  { judge, newestJudge, service }: Judges,
): Promise<Outcome[]> {
  // The receipt first: a wrong path is reported before gigabytes are hashed.
  const named =
    certificate === undefined ? await findReceipt(filePath, receiptPath) : attached(receiptPath!, certificate);
  const compared = filePath && (await digestForReport(cli, filePath));
  const receipts = named === undefined ? await renamedReceipts(filePath, compared) : [named];
  const subject = filePath === undefined ? {} : { file: pathText(filePath).text, ...digestsOf(compared) };
  return receipts.length === 0
    ? lookUp(service, compared, subject, judge)
    : Promise.all(receipts.map((receipt) => judgeReceipt(receipt, compared, subject, newestJudge)));
}

/** A record number or a SHA-256 that was typed in the place of a file. */
type TypedRecord = { readonly number: string } | { readonly sha256: string };

/** An existing path counts first, then a record number, then a digest. */
async function typedRecord(path: PathBytes): Promise<TypedRecord | undefined> {
  const text = path.toString();
  if (text === '-' || (await exists(path))) return undefined;
  const number = normalizeRecordNumber(text);
  if (number !== undefined) return { number };
  if (mistakeInNumber(text) !== undefined) throw wrongNumber(text);
  return /^[0-9a-fA-F]{64}$/.test(text) ? { sha256: text.toLowerCase() } : undefined;
}

async function judgeTyped(typed: TypedRecord, { judge, newestJudge, service }: Judges): Promise<Outcome[]> {
  if ('sha256' in typed) {
    const outcomes = await lookUp(service, typed, { digests: typed }, judge);
    return outcomes.map((outcome) => ({ ...outcome, report: ofTypedDigest(outcome.report) }));
  }
  const sought: Subject = { number: typed.number, ...addressOf(service) };
  if (service === undefined) {
    return [{ report: lookUpReport('receipt-missing', 'INDETERMINATE', 'record'), subject: sought }];
  }
  const subject: Subject = { ...sought, receipt: { name: typed.number, source: 'service' } };
  try {
    return [{ ...(await newestJudge.judge(await findReceiptOf(service, typed.number), undefined)), subject }];
  } catch (error) {
    if (error instanceof ProtocolError) return [{ report: unreadableReport(error.code, 'record'), subject }];
    if (!(error instanceof LedgerError) || error.code !== 'record-not-found') throw error;
    return [{ report: lookUpReport('no-such-record', 'NOT_FOUND', 'record'), subject: sought }];
  }
}

interface Paths {
  readonly filePath: PathBytes | undefined;
  readonly receiptPath: PathBytes | undefined;
  /** What is attached to a certificate that stands in the place of the receipt. */
  readonly certificate?: CertificateDocument;
}

/**
 * `verify F R` in either order, `verify F` with its receipt next to it, or `verify R`: with the
 * file that lies next to it, or for the record only where there is none. A certificate may stand in
 * the place of a receipt.
 */
async function pathsOf(fileArgument: string | undefined, receiptArgument: string | undefined): Promise<Paths> {
  const [filePath] = argumentPaths(fileArgument === undefined ? [] : [fileArgument]);
  const [receiptPath] = argumentPaths(receiptArgument === undefined ? [] : [receiptArgument]);
  if (filePath === undefined || filePath.toString() === '-') return { filePath, receiptPath };
  if (receiptPath === undefined) {
    const isReceipt = isReceiptPath(filePath) || holdsReceipt(filePath);
    if (isReceipt) return { filePath: await fileNextTo(filePath), receiptPath: filePath };
    const certificate = await readLoneCertificate(filePath);
    if (certificate === undefined) return { filePath, receiptPath };
    return { filePath: await fileStatedBy(certificate.receipt, filePath), receiptPath: filePath, certificate };
  }
  if (!holdsReceipt(receiptPath)) {
    const certificate = await readCertificateFile(receiptPath);
    if (certificate !== undefined) return { filePath, receiptPath, certificate };
    const first =
      holdsReceipt(filePath) || isReceiptPath(receiptPath) ? undefined : await readCertificateFile(filePath);
    if (first !== undefined) return { filePath: receiptPath, receiptPath: filePath, certificate: first };
  }
  const isReversed = holdsReceipt(filePath) && !holdsReceipt(receiptPath) && !isReceiptPath(receiptPath);
  return isReversed ? { filePath: receiptPath, receiptPath: filePath } : { filePath, receiptPath };
}

/** A receipt of a file, or why its content is none. */
interface NamedReceipt {
  readonly name: string;
  readonly content: ReceiptDocument | ProtocolError;
  readonly source: 'file' | 'certificate';
}

function attached(path: PathBytes, { receipt }: CertificateDocument): NamedReceipt {
  return { name: pathText(path).text, content: receipt, source: 'certificate' };
}

/** Undefined where none was named and none is next to the file. */
async function findReceipt(
  filePath: PathBytes | undefined,
  named: PathBytes | undefined,
): Promise<NamedReceipt | undefined> {
  if (named === undefined && filePath?.toString() === '-') return undefined;
  const path = named ?? receiptPathOf(filePath!);
  const name = pathText(path).text;
  try {
    return { name, content: await readReceiptFile(path), source: 'file' };
  } catch (error) {
    if (error instanceof ProtocolError) return { name, content: error, source: 'file' };
    if (named === undefined && isAbsent(error)) return undefined;
    throw error;
  }
}

/** The receipts next to a file that state its digest and have other names. */
async function renamedReceipts(filePath: PathBytes | undefined, file: ComparedFile): Promise<NamedReceipt[]> {
  if (filePath === undefined || filePath.toString() === '-' || file === undefined || 'problem' in file) return [];
  const paths = await receiptsNextTo(filePath, file.sha256);
  return Promise.all(
    paths.map(async (path) => ({
      name: pathText(path).text,
      content: await readReceiptFile(path),
      source: 'file' as const,
    })),
  );
}

async function digestForReport(cli: Cli, path: PathBytes): Promise<NonNullable<ComparedFile>> {
  const isStream = path.toString() === '-';
  const progress = new WorkProgress({ bytes: isStream ? undefined : await totalSize([{ path }]) });
  const onBytes = (count: number) => {
    progress.addBytes(count);
    cli.output.progress(() => progress.text()[cli.lang]);
  };
  try {
    return isStream ? await digestChunks(cli.stdin, onBytes) : await digestFile(path, onBytes);
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'file-changed') return { problem: 'file-changed' };
    throw error;
  } finally {
    cli.output.endProgress();
  }
}

async function judgeReceipt(
  { name, content, source }: NamedReceipt,
  file: ComparedFile,
  about: Subject,
  judge: NewestJudge,
): Promise<Outcome> {
  const subject: Subject = { ...about, receipt: { name, source } };
  if (content instanceof ProtocolError) {
    return { report: unreadableReport(content.code, file === undefined ? 'record' : 'file'), subject };
  }
  return { ...(await judge.judge(content, file)), subject };
}

/** Without a receipt: every record that the service shows for the digest of this file. */
async function lookUp(
  service: Service | undefined,
  file: ComparedFile,
  subject: Subject,
  judge: Judge,
): Promise<Outcome[]> {
  if (file === undefined) throw new Error('a look-up needs the digest of a file');
  if ('problem' in file) return [{ report: lookUpReport(file.problem, 'INDETERMINATE'), subject }];
  const sought = { ...subject, ...addressOf(service) };
  const found = await lookUpAndJudge(service, file, judge, HASHES.sha256);
  return found.map(({ number, ...judgement }) => ({
    ...judgement,
    subject: number === undefined ? sought : { ...sought, receipt: { name: number, source: 'service' as const } },
  }));
}

function addressOf(service: Service | undefined): Pick<Subject, 'service'> {
  return service === undefined ? {} : { service: service.url };
}

function digestsOf(file: ComparedFile): Pick<Subject, 'digests'> {
  if (file === undefined || 'problem' in file) return {};
  const { sha256, sm3, size } = file;
  return { digests: { sha256, sm3, size } };
}

function report(cli: Cli, outcomes: readonly Outcome[], isVerbose: boolean, verifiedAt: Date): number {
  const verdict = worstVerdict(outcomes.map((outcome) => outcome.report.verdict));
  const worst = outcomes.find((outcome) => outcome.report.verdict === verdict)!;
  if (outcomes.length > 1) {
    cli.output.line(cli.format(MESSAGES.severalRecords, { count: outcomes.length }), 'strong');
    cli.output.line();
  }
  outcomes.forEach((outcome, i) => {
    if (i > 0) cli.output.line();
    printOutcome(cli, outcome, { isVerbose, verifiedAt });
  });
  const documents = outcomes.map((outcome) => reportJson(cli, outcome, verifiedAt));
  const reports = outcomes.length > 1 ? { reports: documents } : {};
  cli.output.json({ ...documents[outcomes.indexOf(worst)], ...reports });
  return VERDICT_EXIT[worst.report.verdict];
}

function printOutcome(
  cli: Cli,
  { report: judged, subject, remembered, isTrustForgotten, newest }: Outcome,
  options: ReportOptions,
): void {
  if (!cli.output.isJson) printReport(cli.output, cli.lang, judged, subject, options);
  if (newest?.outcome === 'judged') {
    cli.output.notice(cli.format(MESSAGES.judgedNewest, { count: 1, service: newest.service }));
  } else if (newest?.outcome === 'extended') {
    const { service, size } = newest;
    cli.output.notice(cli.format(MESSAGES.judgedExtended, { count: 1, service, size }));
  } else if (newest !== undefined) {
    const reason = stepSentence('', newest.code);
    cli.output.notice(cli.format(MESSAGES.newestFailed, { service: newest.service, reason }), 'warn');
  }
  if (newest !== undefined && cli.hasCommand('receipt')) {
    cli.output.notice(cli.format(LABELS.nextIs, { hint: MESSAGES.storeNewest }));
  }
  for (const advice of new Set(judged.steps.map(({ code }) => adviceFor(code)))) {
    const isUseful = advice !== undefined && !(newest !== undefined && advice === STEP_ADVICE['not-upgraded']);
    if (isUseful && cli.hasCommand(advice.command)) cli.output.notice(cli.format(LABELS.nextIs, { hint: advice }));
  }
  if (remembered !== undefined) cli.output.notice(cli.format(MESSAGES.rememberedTrust, { file: remembered }));
  if (isTrustForgotten === true) cli.output.notice(cli.format(MESSAGES.forgottenTrust), 'warn');
}

function adviceFor(code: string): (typeof STEP_ADVICE)[keyof typeof STEP_ADVICE] | undefined {
  return Object.hasOwn(STEP_ADVICE, code) ? STEP_ADVICE[code as keyof typeof STEP_ADVICE] : undefined;
}

function reportJson(cli: Cli, { report: judged, subject, newest }: Outcome, verifiedAt: Date): object {
  const note = independenceNote(judged);
  const { steps, ...about } = judged;
  return {
    ...about,
    independenceNote: note[cli.lang],
    subject,
    ...(newest && { newest }),
    verifiedAt: verifiedAt.toISOString(),
    program: thisProgram(),
    steps,
  };
}
