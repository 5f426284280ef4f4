import type { ProblemChanges } from '../../audit/alarms.ts';
import { type Outcome, outcomeOf } from '../../audit/judge.ts';
import type { AuditProblem } from '../../audit/audit-problem.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { AUDIT } from '../../text/audit.ts';
import { WATCH } from '../../text/watch.ts';
import type { Message } from '../../text/message.ts';
import type { AuditResult } from '../../auditor/audit-log.ts';
import { problemDetails, messageOf } from './audit-message.ts';
import type { Cli } from '../shell/context.ts';
import type { Style } from '../shell/output.ts';

const ROOT_LETTERS = 12;
const STYLE_OF: Readonly<Record<Outcome, Style>> = { ok: 'good', contradiction: 'bad', unknown: 'warn' };

/**
 * One line on stdout for a checkpoint that was not seen before; with `--json` one document a line.
 */
export function printCheckpoint(cli: Cli, result: AuditResult, problems: readonly AuditProblem[], time: string): void {
  const { signed, history } = result;
  if (signed === undefined) return;
  const { size, root } = signed.checkpoint;
  const outcome = outcomeOf(problems);
  const anchored = history?.finalBlock === undefined ? undefined : (history.anchors.at(-1)?.size ?? 0n);
  if (cli.output.isJson) {
    const line = {
      time,
      size: size.toString(),
      root: toBase64(root),
      anchored: anchored?.toString() ?? null,
      verdict: outcome,
      problems: problems.map(({ code, where }) => ({ code, where })),
    };
    cli.output.bytes(`${JSON.stringify(line)}\n`);
    return;
  }
  const verdict = cli.format(AUDIT[outcome]);
  const short = toBase64(root).slice(0, ROOT_LETTERS);
  const words = cli.format(WATCH.checkpoint, { time, size, root: short, anchored: anchored ?? '?', verdict });
  cli.output.line(words, STYLE_OF[outcome]);
}

/** On stderr, in the reader's language: what is wrong now, what still is, and what is over. */
export function printChanges(cli: Cli, { raised, reminded, over }: ProblemChanges, time: string): void {
  const tell = (heading: Message, problem: AuditProblem, style: Style) => {
    cli.output.notice(`${time} ${cli.format(heading)}: ${problem.code}: ${cli.format(messageOf(problem))}`, style);
    for (const line of problemDetails(cli, problem)) cli.output.notice(line);
  };
  for (const problem of raised) tell(WATCH[problem.kind], problem, STYLE_OF[problem.kind]);
  for (const problem of reminded) {
    const isContradiction = problem.kind === 'contradiction';
    tell(isContradiction ? WATCH.stillContradiction : WATCH.stillUnknown, problem, STYLE_OF[problem.kind]);
  }
  for (const problem of over) tell(WATCH.over, problem, 'good');
}

/**
 * What the webhook gets: one message for each problem that is raised, stands for another day, or is
 * over.
 */
export function webhookMessages(
  cli: Cli,
  { raised, reminded, over }: ProblemChanges,
  { signed, trust }: AuditResult,
  time: string,
): JsonObject[] {
  const message = (problem: AuditProblem, kind: string): JsonObject => ({
    origin: trust?.value.log.origin ?? null,
    time,
    code: problem.code,
    kind,
    where: problem.where,
    expected: problem.expected ?? null,
    found: problem.found ?? null,
    size: signed?.checkpoint.size.toString() ?? null,
    message: cli.format(messageOf(problem)),
  });
  return [
    ...[...raised, ...reminded].map((problem) => message(problem, problem.kind)),
    ...over.map((problem) => message(problem, 'over')),
  ];
}
