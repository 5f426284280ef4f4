import { type Command, InvalidArgumentError, Option } from 'commander';
import { OPERATOR, OPERATOR_HELP } from '../../src/text/operator.ts';
import { type Finality, trustJson } from '../../src/protocol/trust.ts';
import type { Cli } from '../cli/context.ts';
import { createLedger, type CreatedLedger } from '../ledger/create-ledger.ts';
import { withPortFailures } from '../ledger/port-failure.ts';

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('init')
    .option('--origin <origin>', cli.say(OPERATOR_HELP.origin))
    .option('--rpc <url>', cli.say(OPERATOR_HELP.rpc))
    .option('--contract <address>', cli.say(OPERATOR_HELP.contract))
    .addOption(
      new Option('--operated-by <who>', cli.say(OPERATOR_HELP.operatedBy))
        .choices(['operator', 'others'])
        .default('operator'),
    )
    .option('--finality <rule>', cli.say(OPERATOR_HELP.finality), (rule) => finalityOf(cli, rule))
    .action(cli.action((flags: InitFlags) => withPortFailures(() => init(cli, flags))));
}

interface InitFlags {
  readonly origin?: string;
  readonly rpc?: string;
  readonly contract?: string;
  readonly operatedBy: 'operator' | 'others';
  readonly finality?: Finality;
}

const MAX_CONFIRMATIONS = 1_000_000;

/** A tag of the node, or how many blocks the one with the anchor must be deep, itself counted. */
function finalityOf(cli: Cli, rule: string): Finality {
  if (rule === 'finalized' || rule === 'safe') return { tag: rule };
  const isCount = /^[1-9][0-9]{0,6}$/.test(rule) && Number(rule) <= MAX_CONFIRMATIONS;
  if (!isCount) throw new InvalidArgumentError(cli.say(OPERATOR_HELP.finalityWrong));
  return { confirmations: BigInt(rule) };
}

async function init(cli: Cli, flags: InitFlags): Promise<number> {
  const { dataDir, chainDir, rpcUrl } = cli.settings(flags.rpc === undefined ? {} : { rpcUrl: flags.rpc });
  const { origin, contract, operatedBy, finality } = flags;
  const created = await createLedger({ dataDir, chainDir, rpcUrl, origin, contract, operatedBy, finality });
  tellCreated(cli, created);
  cli.output.json({ dataDir, trust: trustJson(created.trust) });
  return 0;
}

export function tellCreated(cli: Cli, { trust, paths }: CreatedLedger): void {
  const { contract, chainId } = trust.chain;
  cli.output.say(cli.say(OPERATOR.created, { origin: trust.log.origin }));
  cli.output.say(cli.say(OPERATOR.contractIs, { contract, chainId }));
  cli.output.say(cli.say(OPERATOR.backUpKeys, { dir: paths.keys }), 'warn');
}
