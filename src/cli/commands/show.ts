import type { Command } from 'commander';
import { argumentPaths, pathText } from '../../adapters/files/path-bytes.ts';
import { verifyReceipt } from '../../protocol/verify/verifier.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { SHOW } from '../../text/help.ts';
import { REPORT } from '../../text/report.ts';
import type { ReceiptDocument } from '../../verifier/receipt-document.ts';
import { recordFacts } from '../../verifier/report-view.ts';
import { timeBounds } from '../../verifier/report-times.ts';
import { padTo } from '../print/columns.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { findReceipt } from '../tasks/find-record.ts';
import { exists, receiptUnreadable, requireReceiptFile } from '../tasks/receipt-file.ts';

interface Options {
  readonly url?: string;
}

const LABEL_COLUMNS = 16;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('show')
    .argument('<record>', cli.format(SHOW.record))
    .option('--url <url>', cli.format(SHOW.url))
    .action(cli.action(async (record: string, options: Options) => show(cli, record, options)));
}

/** Prints what a receipt holds, without judging it. */
async function show(cli: Cli, record: string, options: Options): Promise<number> {
  const { parsed, json } = await receiptOf(cli, record, options);
  const report = verifyReceipt({ receipt: parsed });
  const row = (label: string, value: string) => cli.output.line(`${padTo(LABEL_COLUMNS, label)}${value}`);
  for (const { label, value } of recordFacts(report)) row(label[cli.lang], value[cli.lang]);
  const anchor = 'value' in parsed.anchor ? parsed.anchor.value : null;
  row(cli.format(SHOW.anchor), cli.format(anchor === null ? SHOW.withoutAnchor : SHOW.withAnchor));
  timeBounds(report).forEach((bound, i) => row(i === 0 ? cli.format(REPORT.times) : '', bound[cli.lang]));
  cli.output.notice(cli.format(SHOW.notJudged));
  cli.output.json({ object: report.object, receipt: json });
  return EXIT.ok;
}

/** A path that exists counts before a record number or id. */
async function receiptOf(cli: Cli, record: string, { url }: Options): Promise<ReceiptDocument> {
  const [path] = argumentPaths([record]);
  if (await exists(path!)) return requireReceiptFile(path!);
  try {
    return await findReceipt(await serviceOf(cli.settings({ url }), cli.lang), record);
  } catch (error) {
    throw receiptUnreadable(pathText(path!).text, error);
  }
}
