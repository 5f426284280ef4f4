import type { Command } from 'commander';
import { pMapIterable } from 'p-map';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { HASHES } from '../../compose/hashes.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { RECEIPT } from '../../text/help.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { ADDING } from '../../text/adding.ts';
import { chooseTrust, type TrustSettings } from '../../verifier/choose-trust.ts';
import { recordIdOf } from '../../verifier/receipt-document.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import {
  createReceiptFile,
  existingReceipt,
  pathTaken,
  receiptText,
  receiptUnreadable,
} from '../tasks/receipt-file.ts';
import { findReceipt } from '../tasks/find-record.ts';
import { receiptsOf } from '../tasks/receipt-pairs.ts';
import { readNamedTrust } from '../tasks/trust-file.ts';
import { fileTrustMemory } from '../tasks/trust-memory.ts';
import { Upgrader } from '../tasks/upgrade-receipts.ts';

const RECEIPTS_AT_ONCE = 24;
/**
 * Results that wait for one that takes long, so that the output keeps the order of the receipts.
 */
const MAX_WAITING = 4 * RECEIPTS_AT_ONCE;

export function addCommand(program: Command, cli: Cli): void {
  const receipt = program.command('receipt');
  receipt
    .command('get')
    .description(cli.format(RECEIPT.get))
    .argument('<id>', cli.format(RECEIPT.id))
    .option('-o, --output <file>', cli.format(RECEIPT.output))
    .option('--url <url>', cli.format(RECEIPT.url))
    .action(cli.action(async (id: string, options: GetOptions) => getReceipt(cli, id, options)));
  receipt
    .command('upgrade')
    .description(cli.format(RECEIPT.upgrade))
    .argument('<receipts...>', cli.format(RECEIPT.files))
    .option('--trust <file>', cli.format(RECEIPT.trust))
    .option('--url <url>', cli.format(RECEIPT.url))
    .action(cli.action(async (files: string[], options: UpgradeOptions) => upgradeAll(cli, files, options)));
}

interface GetOptions {
  readonly output?: string;
  readonly url?: string;
}

interface UpgradeOptions {
  readonly trust?: string;
  readonly url?: string;
}

/**
 * Writes the newest receipt of a record to stdout or into a file. A receipt of the record that is
 * there already is upgraded by the rules of `receipt upgrade`, and never lost for a lesser one.
 */
async function getReceipt(cli: Cli, idOrNumber: string, { output, url }: GetOptions): Promise<number> {
  const service = await serviceOf(cli.settings({ url }), cli.lang);
  try {
    const { json, parsed } = await findReceipt(service, idOrNumber);
    const id = recordIdOf({ json, parsed })!;
    if (output === undefined) {
      cli.output.bytes(receiptText(json));
      return EXIT.ok;
    }
    await keepReceipt(cli, argumentPaths([output])[0]!, id, json, url);
    cli.output.json({ file: output });
    return EXIT.ok;
  } catch (error) {
    throw receiptUnreadable(idOrNumber, error);
  }
}

async function keepReceipt(cli: Cli, path: PathBytes, id: string, json: Json, url: string | undefined): Promise<void> {
  const existing = await existingReceipt(path);
  if (existing === undefined) return createReceiptFile(path, json);
  if (recordIdOf(existing) !== id) throw pathTaken(path, existing);
  const upgraded = await (await upgraderOf(cli, url === undefined ? {} : { url })).upgrade(path);
  if (upgraded.state === 'failed') throw upgraded.failure;
}

/** From the worst on: the exit code is the first of these that any receipt ends with. */
const WORST_FIRST: readonly number[] = [
  EXIT.inconsistent,
  EXIT.usage,
  EXIT.notAllowed,
  EXIT.indeterminate,
  EXIT.notFound,
  EXIT.pending,
];

async function upgradeAll(cli: Cli, paths: readonly string[], options: UpgradeOptions): Promise<number> {
  const upgrader = await upgraderOf(cli, options);
  const receipts = (await Promise.all(argumentPaths(paths).map(receiptsOf))).flat();
  const exits = new Set<number>();
  const items: object[] = [];
  const upgrades = pMapIterable(
    receipts,
    async (path) => ({ file: pathText(path).text, upgraded: await upgrader.upgrade(path) }),
    { concurrency: RECEIPTS_AT_ONCE, backpressure: MAX_WAITING },
  );
  for await (const { file, upgraded } of upgrades) {
    cli.output.progress(cli.format(ADDING.upgrading, { done: items.length, total: receipts.length }));
    if (upgraded.state === 'final') {
      cli.output.line(`${upgraded.state}\t${file}`);
      items.push({ file, state: upgraded.state });
      continue;
    }
    const problem = upgraded.state === 'failed' ? upgraded.failure : new LedgerError('not-anchored', { file });
    exits.add(problem.exit);
    items.push({ file, state: upgraded.state, error: { code: problem.code, message: problem.text[cli.lang] } });
    // An unreachable service is reported once, at the end, and not for each of thousands of
    // receipts.
    if (problem.code !== 'service-unreachable') {
      cli.output.notice(`evl: ${problem.text[cli.lang]}`, upgraded.state === 'registered' ? 'warn' : 'bad');
    }
  }
  if (upgrader.outage !== undefined) cli.output.printFailure(upgrader.outage);
  cli.output.json({ items });
  return WORST_FIRST.find((exit) => exits.has(exit)) ?? EXIT.ok;
}

async function upgraderOf(cli: Cli, options: UpgradeOptions): Promise<Upgrader> {
  const settings = cli.settings({ url: options.url });
  const service = await serviceOf(settings, cli.lang);
  const [file] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  const trust: TrustSettings = {
    readNamed: file && (() => readNamedTrust(file)),
    memory: fileTrustMemory(settings.home),
    service,
    isOwnRequired: false,
  };
  return new Upgrader(service, (origin) => chooseTrust(trust, origin), HASHES);
}
