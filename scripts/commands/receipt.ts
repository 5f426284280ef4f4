import type { Command } from 'commander';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { Service } from '../../src/client/http.ts';
import { LogClient } from '../../src/client/log.ts';
import { fetchReceipt, findEvidence } from '../../src/client/service.ts';
import { normalizeDepositNumber } from '../../src/evidence/deposit-number.ts';
import { isUuid } from '../../src/evidence/record-id.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { RECEIPT } from '../../src/text/help.ts';
import { MESSAGES } from '../../src/text/messages.ts';
import { filled } from '../../src/text/words.ts';
import type { Cli } from '../cli/context.ts';
import { EXIT, failure } from '../cli/failure.ts';
import { ownProblem } from '../cli/own-problem.ts';
import { argumentPaths, type PathBytes, pathText } from '../cli/path-bytes.ts';
import { readingReason } from '../cli/reading-reason.ts';
import {
  exists,
  heldReceipt,
  type HeldReceipt,
  isReceiptPath,
  receiptPathOf,
  receiptText,
  writeNewReceipt,
} from '../cli/receipt-file.ts';
import { upgradeReceiptFile } from '../cli/receipt-upgrading.ts';
import { serviceFailure } from '../cli/service-failure.ts';
import { serviceOf } from '../cli/service-settings.ts';
import { chooseTrust, type TrustSettings } from '../cli/trust-source.ts';

export function addCommand(program: Command, cli: Cli): void {
  const receipt = program.command('receipt');
  receipt
    .command('get')
    .description(cli.say(RECEIPT.get))
    .argument('<id>', cli.say(RECEIPT.id))
    .option('-o, --output <file>', cli.say(RECEIPT.output))
    .option('--url <url>', cli.say(RECEIPT.url))
    .action(cli.action(async (id: string, options: GetOptions) => getReceipt(cli, id, options)));
  receipt
    .command('upgrade')
    .description(cli.say(RECEIPT.upgrade))
    .argument('<receipts...>', cli.say(RECEIPT.files))
    .option('--trust <file>', cli.say(RECEIPT.trust))
    .option('--url <url>', cli.say(RECEIPT.url))
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
    demandReceiptOf(heldReceipt(json), id, asked);
    if (output === undefined) {
      cli.output.bytes(receiptText(json));
    } else {
      await writeNewReceipt(argumentPaths([output])[0]!, json);
      cli.output.json({ file: output });
    }
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ProtocolError)
      throw failure(EXIT.indeterminate, 'receipt-unreadable', { file: asked, reason: readingReason(error) });
    throw serviceFailure(error);
  }
}

/** Whoever asks keeps what is answered as proof: the receipt of another record, or one that does not hold in itself, is not handed on. */
function demandReceiptOf({ parsed }: HeldReceipt, id: string, asked: string): void {
  if (!('value' in parsed.record)) throw parsed.record.error;
  const { header } = parsed.record.value;
  const isAskedFor = header.id === id && (isUuid(asked) || header.number === normalizeDepositNumber(asked));
  const problem = isAskedFor ? ownProblem(parsed) : filled(MESSAGES.otherRecord, { id: header.id });
  if (problem !== undefined) throw failure(EXIT.inconsistent, 'receipt-wrong', { reason: problem });
}

async function idOf(service: Service, asked: string): Promise<string> {
  if (isUuid(asked)) return asked;
  const number = normalizeDepositNumber(asked);
  if (number === undefined) throw failure(EXIT.usage, 'record-id-wrong', { id: asked.slice(0, 80) });
  for await (const item of findEvidence(service, { number })) return item.id;
  throw failure(EXIT.notFound, 'record-not-found', { id: asked });
}

/** The receipt itself, or the evidence file that it lies beside. */
async function receiptFileOf(path: PathBytes): Promise<PathBytes> {
  const beside = receiptPathOf(path);
  return !isReceiptPath(path) && (await exists(beside)) ? beside : path;
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

async function upgradeAll(cli: Cli, files: readonly string[], options: UpgradeOptions): Promise<number> {
  const settings = cli.settings({ url: options.url });
  const service = await serviceOf(settings, cli.lang);
  const log = new LogClient(service, nodeTreeHasher);
  const [file] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  const trust: TrustSettings = { file, home: settings.home, service, isOwnRequired: false };
  const exits = new Set<number>();
  const items: object[] = [];
  for (const named of argumentPaths(files)) {
    const path = await receiptFileOf(named);
    const upgraded = await upgradeReceiptFile(path, service, log, async (origin) => chooseTrust(trust, origin));
    const name = pathText(path).text;
    if (upgraded.state === 'anchored') {
      cli.output.line(`${upgraded.state}\t${name}`);
      items.push({ file: name, state: upgraded.state });
      continue;
    }
    const problem =
      upgraded.state === 'failed' ? upgraded.failure : failure(EXIT.pending, 'not-anchored', { file: name });
    const message = problem.words[cli.lang];
    exits.add(problem.exit);
    items.push({ file: name, state: upgraded.state, error: { code: problem.code, message } });
    cli.output.say(`evl: ${message}`, upgraded.state === 'pending' ? 'warn' : 'bad');
  }
  cli.output.json({ items });
  return WORST_FIRST.find((exit) => exits.has(exit)) ?? EXIT.ok;
}
