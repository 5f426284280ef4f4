import type { Command } from 'commander';
import type { Service } from '../../src/client/http.ts';
import { LogClient } from '../../src/client/log.ts';
import { upgradeReceipt } from '../../src/client/receipt-upgrade.ts';
import { fetchReceipt, findEvidence } from '../../src/client/service.ts';
import { normalizeDepositNumber } from '../../src/evidence/deposit-number.ts';
import { isUuid } from '../../src/evidence/record-id.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { ParsedReceipt } from '../../src/protocol/receipt.ts';
import { RECEIPT } from '../../src/text/help.ts';
import { MESSAGES } from '../../src/text/messages.ts';
import { stepSentence } from '../../src/text/step-codes.ts';
import type { Cli } from '../cli/context.ts';
import { CliFailure, EXIT, failure } from '../cli/failure.ts';
import { argumentPaths, type PathBytes, pathText } from '../cli/path-bytes.ts';
import {
  heldReceipt,
  keepContradiction,
  readReceiptFile,
  receiptText,
  writeNewReceipt,
  writeReceiptFile,
} from '../cli/receipt-file.ts';
import { serviceFailure } from '../cli/service-failure.ts';
import { serviceOf } from '../cli/service-settings.ts';
import { chooseTrust, type TrustSettings } from '../cli/trust-source.ts';
import { nodeTreeHasher, originOf } from '../cli/verification.ts';

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
    const json = await fetchReceipt(service, await idOf(service, asked));
    heldReceipt(json); // a receipt of another format is not handed on as one
    if (output === undefined) {
      cli.output.bytes(receiptText(json));
    } else {
      await writeNewReceipt(argumentPaths([output])[0]!, json);
      cli.output.json({ file: output });
    }
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ProtocolError)
      throw failure(EXIT.indeterminate, 'receipt-unreadable', { file: asked, reason: error.message });
    throw serviceFailure(error);
  }
}

async function idOf(service: Service, asked: string): Promise<string> {
  if (isUuid(asked)) return asked;
  const number = normalizeDepositNumber(asked);
  if (number !== undefined) for await (const item of findEvidence(service, { number })) return item.id;
  throw failure(EXIT.notFound, 'record-not-found', { id: asked });
}

/** What became of one receipt; the exit code of the command is that of the worst. */
interface Outcome {
  readonly file: string;
  readonly state: 'anchored' | 'pending' | 'contradiction' | 'undecided';
  readonly exit: number;
  readonly problem?: CliFailure;
}

const WORST_FIRST: readonly number[] = [EXIT.inconsistent, EXIT.usage, EXIT.indeterminate, EXIT.notFound, EXIT.pending];

async function upgradeAll(cli: Cli, files: readonly string[], options: UpgradeOptions): Promise<number> {
  const settings = cli.settings({ url: options.url });
  const service = await serviceOf(settings, cli.lang);
  const log = new LogClient(service, nodeTreeHasher);
  const [file] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  const trust: TrustSettings = { file, home: settings.home, service, isOwnRequired: false };
  const outcomes: Outcome[] = [];
  for (const path of argumentPaths(files)) {
    const outcome = await upgradeFile(cli, path, service, log, trust);
    outcomes.push(outcome);
    if (outcome.problem === undefined) cli.output.line(`${outcome.state}\t${outcome.file}`);
    else cli.output.say(`evl: ${outcome.problem.words[cli.lang]}`, outcome.exit === EXIT.pending ? 'warn' : 'bad');
  }
  cli.output.json({
    items: outcomes.map(({ file: name, state, problem }) => ({
      file: name,
      state,
      ...(problem && { error: { code: problem.code, message: problem.words[cli.lang] } }),
    })),
  });
  return WORST_FIRST.find((exit) => outcomes.some((outcome) => outcome.exit === exit)) ?? EXIT.ok;
}

async function upgradeFile(
  cli: Cli,
  path: PathBytes,
  service: Service,
  log: LogClient,
  trust: TrustSettings,
): Promise<Outcome> {
  const file = pathText(path).text;
  const failed = (state: Outcome['state'], problem: CliFailure): Outcome => ({
    file,
    state,
    exit: problem.exit,
    problem,
  });
  try {
    const { json, parsed } = await readReceiptFile(path);
    const choice = await chooseTrust(trust, originOf(parsed));
    const reasonOf = (code: string) => `${stepSentence('', code)[cli.lang]} [${code}]`;
    const undecided = (code: string) =>
      failed('undecided', failure(EXIT.indeterminate, 'upgrade-undecided', { file, reason: reasonOf(code) }));
    if ('problem' in choice) return undecided(choice.problem);
    const newer = await fetchReceipt(service, recordId(parsed, file));
    const upgrade = await upgradeReceipt(json, newer, choice.trust.value, log, nodeTreeHasher);
    switch (upgrade.outcome) {
      case 'complete':
        return { file, state: 'anchored', exit: EXIT.ok };
      case 'pending':
        return failed('pending', failure(EXIT.pending, 'not-anchored', { file }));
      case 'undecided':
        return undecided(upgrade.code);
      case 'contradiction': {
        const other = await keepContradiction(path, newer);
        const reason = reasonOf(upgrade.code);
        return failed('contradiction', failure(EXIT.inconsistent, 'contradiction', { file, reason, other }));
      }
      case 'upgraded':
        await writeReceiptFile(path, upgrade.receipt);
        cli.output.say(cli.say(MESSAGES.upgraded, { file }));
        return { file, state: 'anchored', exit: EXIT.ok };
    }
  } catch (error) {
    if (error instanceof ProtocolError) {
      return failed('undecided', failure(EXIT.indeterminate, 'receipt-unreadable', { file, reason: error.message }));
    }
    const problem = serviceFailure(error);
    if (problem instanceof CliFailure) return failed('undecided', problem);
    throw problem;
  }
}

function recordId(parsed: ParsedReceipt, file: string): string {
  if ('value' in parsed.record) return parsed.record.value.header.id;
  throw failure(EXIT.indeterminate, 'receipt-unreadable', { file, reason: parsed.record.error.message });
}
