import type { Command } from 'commander';
import { dataPaths, requireLedger } from '../../adapters/data-folder/data-folder.ts';
import { acquireFileLock } from '../../adapters/files/file-lock.ts';
import { rebuildIndex } from '../../adapters/embedded-store/repair/rebuild.ts';
import { nodeTreeHasher } from '../../adapters/node-crypto/node-hashes.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { OPERATOR } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** Makes LevelDB again from the journal; the service must not run meanwhile. */
export function addCommand(program: Command, cli: Cli): void {
  program.command('rebuild-index').action(cli.action(() => withLedgerErrors(() => rebuild(cli))));
}

async function rebuild(cli: Cli): Promise<number> {
  const paths = dataPaths(cli.settings().dataDir);
  requireLedger(paths);
  const lock = acquireFileLock(paths.lock);
  try {
    const head = await rebuildIndex({
      dir: paths.dir,
      hasher: nodeTreeHasher,
      onProgress: (size) => cli.output.progress(cli.format(OPERATOR.fsckProgress, { done: size })),
    });
    const [size, root] = [head.size.toString(), toBase64(head.root)];
    cli.output.line(cli.format(OPERATOR.rebuilt, { size, root }));
    cli.output.json({ ok: true, size, root, problems: [] });
    return 0;
  } finally {
    lock.release();
  }
}
