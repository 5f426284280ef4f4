import type { Command } from 'commander';
import { dataPaths } from '../../src/adapters/data-folder/data-folder.ts';
import { acquireFileLock } from '../../src/adapters/file-lock/file-lock.ts';
import { runChainProcess } from '../../src/adapters/local-chain/process.ts';
import type { Cli } from '../cli/context.ts';
import { tellChain } from '../cli/service-words.ts';

/** The local chain alone, in the foreground. */
export function addCommand(program: Command, cli: Cli): void {
  program.command('chain').action(
    cli.action(
      async () => {
        const { dataDir, chainDir, chainPort } = cli.settings();
        return runChainProcess({
          dir: dataPaths(dataDir, chainDir).chain,
          port: chainPort,
          acquireLock: acquireFileLock,
          report: (event) => tellChain(cli, event),
        });
      },
      { handlesSignals: true },
    ),
  );
}
