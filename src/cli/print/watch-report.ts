import type { AuditProblem } from '../../audit/audit-problem.ts';
import type { CheckpointEvent, ProblemsEvent, WatchEvent } from '../../auditor/events.ts';
import { toBase64 } from '../../protocol/encoding/bytes.ts';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { AUDIT } from '../../text/audit.ts';
import type { Message } from '../../text/message.ts';
import { WATCH } from '../../text/watch.ts';
import type { Cli } from '../shell/context.ts';
import type { Style } from '../shell/output.ts';
import { messageOf, problemDetails } from './audit-message.ts';
import { STYLE_OF } from './audit-report.ts';
import { jsonText } from '../shell/json-text.ts';

const ROOT_LETTERS = 12;

/** Prints one event of a watch: checkpoints on stdout, everything else on stderr. */
function printWatchEvent(cli: Cli, event: WatchEvent): void {
  switch (event.type) {
    case 'entries-read':
      return cli.output.progress(cli.format(AUDIT.progress, { done: event.done, size: event.size }));
    case 'checkpoint':
      cli.output.endProgress();
      return printCheckpoint(cli, event);
    case 'problems':
      return printChanges(cli, event);
    case 'evidence': {
      const { name: file } = event;
      const text = file === undefined ? cli.format(AUDIT.tooMuchEvidence) : cli.format(AUDIT.evidence, { file });
      return cli.output.notice(text, 'strong');
    }
    case 'endorsing':
    case 'pass':
  }
}

const HEARTBEAT_MS = 60 * 60_000;

/**
 * Prints the events of a watch, and once an hour that it is still watching where nothing else is to
 * be reported: a quiet watch does not look like a dead one.
 */
export function watchPrinter(cli: Cli): (event: WatchEvent) => void {
  let printedAtMs: number | undefined;
  return (event) => {
    printWatchEvent(cli, event);
    if (event.type === 'checkpoint' || event.type === 'problems') printedAtMs = event.timeMs;
    if (event.type !== 'pass') return;
    printedAtMs ??= event.timeMs;
    if (event.timeMs - printedAtMs < HEARTBEAT_MS) return;
    printedAtMs = event.timeMs;
    const values = { time: timeOf(event), size: event.size ?? '?', verdict: AUDIT[event.outcome] };
    cli.output.notice(cli.format(WATCH.stillWatching, values));
  };
}

/** One line for people; with `--json` one document per line. */
function printCheckpoint(cli: Cli, event: CheckpointEvent): void {
  const { size, root, anchoredSize, outcome, problems } = event;
  const time = timeOf(event);
  if (cli.output.isJson) {
    const line = {
      time,
      size: size.toString(),
      root: toBase64(root),
      anchored: anchoredSize?.toString() ?? null,
      verdict: outcome,
      problems: problems.map(({ code, where }) => ({ code, where })),
    };
    cli.output.bytes(`${jsonText(line, 0)}\n`);
    return;
  }
  const shortRoot = toBase64(root).slice(0, ROOT_LETTERS);
  const values = { time, size, root: shortRoot, anchored: anchoredSize ?? '?', verdict: AUDIT[outcome] };
  cli.output.line(cli.format(WATCH.checkpoint, values), STYLE_OF[outcome]);
}

/** In the reader's language: the problems that appear, that last, and that are resolved. */
function printChanges(cli: Cli, event: ProblemsEvent): void {
  const { raised, reminded, resolved } = event.changes;
  const time = timeOf(event);
  const print = (heading: Message, problem: AuditProblem, style: Style) => {
    const { code } = problem;
    cli.output.notice(cli.format(WATCH.problem, { time, heading, code, message: messageOf(problem) }), style);
    for (const line of problemDetails(cli, problem)) cli.output.notice(line);
  };
  for (const problem of raised) print(WATCH[problem.kind], problem, STYLE_OF[problem.kind]);
  for (const problem of reminded) {
    const isContradiction = problem.kind === 'contradiction';
    print(isContradiction ? WATCH.stillContradiction : WATCH.stillUnknown, problem, STYLE_OF[problem.kind]);
  }
  for (const problem of resolved) print(WATCH.resolved, problem, 'good');
}

/**
 * The messages for the webhook: one for each problem that appears, lasts another day, or is
 * resolved.
 */
export function webhookMessages(cli: Cli, event: ProblemsEvent): JsonObject[] {
  const { raised, reminded, resolved } = event.changes;
  const message = (problem: AuditProblem, kind: string): JsonObject => ({
    origin: event.origin ?? null,
    time: timeOf(event),
    code: problem.code,
    kind,
    where: problem.where,
    expected: problem.expected ?? null,
    found: problem.found ?? null,
    size: event.size?.toString() ?? null,
    message: cli.format(messageOf(problem)),
  });
  return [
    ...[...raised, ...reminded].map((problem) => message(problem, problem.kind)),
    ...resolved.map((problem) => message(problem, 'over')),
  ];
}

function timeOf({ timeMs }: { readonly timeMs: number }): string {
  return new Date(timeMs).toISOString();
}
