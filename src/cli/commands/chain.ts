import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Command } from 'commander';
import { isAddress } from 'ethers';
import { dataPaths, hasLocalChain } from '../../adapters/data-folder/data-folder.ts';
import { sendEther } from '../../adapters/ethereum/transfer.ts';
import { readChainKey } from '../../adapters/keys/chain-key.ts';
import { runChainProcess } from '../../compose/chain-process.ts';
import { CHAIN_FAULTS } from '../../text/chain.ts';
import { bilingual } from '../../text/message.ts';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { printChain } from '../print/service-reporter.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** What an auditor is given: an endorsement takes less than a thousandth of it. */
const GIFT_ETHER = 1n;
const WEI_PER_ETHER = 10n ** 18n;

/** The local chain alone, in the foreground. */
export function addCommand(program: Command, cli: Cli): void {
  const chain = program.command('chain');
  chain.action(
    cli.action(
      async () => {
        const { dataDir, chainDir, chainPort } = cli.settings();
        return runChainProcess({
          dir: dataPaths(dataDir, chainDir).chain,
          port: chainPort,
          report: (event) => printChain(cli, event),
        });
      },
      { handlesSignals: true },
    ),
  );
  chain
    .command('fund')
    .description(cli.format(OPERATOR_HELP.fund))
    .argument('<address>', cli.format(OPERATOR_HELP.fundAddress))
    .action(cli.action(async (address: string) => withLedgerErrors(async () => fund(cli, address))));
}

/**
 * Ether of the ledger's account for somebody who has something to say on its local chain; that of
 * other chains is not given away.
 */
async function fund(cli: Cli, address: string): Promise<number> {
  const isAccount: boolean = isAddress(address);
  if (!isAccount) throw new LedgerError('address-wrong', { address: address.slice(0, 80) });
  const { dataDir, chainDir, chainPort } = cli.settings();
  const paths = dataPaths(dataDir, chainDir);
  if (!hasLocalChain(paths)) {
    throw new LedgerError('chain-missing', { reason: bilingual(CHAIN_FAULTS.noLocalChain, { dir: paths.chain }) });
  }
  const url = `http://127.0.0.1:${chainPort}`;
  const tx = await sendEther(url, readChainKey(paths.chainKey), address, GIFT_ETHER * WEI_PER_ETHER);
  cli.output.line(cli.format(OPERATOR.funded, { ether: GIFT_ETHER, address, tx }), 'good');
  cli.output.json({ address: address.toLowerCase(), wei: (GIFT_ETHER * WEI_PER_ETHER).toString(), txHash: tx });
  return EXIT.ok;
}
