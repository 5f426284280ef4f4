import type { Command } from 'commander';
import { fundFromLocalChain, runChainAlone } from '../../compose/chain-command.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import { printChain } from '../print/service-reporter.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** What an auditor gets: an endorsement uses less than a thousandth of it. */
const GIFT_ETHER = 1n;
const WEI_PER_ETHER = 10n ** 18n;

/** Runs the local chain alone, in the foreground; `fund` sends ether on it. */
export function addCommand(program: Command, cli: Cli): void {
  const chain = program.command('chain');
  chain.action(
    cli.action(async () => runChainAlone(cli.settings(), (event) => printChain(cli, event)), { handlesSignals: true }),
  );
  chain
    .command('fund')
    .description(cli.format(OPERATOR_HELP.fund))
    .argument('<address>', cli.format(OPERATOR_HELP.fundAddress))
    .action(cli.action(async (address: string) => withLedgerErrors(async () => fund(cli, address))));
}

async function fund(cli: Cli, address: string): Promise<number> {
  const wei = GIFT_ETHER * WEI_PER_ETHER;
  const txHash = await fundFromLocalChain(cli.settings(), address, wei);
  cli.output.line(cli.format(OPERATOR.funded, { ether: GIFT_ETHER, address, tx: txHash }), 'good');
  cli.output.json({ address: address.toLowerCase(), wei: wei.toString(), txHash });
  return EXIT.ok;
}
