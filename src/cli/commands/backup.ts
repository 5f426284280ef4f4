import { resolve } from 'node:path';
import type { Command } from 'commander';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { backUp } from '../../compose/maintenance.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** Copies the ledger into a new folder, whether the service runs or not. */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('backup')
    .argument('<destination>', cli.format(OPERATOR_HELP.backupDestination))
    .option('--with-keys', cli.format(OPERATOR_HELP.withKeys), false)
    .action(
      cli.action((to: string, { withKeys }: { withKeys: boolean }) =>
        withLedgerErrors(() => backup(cli, resolve(to), withKeys)),
      ),
    );
}

async function backup(cli: Cli, destination: string, withKeys: boolean): Promise<number> {
  const { dataDir, chainDir } = cli.settings();
  const manifest = await backUp({
    dataDir,
    chainDir,
    destination,
    withKeys,
    onContent: (done, total) => cli.output.progress(cli.format(OPERATOR.fsckContents, { done, total })),
  });
  const [size, root] = [manifest.size.toString(), toBase64(manifest.root)];
  const { contents } = manifest;
  cli.output.line(cli.format(OPERATOR.backedUp, { dir: destination, size, root, contents }), 'good');
  cli.output.notice(cli.format(withKeys ? OPERATOR.backupHasKeys : OPERATOR.backupHasNoKeys), 'warn');
  cli.output.json({ ok: true, backup: destination, size, root, contents, hasKeys: withKeys });
  return 0;
}
