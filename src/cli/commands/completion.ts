import { EXIT } from '../../text/exit-codes.ts';
import { Argument, type Command } from 'commander';
import { COMPLETION } from '../../text/help.ts';
import { completedCommands, completionScript, type Shell, SHELLS } from '../shell/completion.ts';
import type { Cli } from '../shell/context.ts';

/** Prints a script for the shell, made from the very tree of commands that the program has. */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', cli.format(COMPLETION.shell)).choices(SHELLS))
    .action(
      cli.action(async (shell: Shell) => {
        const script = completionScript(shell, completedCommands(program));
        if (cli.output.isJson) cli.output.json({ shell, script });
        else cli.output.bytes(script);
        return EXIT.ok;
      }),
    );
}
