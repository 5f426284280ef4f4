import type { Command } from 'commander';
import { rebuildIndex } from '../../compose/maintenance.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { OPERATOR } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** Makes the index again from the journal; the service must not run meanwhile. */
export function addCommand(program: Command, cli: Cli): void {
  program.command('rebuild-index').action(cli.action(() => withLedgerErrors(() => rebuild(cli))));
}

async function rebuild(cli: Cli): Promise<number> {
  const head = await rebuildIndex(cli.settings().dataDir, (done) =>
    cli.output.progress(cli.format(OPERATOR.fsckProgress, { done })),
  );
  const [size, root] = [head.size.toString(), toBase64(head.root)];
  cli.output.line(cli.format(OPERATOR.rebuilt, { size, root }));
  cli.output.json({ ok: true, size, root, problems: [] });
  return 0;
}
