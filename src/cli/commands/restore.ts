import { resolve } from 'node:path';
import type { Command } from 'commander';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { collectUrls, rpcUrlsOf } from '../settings/service-settings.ts';
import { readPinnedNote } from '../../compose/ledger.ts';
import { restore } from '../../compose/maintenance.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import type { Restored } from '../../operations/restore.ts';

/** Creates a data folder from a backup. */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('restore')
    .argument('<backup>', cli.format(OPERATOR_HELP.backup))
    .option('--keys <dir>', cli.format(OPERATOR_HELP.keys))
    .option('--rpc <url>', cli.format(OPERATOR_HELP.restoreRpc), collectUrls)
    .option('--pinned <note>', cli.format(OPERATOR_HELP.pinned))
    .option('--accept-rollback', cli.format(OPERATOR_HELP.acceptRollback), false)
    .action(
      cli.action((backup: string, flags: RestoreFlags) =>
        withLedgerErrors(() => restoreLedger(cli, resolve(backup), flags)),
      ),
    );
}

interface RestoreFlags {
  readonly keys?: string;
  readonly rpc?: readonly string[];
  readonly pinned?: string;
  readonly acceptRollback: boolean;
}

async function restoreLedger(cli: Cli, backup: string, flags: RestoreFlags): Promise<number> {
  const { keys, rpc, pinned, acceptRollback } = flags;
  const settings = cli.settings({ pinnedCheckpoint: pinned });
  const restored = await restore({
    backup,
    dataDir: settings.dataDir,
    chainDir: settings.chainDir,
    keysDir: keys === undefined ? undefined : resolve(keys),
    rpcUrls: rpcUrlsOf(rpc, settings),
    pinned: readPinnedNote(settings.pinnedCheckpoint),
    acceptRollback,
    onProgress: (done) => cli.output.progress(cli.format(OPERATOR.fsckProgress, { done })),
  });
  printRestored(cli, restored);
  return 0;
}

function printRestored(
  cli: Cli,
  { manifest, paths, external, hasKeys, hasPeople, isAwaitingExternalCheck }: Restored,
): void {
  const [size, root] = [manifest.size.toString(), toBase64(manifest.root)];
  const { contradiction, chainProblem } = external;
  cli.output.line(cli.format(OPERATOR.restored, { dir: paths.dir, size, root, contents: manifest.contents }), 'good');
  if (!hasKeys) cli.output.notice(cli.format(OPERATOR.restoredWithoutKeys), 'warn');
  if (hasPeople) cli.output.notice(cli.format(OPERATOR.restoredPeople), 'warn');
  if (chainProblem !== undefined) {
    cli.output.notice(cli.format(OPERATOR.restoreChainUnchecked, { message: chainProblem.text }), 'warn');
  }
  if (contradiction !== undefined) {
    cli.output.notice(cli.format(OPERATOR.restoredForReading, { message: contradiction.text }), 'bad');
  } else if (isAwaitingExternalCheck) cli.output.notice(cli.format(OPERATOR.awaitingExternalCheck), 'warn');
  const stands = contradiction === undefined ? {} : { contradiction: contradiction.code };
  cli.output.json({
    ok: true,
    dataDir: paths.dir,
    size,
    root,
    hasKeys,
    peopleSuspended: hasPeople,
    awaitingExternalCheck: isAwaitingExternalCheck,
    ...stands,
  });
}
