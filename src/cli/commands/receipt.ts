import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Service } from '../../client/http.ts';
import { fetchReceipt, findEvidence } from '../../client/service.ts';
import { normalizeDepositNumber } from '../../kinds/deposit-number.ts';
import { isUuid } from '../../kinds/record-id.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { RECEIPT } from '../../text/help.ts';
import { MESSAGES } from '../../text/messages.ts';
import { bilingual } from '../../text/message.ts';
import type { Cli } from '../shell/context.ts';
import { selfContradiction } from '../../verifier/self-contradiction.ts';
import { inOrder } from '../../client/parallel.ts';
import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import { parseErrorText } from '../../text/error-text.ts';
import {
  exists,
  heldReceipt,
  type HeldReceipt,
  receiptPathOf,
  receiptText,
  writeNewReceipt,
} from '../tasks/receipt-file.ts';
import { isReceiptPath } from '../../adapters/files/receipt-names.ts';
import { findPairs } from '../tasks/receipt-pairs.ts';
import { Upgrader } from '../../verifier/upgrade-receipts.ts';
import { serviceFailure } from '../shell/service-failure.ts';
import { serviceOf } from '../settings/service-settings.ts';
import { chooseTrust, type TrustSettings } from '../../verifier/trust-source.ts';

const RECEIPTS_AT_ONCE = 24;

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

/** The newest receipt of a record, to stdout or into a file. */
async function getReceipt(cli: Cli, asked: string, { output, url }: GetOptions): Promise<number> {
  const service = await serviceOf(cli.settings({ url }), cli.lang);
  try {
    const id = await idOf(service, asked);
    const json = await fetchReceipt(service, id);
    requireReceiptOf(heldReceipt(json), id, asked);
    if (output === undefined) {
      cli.output.bytes(receiptText(json));
    } else {
      await writeNewReceipt(argumentPaths([output])[0]!, json);
      cli.output.json({ file: output });
    }
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ProtocolError)
      throw new LedgerError('receipt-unreadable', { file: asked, reason: parseErrorText(error) });
    throw serviceFailure(error);
  }
}

/**
 * Whoever asks keeps what is answered as proof: the receipt of another record, or one that does not
 * hold in itself, is not handed on.
 */
function requireReceiptOf({ parsed }: HeldReceipt, id: string, asked: string): void {
  if (!('value' in parsed.record)) throw parsed.record.error;
  const { header } = parsed.record.value;
  const isAskedFor = header.id === id && (isUuid(asked) || header.number === normalizeDepositNumber(asked));
  const problem = isAskedFor ? selfContradiction(parsed) : bilingual(MESSAGES.otherRecord, { id: header.id });
  if (problem !== undefined) throw new LedgerError('receipt-wrong', { reason: problem });
}

async function idOf(service: Service, asked: string): Promise<string> {
  if (isUuid(asked)) return asked;
  const number = normalizeDepositNumber(asked);
  if (number === undefined) throw new LedgerError('record-id-wrong', { id: asked.slice(0, 80) });
  for await (const item of findEvidence(service, { number })) return item.id;
  throw new LedgerError('record-not-found', { id: asked });
}

/**
 * The receipts that an argument names: of a folder all, of a file the one beside it, else itself.
 */
async function receiptsOf(path: PathBytes): Promise<PathBytes[]> {
  if (isReceiptPath(path)) return [path];
  if (await exists(receiptPathOf(path))) return [receiptPathOf(path)];
  if (!(await isFolder(path))) return [path];
  const { pairs } = await findPairs(path, undefined);
  return pairs.filter(({ hasReceipt }) => hasReceipt).map(({ receipt }) => receipt);
}

async function isFolder(path: PathBytes): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // said where it is read
  );
}

/** Worst first: the first of these that any receipt comes to is the exit code. */
const WORST_FIRST: readonly number[] = [
  EXIT.inconsistent,
  EXIT.usage,
  EXIT.notAllowed,
  EXIT.indeterminate,
  EXIT.notFound,
  EXIT.pending,
];

async function upgradeAll(cli: Cli, paths: readonly string[], options: UpgradeOptions): Promise<number> {
  const settings = cli.settings({ url: options.url });
  const service = await serviceOf(settings, cli.lang);
  const [file] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  const trust: TrustSettings = { file, home: settings.home, service, isOwnRequired: false };
  const upgrader = new Upgrader(service, async (origin) => chooseTrust(trust, origin));
  const receipts = (await Promise.all(argumentPaths(paths).map(receiptsOf))).flat();
  const exits = new Set<number>();
  const items: object[] = [];
  const upgraded = inOrder(receipts, RECEIPTS_AT_ONCE, async (path) => ({
    path,
    became: await upgrader.upgrade(path),
  }));
  for await (const { path, became } of upgraded) {
    const name = pathText(path).text;
    cli.output.progress(cli.format(MESSAGES.upgrading, { done: items.length, total: receipts.length }));
    if (became.state === 'anchored') {
      cli.output.line(`${became.state}\t${name}`);
      items.push({ file: name, state: became.state });
      continue;
    }
    const problem = became.state === 'failed' ? became.failure : new LedgerError('not-anchored', { file: name });
    const message = problem.text[cli.lang];
    exits.add(problem.exit);
    items.push({ file: name, state: became.state, error: { code: problem.code, message } });
    // A service that is gone is said once, in the end, and not again for each of thousands of
    // receipts.
    if (problem.code !== 'service-unreachable') {
      cli.output.notice(`evl: ${message}`, became.state === 'pending' ? 'warn' : 'bad');
    }
  }
  if (upgrader.gone !== undefined) cli.output.printFailure(serviceFailure(upgrader.gone) as LedgerError);
  cli.output.json({ items });
  return WORST_FIRST.find((exit) => exits.has(exit)) ?? EXIT.ok;
}
