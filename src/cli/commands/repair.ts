import { EXIT } from '../../text/exit-codes.ts';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { OPERATOR, OPERATOR_HELP, REPAIR_STEPS } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import { repairLedger } from '../../compose/maintenance.ts';
import type { Repaired } from '../../operations/repair.ts';

/**
 * Puts back damaged or missing bytes of journal and contents; the service must not run meanwhile.
 */
export function addCommand(program: Command, cli: Cli): void {
  program
    .command('repair')
    .option('--from <dir>', cli.format(OPERATOR_HELP.repairFrom))
    .action(
      cli.action(({ from }: { from?: string }) =>
        withLedgerErrors(() => repair(cli, from === undefined ? undefined : resolve(from))),
      ),
    );
}

async function repair(cli: Cli, from: string | undefined): Promise<number> {
  const onProgress = (done: bigint) => cli.output.progress(cli.format(OPERATOR.fsckProgress, { done }));
  return printRepaired(cli, await repairLedger(cli.settings().dataDir, { from, onProgress }));
}

function printRepaired(cli: Cli, { segments, contents, lacking, check }: Repaired): number {
  for (const { file, kept } of segments) {
    cli.output.line(cli.format(OPERATOR.repairedSegment, { file }), 'good');
    if (kept !== undefined) cli.output.line(`  ${cli.format(OPERATOR.repairKept, { file: kept })}`);
  }
  for (const sha256 of contents) cli.output.line(cli.format(OPERATOR.repairedContent, { sha256 }), 'good');
  for (const [sha256, record] of lacking) cli.output.line(cli.format(OPERATOR.repairLacks, { sha256, record }), 'bad');
  if (segments.length + contents.length + lacking.size === 0) cli.output.line(cli.format(OPERATOR.repairedNothing));
  for (const { code, message, repair: next } of check.problems) {
    cli.output.line(`${code}: ${cli.format(message)}`, 'bad');
    if (next !== undefined)
      cli.output.line(`  ${cli.format(OPERATOR.repair, { repair: cli.format(REPAIR_STEPS[next]) })}`);
  }
  const [size, root] = [check.size.toString(), toBase64(check.root)];
  const isOk = check.ok && lacking.size === 0;
  if (isOk) cli.output.line(cli.format(OPERATOR.repairOk, { size, root }), 'good');
  const problems = check.problems.map(({ code, message }) => ({ code, message: message.en }));
  cli.output.json({ ok: isOk, size, root, segments, contents, lacking: [...lacking.keys()], problems });
  return isOk ? EXIT.ok : EXIT.inconsistent;
}
