import type { Command } from 'commander';
import { acceptAccess, cutAccess } from '../../compose/maintenance.ts';
import { ACCESS_COMMANDS } from '../../text/access.ts';
import { EXIT } from '../../text/exit-codes.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import { statedTime } from '../tasks/stated-time.ts';

/** Works on the access log of a data folder. The service must not run meanwhile. */
export function addCommand(program: Command, cli: Cli): void {
  const access = program.command('access');
  access
    .command('cut')
    .description(cli.format(ACCESS_COMMANDS.cut))
    .requiredOption('--before <date>', cli.format(ACCESS_COMMANDS.before))
    .action(cli.action(({ before }: { before: string }) => withLedgerErrors(() => cut(cli, before))));
  access
    .command('accept')
    .description(cli.format(ACCESS_COMMANDS.accept))
    .action(cli.action(() => withLedgerErrors(() => accept(cli))));
}

async function cut(cli: Cli, before: string): Promise<number> {
  const streams = await cutAccess(cli.settings().dataDir, Date.parse(statedTime('--before', before)));
  cli.output.line(cli.format(ACCESS_COMMANDS.didCut, { count: streams.length }));
  for (const { stream, to } of streams) cli.output.line(cli.format(ACCESS_COMMANDS.cutStream, { stream, to }));
  cli.output.json({ cut: streams.map((each) => ({ ...each })) });
  return EXIT.ok;
}

async function accept(cli: Cli): Promise<number> {
  const index = await acceptAccess(cli.settings().dataDir);
  if (index === undefined) cli.output.line(cli.format(ACCESS_COMMANDS.nothingToAccept));
  else cli.output.line(cli.format(ACCESS_COMMANDS.accepted, { record: index.toString() }), 'warn');
  cli.output.json({ accepted: index?.toString() ?? null });
  return EXIT.ok;
}
