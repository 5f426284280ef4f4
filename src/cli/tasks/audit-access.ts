import { resolve } from 'node:path';
import { auditAccess } from '../../compose/maintenance.ts';
import { ACCESS_AUDIT } from '../../text/access.ts';
import { EXIT } from '../../text/exit-codes.ts';
import type { Cli } from '../shell/context.ts';

/** Compares the access log of a data folder or a backup with its log, and prints what was found. */
export async function auditAccessOf(cli: Cli, folder: string): Promise<number> {
  const { streams, cut, records, problems } = await auditAccess(resolve(folder));
  for (const { stream, entries, recordedTo } of streams) {
    cli.output.line(cli.format(ACCESS_AUDIT.stream, { stream, entries, recorded: recordedTo }));
  }
  for (const { code, stream, message } of problems) {
    cli.output.line(`${code} ${stream}: ${cli.format(message)}`, 'bad');
  }
  const unrecorded = streams.reduce((sum, { entries, recordedTo }) => sum + Math.max(0, entries - recordedTo), 0);
  const counts = { streams: streams.length, records, cut: cut.length };
  const isOk = problems.length === 0;
  cli.output.line(cli.format(isOk ? ACCESS_AUDIT.agrees : ACCESS_AUDIT.contradicts, counts), isOk ? 'good' : 'bad');
  if (unrecorded > 0) cli.output.line(cli.format(ACCESS_AUDIT.unrecorded, { count: unrecorded }));
  cli.output.line(cli.format(ACCESS_AUDIT.notProven));
  cli.output.json({
    ok: isOk,
    records,
    streams: streams.map((each) => ({ ...each })),
    cut: [...cut],
    unrecorded,
    problems: problems.map(({ code, stream, message }) => ({ code, stream, message: message.en })),
  });
  return isOk ? EXIT.ok : EXIT.inconsistent;
}
