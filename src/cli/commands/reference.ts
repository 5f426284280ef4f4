import type { Command } from 'commander';
import { EXIT } from '../../text/exit-codes.ts';
import type { Cli } from '../shell/context.ts';
import { commandReference } from '../shell/reference.ts';

/** `evl reference` prints docs/cli.md, or with `--lang zh` docs/cli.zh-CN.md. */
export function addCommand(program: Command, cli: Cli): void {
  program.command('reference', { hidden: true }).action(
    cli.action(async () => {
      cli.output.bytes(commandReference(program, cli.lang));
      return EXIT.ok;
    }),
  );
}
