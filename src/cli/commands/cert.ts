import { type Command } from 'commander';
import { pMapIterable } from 'p-map';
import { type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import type { Service } from '../../client/http.ts';
import { listEvidence } from '../../client/list-evidence.ts';
import { openTypesetter } from '../../compose/typesetter.ts';
import { certificateDocument } from '../../documents/certificate.ts';
import type { TypesetDocument, Typesetter } from '../../documents/ports.ts';
import { recordListDocument } from '../../documents/record-list.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { CERT } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { addJudgingOptions, judgeOf, type JudgingOptions } from '../settings/judging-options.ts';
import { SETTINGS } from '../settings/settings-table.ts';
import type { Settings } from '../settings/settings.ts';
import type { Cli } from '../shell/context.ts';
import { toLedgerError } from '../shell/errors.ts';
import { createDocument, type DocumentPlace, documentPlace, requireFreePath } from '../tasks/document-file.ts';
import { type ProvenReceipt, provenReceipt, type ReceiptSources, trustTextOf } from '../tasks/proven-receipt.ts';

interface Options extends JudgingOptions {
  readonly output?: string;
  readonly case?: string;
  readonly verifyUrl?: string;
}

/** What all certificates of a run are made with. */
interface Maker {
  readonly cli: Cli;
  readonly options: Options;
  readonly settings: Settings;
  readonly sources: ReceiptSources;
  readonly typesetter: Typesetter;
}

/** Records of one list. */
const MAX_LISTED = 2000;
const RECEIPTS_AT_ONCE = 8;

export function addCommand(program: Command, cli: Cli): void {
  const command = program
    .command('cert')
    .argument('[records...]', cli.format(CERT.records))
    .option('-o, --output <path>', cli.format(CERT.output))
    .option('--case <number>', cli.format(CERT.case))
    .option('--verify-url <url>', cli.format(CERT.verifyUrl));
  addJudgingOptions(command, cli).action(
    cli.action(async (records: string[], options: Options) => make(cli, records, options)),
  );
}

async function make(cli: Cli, records: readonly string[], options: Options): Promise<number> {
  if ((records.length === 0) === (options.case === undefined)) throw new LedgerError('nothing-to-certify');
  requireAddress(options.verifyUrl);
  const settings = cli.settings({ url: options.url, verifyUrl: options.verifyUrl });
  const typesetter = openTypesetter({ ownFonts: settings.fonts });
  try {
    const maker: Maker = { cli, options, settings, sources: await judgeOf(cli, options), typesetter };
    return options.case === undefined ? await makeCertificates(maker, records) : await makeList(maker, options.case);
  } finally {
    await typesetter.close();
  }
}

/** Names the option, where the setting would be named by its variable. */
function requireAddress(verifyUrl: string | undefined): void {
  const { kind } = SETTINGS.verifyUrl;
  if (verifyUrl === undefined || kind.parse(verifyUrl) !== undefined) return;
  throw new LedgerError('setting-wrong', { name: '--verify-url', value: verifyUrl.slice(0, 80), kind: kind.name });
}

/** Each record gets its own file, or the exit code is not 0. */
async function makeCertificates(maker: Maker, records: readonly string[]): Promise<number> {
  const { cli, options } = maker;
  const isSeveral = records.length > 1;
  const place = await documentPlace(options.output, isSeveral);
  const taken = new Set<string>();
  const items: object[] = [];
  let hasFailed = false;
  for (const record of records) {
    try {
      const file = pathText(await makeCertificate(maker, record, place, taken)).text;
      cli.output.line(file, 'good');
      items.push({ record, file });
    } catch (error) {
      const failure = toLedgerError(error);
      if (!isSeveral || !(failure instanceof LedgerError)) throw failure;
      hasFailed = true;
      cli.output.printFailure(failure);
      items.push({ record, error: { code: failure.code, message: failure.text[cli.lang] } });
    }
  }
  cli.output.json({ items });
  return hasFailed ? EXIT.batchWithFailures : EXIT.ok;
}

async function makeCertificate(
  { options, settings, sources, typesetter }: Maker,
  record: string,
  place: DocumentPlace,
  taken: Set<string>,
): Promise<PathBytes> {
  const { text, report } = await provenReceipt(record, sources);
  // a number is a text of the receipt: nothing of it may lead to another folder
  const number = report.object!.number.replaceAll(/[^A-Za-z0-9-]/g, '_');
  const path = place.pathOf(`certificate-${number}.pdf`);
  const key = path.toString('latin1');
  if (taken.has(key)) throw new LedgerError('document-place-repeated', { file: pathText(path).text });
  await requireFreePath(path);
  const document = certificateDocument({
    receiptText: text,
    trustText: await trustTextOf(report, { named: options.trust, home: settings.home }),
    verifyUrl: settings.verifyUrl,
    retrievedAt: new Date().toISOString(),
  });
  await createDocument(path, await typesetter.typeset(document));
  taken.add(key);
  return path;
}

/** The list of all records of a case, each of which was judged by its receipt. */
async function makeList(maker: Maker, caseNumber: string): Promise<number> {
  const { cli, options, sources, typesetter } = maker;
  const path = (await documentPlace(options.output, false)).pathOf('list.pdf');
  await requireFreePath(path);
  const receipts = await receiptsOfCase(maker, caseNumber, requireService(sources.service, caseNumber));
  await createDocument(path, await typesetter.typeset(listDocument(caseNumber, receipts)));
  const file = pathText(path).text;
  cli.output.line(file, 'good');
  cli.output.json({ file, records: receipts.map(({ report }) => report.object!.number) });
  return EXIT.ok;
}

async function receiptsOfCase(maker: Maker, caseNumber: string, service: Service): Promise<ProvenReceipt[]> {
  const { items } = await listEvidence(service, { case: caseNumber }, MAX_LISTED + 1);
  if (items.length === 0) throw new LedgerError('list-empty', { case: caseNumber });
  if (items.length > MAX_LISTED) throw new LedgerError('list-too-long', { case: caseNumber, limit: MAX_LISTED });
  const oldestFirst = items.toReversed();
  const receipts: ProvenReceipt[] = [];
  const judged = pMapIterable(oldestFirst, ({ number }) => provenReceipt(number, maker.sources), {
    concurrency: RECEIPTS_AT_ONCE,
  });
  for await (const receipt of judged) {
    receipts.push(receipt);
    maker.cli.output.progress(maker.cli.format(CERT.reading, { done: receipts.length, total: oldestFirst.length }));
  }
  return receipts;
}

function listDocument(caseNumber: string, receipts: readonly ProvenReceipt[]): TypesetDocument {
  const receiptTexts = receipts.map(({ text }) => text);
  return recordListDocument({ caseNumber, receiptTexts, madeAt: new Date().toISOString() });
}

function requireService(service: Service | undefined, record: string): Service {
  if (service === undefined) throw new LedgerError('service-not-asked', { record });
  return service;
}
