import { resolve } from 'node:path';
import type { Command } from 'commander';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { OPERATOR, OPERATOR_HELP } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { collectUrls, rpcUrlsOf } from '../settings/service-settings.ts';
import { readPin } from '../../operations/outside-heads.ts';
import { withPortFailures } from '../shell/port-failure.ts';
import { restore, type Restored } from '../../operations/restore.ts';

/** Makes a data folder from a backup. */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('restore')
    .argument('<backup>', cli.say(OPERATOR_HELP.backup))
    .option('--keys <dir>', cli.say(OPERATOR_HELP.keys))
    .option('--rpc <url>', cli.say(OPERATOR_HELP.restoreRpc), collectUrls)
    .option('--pinned <note>', cli.say(OPERATOR_HELP.pinned))
    .option('--accept-rollback', cli.say(OPERATOR_HELP.acceptRollback), false)
    .action(
      cli.action((backup: string, flags: RestoreFlags) =>
        withPortFailures(() => restoreLedger(cli, resolve(backup), flags)),
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
  const settings = cli.settings({
    ...(pinned !== undefined && { pinnedCheckpoint: pinned }),
  });
  const restored = await restore({
    backup,
    dataDir: settings.dataDir,
    chainDir: settings.chainDir,
    keysDir: keys === undefined ? undefined : resolve(keys),
    rpcUrls: rpcUrlsOf(rpc, settings),
    pinned: settings.pinnedCheckpoint === undefined ? undefined : readPin(settings.pinnedCheckpoint),
    acceptRollback,
    onProgress: (done) => cli.output.progress(cli.say(OPERATOR.fsckProgress, { done })),
  });
  tell(cli, restored);
  return 0;
}

function tell(cli: Cli, { manifest, paths, outside, hasKeys, isAwaitingOutside }: Restored): void {
  const [size, root] = [manifest.size.toString(), toBase64(manifest.root)];
  const { contradiction, chainProblem } = outside;
  cli.output.line(cli.say(OPERATOR.restored, { dir: paths.dir, size, root, contents: manifest.contents }), 'good');
  if (!hasKeys) cli.output.say(cli.say(OPERATOR.restoredWithoutKeys), 'warn');
  if (chainProblem !== undefined) {
    cli.output.say(cli.say(OPERATOR.restoreChainUnheard, { message: chainProblem.message }), 'warn');
  }
  if (contradiction !== undefined) {
    cli.output.say(cli.say(OPERATOR.restoredForReading, { message: contradiction.message }), 'bad');
  } else if (isAwaitingOutside) cli.output.say(cli.say(OPERATOR.awaitingOutside), 'warn');
  const stands = contradiction === undefined ? {} : { contradiction: contradiction.code };
  cli.output.json({ ok: true, dataDir: paths.dir, size, root, hasKeys, awaitingOutside: isAwaitingOutside, ...stands });
}
