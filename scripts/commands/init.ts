import { type Command, Option } from 'commander';
import { OPERATOR, OPERATOR_HELP } from '../../src/text/operator.ts';
import { SETTING_KINDS } from '../../src/text/settings.ts';
import { PortError } from '../../src/log/ports.ts';
import { trustJson } from '../../src/protocol/trust.ts';
import type { Cli } from '../cli/context.ts';
import { EXIT, failure } from '../cli/failure.ts';
import { collectUrls, rpcUrlsOf } from '../cli/service-settings.ts';
import { createLedger, type CreatedLedger } from '../ledger/create-ledger.ts';
import { withPortFailures } from '../ledger/port-failure.ts';

/** As a trust file may hold. */
const MAX_SOURCES = 16;
const MAX_CONFIRMATIONS = 1_000_000;

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('init')
    .option('--origin <origin>', cli.say(OPERATOR_HELP.origin))
    .option('--rpc <url>', cli.say(OPERATOR_HELP.rpc), collectUrls)
    .option('--sources <number>', cli.say(OPERATOR_HELP.sources), countUpTo(MAX_SOURCES, '--sources'))
    .option(
      '--confirmations <number>',
      cli.say(OPERATOR_HELP.confirmations),
      countUpTo(MAX_CONFIRMATIONS, '--confirmations'),
    )
    .option('--contract <address>', cli.say(OPERATOR_HELP.contract))
    .addOption(
      new Option('--operated-by <who>', cli.say(OPERATOR_HELP.operatedBy))
        .choices(['operator', 'others'])
        .default('operator'),
    )
    .action(cli.action((flags: InitFlags) => withPortFailures(() => init(cli, flags))));
}

interface InitFlags {
  readonly origin?: string;
  readonly rpc?: readonly string[];
  readonly sources?: number;
  readonly confirmations?: number;
  readonly contract?: string;
  readonly operatedBy: 'operator' | 'others';
}

async function init(cli: Cli, flags: InitFlags): Promise<number> {
  const settings = cli.settings();
  const { dataDir, chainDir } = settings;
  const rpcUrls = rpcUrlsOf(flags.rpc, settings);
  const { origin, contract, operatedBy, sources } = flags;
  demandSources(sources, rpcUrls);
  const confirmations = flags.confirmations === undefined ? undefined : BigInt(flags.confirmations);
  const created = await createLedger({
    dataDir,
    chainDir,
    rpcUrls,
    sources,
    confirmations,
    origin,
    contract,
    operatedBy,
  });
  tellCreated(cli, created);
  cli.output.json({ dataDir, trust: trustJson(created.trust) });
  return 0;
}

function countUpTo(most: number, name: string): (text: string) => number {
  return (value) => {
    if (/^[1-9][0-9]{0,6}$/.test(value) && Number(value) <= most) return Number(value);
    throw failure(EXIT.usage, 'setting-wrong', { name, value: value.slice(0, 80), kind: SETTING_KINDS.count });
  };
}

/** With more demanded than named no anchor would ever be final. */
function demandSources(sources = 1, rpcUrls: readonly string[] = ['the local chain']): void {
  if (sources <= rpcUrls.length) return;
  const message = `--sources is ${sources}, and ${rpcUrls.length} nodes are named`;
  throw new PortError('chain-sources-too-few', message);
}

export function tellCreated(cli: Cli, { trust, paths }: CreatedLedger): void {
  const { contract, chainId } = trust.chain;
  cli.output.say(cli.say(OPERATOR.created, { origin: trust.log.origin }));
  cli.output.say(cli.say(OPERATOR.contractIs, { contract, chainId }));
  cli.output.say(cli.say(OPERATOR.backUpKeys, { dir: paths.keys }), 'warn');
}
