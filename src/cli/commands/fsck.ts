import type { Command } from 'commander';
import { checkLedger } from '../../compose/maintenance.ts';
import type { StoreProblem } from '../../log/model.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { OPERATOR, REPAIR_STEPS } from '../../text/operator.ts';
import type { Cli } from '../shell/context.ts';
import { withLedgerErrors } from '../shell/errors.ts';

/** Reads all that is stored and compares it; writes nothing. The service must not run meanwhile. */
export function addCommand(program: Command, cli: Cli): void {
  program.command('fsck').action(cli.action(() => withLedgerErrors(() => fsck(cli))));
}

async function fsck(cli: Cli): Promise<number> {
  const { ok, problems, omittedCount, contentCount, access, ...head } = await checkLedger(cli.settings().dataDir, {
    onProgress: (done) => cli.output.progress(cli.format(OPERATOR.fsckProgress, { done })),
    onContent: (done, total) => cli.output.progress(cli.format(OPERATOR.fsckContents, { done, total })),
  });
  printProblems(cli, problems);
  const [size, root] = [head.size.toString(), toBase64(head.root)];
  if (ok) cli.output.line(cli.format(OPERATOR.fsckOk, { size, root, contents: contentCount }), 'good');
  if (ok && access !== undefined && access.streams.length > 0) {
    const { streams, records } = access;
    cli.output.line(cli.format(OPERATOR.fsckAccess, { streams: streams.length, records }));
  }
  if (!ok) cli.output.notice(cli.format(OPERATOR.fsckBad, { count: problems.length + omittedCount }), 'bad');
  cli.output.json({
    ok,
    size,
    root,
    problems: problems.map((problem) => problemJson(cli, problem)),
    omitted: omittedCount,
    access: access === undefined ? null : { streams: access.streams.length, records: access.records },
  });
  return ok ? EXIT.ok : EXIT.inconsistent;
}

function printProblems(cli: Cli, problems: readonly StoreProblem[]): void {
  for (const { code, where, message, repair } of problems) {
    const { file, offset } = where;
    const place = file === undefined ? '' : ` ${file}${offset === undefined ? '' : `:${offset}`}`;
    cli.output.line(`${code}${place}: ${cli.format(message)}`, 'bad');
    if (repair !== undefined)
      cli.output.line(`  ${cli.format(OPERATOR.repair, { repair: cli.format(REPAIR_STEPS[repair]) })}`);
  }
}

function problemJson(cli: Cli, { where, repair, code, message }: StoreProblem): object {
  const { record, lastRecord, ...place } = where;
  const records = {
    ...(record !== undefined && { record: record.toString() }),
    ...(lastRecord !== undefined && { lastRecord: lastRecord.toString() }),
  };
  return {
    code,
    message: message.en,
    ...(repair && { repair: cli.format(REPAIR_STEPS[repair]) }),
    where: { ...place, ...records },
  };
}
