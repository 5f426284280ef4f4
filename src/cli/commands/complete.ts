import type { Command } from 'commander';
import { EXIT } from '../../text/exit-codes.ts';
import { candidates } from '../shell/completion.ts';
import type { Cli } from '../shell/context.ts';

/**
 * `evl complete -- WORDS`, which the scripts of `evl completion` call: prints what may stand in
 * place of the last word, each with its description behind a tab.
 */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(
      cli.action(async (words: readonly string[]) => {
        for (const { word, description } of candidates(program, words)) cli.output.line(`${word}\t${description}`);
        return EXIT.ok;
      }),
    );
}
