import { Argument, type Command } from 'commander';
import { EXIT } from '../../text/exit-codes.ts';
import { COMPLETION } from '../../text/help.ts';
import { COMPLETION_SCRIPTS, type Shell, SHELLS } from '../shell/completion.ts';
import type { Cli } from '../shell/context.ts';

/** `evl completion SHELL` prints a script for a shell. */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', cli.format(COMPLETION.shell)).choices(SHELLS))
    .action(
      cli.action(async (shell: Shell) => {
        const script = COMPLETION_SCRIPTS[shell];
        if (cli.output.isJson) cli.output.json({ shell, script });
        else cli.output.bytes(script);
        return EXIT.ok;
      }),
    );
}
