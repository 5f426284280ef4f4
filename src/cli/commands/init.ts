import { LedgerError } from '../../text/ledger-error.ts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { trustJson } from '../../protocol/trust-file.ts';
import type { Finality } from '../../protocol/trust.ts';
import type { Cli } from '../shell/context.ts';
import { collectUrls, rpcUrlsOf } from '../settings/service-settings.ts';
import { createLedger } from '../../compose/maintenance.ts';
import type { CreatedLedger } from '../../operations/create-ledger.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** The limit of a trust file. */
const MAX_SOURCES = 16;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('init')
    .option('--origin <origin>', cli.format(OPERATOR_HELP.origin))
    .option('--rpc <url>', cli.format(OPERATOR_HELP.rpc), collectUrls)
    .option('--sources <number>', cli.format(OPERATOR_HELP.sources), sourcesOf)
    .option('--contract <address>', cli.format(OPERATOR_HELP.contract))
    .addOption(
      new Option('--operated-by <who>', cli.format(OPERATOR_HELP.operatedBy))
        .choices(['operator', 'others'])
        .default('operator'),
    )
    .option('--finality <rule>', cli.format(OPERATOR_HELP.finality), (rule) => finalityOf(cli, rule))
    .action(cli.action((flags: InitFlags) => withLedgerErrors(() => init(cli, flags))));
}

interface InitFlags {
  readonly origin?: string;
  readonly rpc?: readonly string[];
  readonly sources?: number;
  readonly contract?: string;
  readonly operatedBy: 'operator' | 'others';
  readonly finality?: Finality;
}

const MAX_CONFIRMATIONS = 1_000_000;

/** A tag of the node, or the number of confirmations, the block of the anchor included. */
function finalityOf(cli: Cli, rule: string): Finality {
  if (rule === 'finalized' || rule === 'safe') return { tag: rule };
  const isCount = /^[1-9][0-9]{0,6}$/.test(rule) && Number(rule) <= MAX_CONFIRMATIONS;
  if (!isCount) throw new InvalidArgumentError(cli.format(OPERATOR_HELP.finalityWrong));
  return { confirmations: BigInt(rule) };
}

async function init(cli: Cli, flags: InitFlags): Promise<number> {
  const settings = cli.settings();
  const { dataDir, chainDir } = settings;
  const rpcUrls = rpcUrlsOf(flags.rpc, settings);
  const { origin, contract, operatedBy, finality, sources } = flags;
  requireSources(sources, rpcUrls);
  const created = await createLedger({
    dataDir,
    chainDir,
    rpcUrls,
    sources,
    origin,
    contract,
    operatedBy,
    finality,
  });
  printCreated(cli, created);
  cli.output.json({ dataDir, trust: trustJson(created.trust) });
  return 0;
}

function sourcesOf(value: string): number {
  if (/^[1-9][0-9]?$/.test(value) && Number(value) <= MAX_SOURCES) return Number(value);
  const wrong = { name: '--sources', value: value.slice(0, 80), kind: SETTING_KINDS.count };
  throw new LedgerError('setting-wrong', wrong);
}

/** If more nodes must agree than are named, no anchor ever becomes final. */
function requireSources(sources = 1, rpcUrls: readonly string[] = ['the local chain']): void {
  if (sources <= rpcUrls.length) return;
  throw new LedgerError('chain-sources-too-few', { required: sources, named: rpcUrls.length });
}

export function printCreated(cli: Cli, { trust, paths }: CreatedLedger): void {
  const { contract, chainId } = trust.chain;
  cli.output.notice(cli.format(OPERATOR.created, { origin: trust.log.origin }));
  cli.output.notice(cli.format(OPERATOR.contractIs, { contract, chainId }));
  cli.output.notice(cli.format(OPERATOR.backUpKeys, { dir: paths.keys }), 'warn');
}
