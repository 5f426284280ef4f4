import type { Command } from 'commander';
import type { Problem } from '../../src/audit/problem.ts';
import { unknown } from '../../src/audit/problem.ts';
import { toBase64 } from '../../src/protocol/bytes.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { MAX_TRUST_BYTES, parseTrust, trustFingerprint } from '../../src/protocol/trust.ts';
import { AUDIT } from '../../src/text/audit.ts';
import { SETTING_KINDS } from '../../src/text/settings.ts';
import type { Words } from '../../src/text/words.ts';
import { evidenceJson } from '../cli/audit-evidence.ts';
import { readMemory, writeEvidence, writeMemory } from '../cli/audit-memory.ts';
import { type AuditResult, type AuditTarget, runAudit } from '../cli/audit-run.ts';
import { problemDetails, wordsOf } from '../cli/audit-words.ts';
import type { Cli } from '../cli/context.ts';
import { EXIT, failure } from '../cli/failure.ts';
import type { Style } from '../cli/output.ts';
import { argumentPaths, type PathBytes } from '../cli/path-bytes.ts';
import { readBounded } from '../cli/receipt-file.ts';
import { collectUrls, rpcUrlsOf, serviceOf } from '../cli/service-settings.ts';
import { watchLog, type WatchOptions } from '../cli/watch.ts';

interface Options {
  readonly url?: string;
  readonly rpc?: readonly string[];
  readonly trust?: string;
  readonly state?: string;
  readonly watch?: boolean;
  readonly interval?: string;
  readonly webhook?: string;
  readonly metrics?: string;
  readonly maxAge?: string;
}

const EXIT_OF = { ok: EXIT.ok, contradiction: EXIT.inconsistent, unknown: EXIT.indeterminate } as const;
const STYLE_OF: Readonly<Record<AuditResult['outcome'], Style>> = { ok: 'good', contradiction: 'bad', unknown: 'warn' };
const MAX_PRINTED_PROBLEMS = 20;
const DEFAULT_INTERVAL_SECONDS = '60';
const DEFAULT_MAX_AGE_SECONDS = '3600';

export function addCommand(program: Command, cli: Cli): void {
  program
    .command('audit')
    .option('--url <url>', cli.say(AUDIT.url))
    .option('--rpc <url>', cli.say(AUDIT.rpc), collectUrls)
    .option('--trust <file>', cli.say(AUDIT.trust))
    .option('--state <file>', cli.say(AUDIT.state))
    .option('--watch', cli.say(AUDIT.watch))
    .option('--interval <seconds>', cli.say(AUDIT.interval))
    .option('--webhook <url>', cli.say(AUDIT.webhook))
    .option('--metrics <address>', cli.say(AUDIT.metrics))
    .option('--max-age <seconds>', cli.say(AUDIT.maxAge))
    .action(async (options: Options) => {
      const handlesSignals = options.watch === true;
      await cli.action(async () => (handlesSignals ? watch(cli, options) : audit(cli, options)), { handlesSignals })();
    });
}

async function audit(cli: Cli, options: Options): Promise<number> {
  for (const name of ['interval', 'webhook', 'metrics', 'maxAge'] as const) {
    const option = `--${name === 'maxAge' ? 'max-age' : name}`;
    if (options[name] !== undefined) throw failure(EXIT.usage, 'watch-only', { option });
  }
  const [statePath] = argumentPaths(options.state === undefined ? [] : [options.state]);
  const target = await targetOf(cli, options, statePath);
  const result = 'kind' in target ? unjudged(target) : await runAudit(target);
  cli.output.endProgress();
  const evidence = await remember(result, 'kind' in target ? undefined : target, statePath);
  report(cli, result, evidence);
  if (statePath !== undefined && result.state === undefined) cli.output.say(cli.say(AUDIT.notRemembered));
  return EXIT_OF[result.outcome];
}

async function watch(cli: Cli, options: Options): Promise<number> {
  if (options.state === undefined) throw failure(EXIT.usage, 'watch-needs-state');
  const [state] = argumentPaths([options.state]);
  const watching: WatchOptions = {
    state: state!,
    intervalMs: 1000 * secondsOf('--interval', options.interval ?? DEFAULT_INTERVAL_SECONDS),
    maxAgeSeconds: secondsOf('--max-age', options.maxAge ?? DEFAULT_MAX_AGE_SECONDS),
    webhook: cli.settings({ webhook: options.webhook }).webhook,
    metrics: options.metrics === undefined ? undefined : addressOf(options.metrics),
  };
  const target = await targetOf(cli, options, state);
  if (!('kind' in target)) return watchLog(cli, target, watching);
  report(cli, unjudged(target), undefined);
  return EXIT.indeterminate;
}

function unjudged(problem: Problem): AuditResult {
  return { outcome: 'unknown', problems: [problem], isComplete: false };
}

function secondsOf(name: string, text: string): number {
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text);
  throw failure(EXIT.usage, 'setting-wrong', { name, value: text.slice(0, 80), kind: SETTING_KINDS.seconds });
}

/** `[HOST:]PORT`; without a host it is for this machine alone. */
function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?([0-9]{1,5})$/.exec(text) ?? [];
  if (port !== '' && Number(port) <= 65_535) return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  throw failure(EXIT.usage, 'setting-wrong', {
    name: '--metrics',
    value: text.slice(0, 80),
    kind: SETTING_KINDS.address,
  });
}

/** What to audit, or why that cannot be said. */
async function targetOf(cli: Cli, options: Options, statePath: PathBytes | undefined): Promise<AuditTarget | Problem> {
  const settings = cli.settings({ url: options.url });
  const remembered = statePath === undefined ? undefined : await readMemory(statePath);
  if (remembered === 'unreadable') return unknown('state-unreadable', 'state');
  const [trustPath] = argumentPaths(options.trust === undefined ? [] : [options.trust]);
  let trust: AuditTarget['trust'];
  try {
    trust = trustPath === undefined ? undefined : parseTrust(await readBounded(trustPath, MAX_TRUST_BYTES));
  } catch (error) {
    if (error instanceof ProtocolError) return unknown('trust-unreadable', options.trust!);
    throw error;
  }
  return {
    service: await serviceOf(settings, cli.lang),
    rpcUrls: rpcUrlsOf(options.rpc, settings),
    trust,
    remembered,
    onEntries: (done, size) => cli.output.progress(cli.say(AUDIT.progress, { done, size })),
  };
}

/** A good memory is replaced by a later good one alone; a contradiction is kept beside it. The path of that evidence. */
async function remember(
  result: AuditResult,
  target: AuditTarget | undefined,
  statePath: PathBytes | undefined,
): Promise<string | undefined> {
  if (statePath === undefined || target === undefined) return undefined;
  if (result.state !== undefined) await writeMemory(statePath, result.state);
  if (result.outcome !== 'contradiction') return undefined;
  return writeEvidence(statePath, await evidenceJson(result, target.remembered, target.service));
}

function report(cli: Cli, result: AuditResult, evidence: string | undefined): void {
  const { outcome, problems, trust, signed, history } = result;
  const checkpoint = signed?.checkpoint;
  const newest = history?.anchors.at(-1);
  const size = checkpoint?.size;
  const tail = size === undefined || history?.finalBlock === undefined ? undefined : size - (newest?.size ?? 0n);
  cli.output.json({
    ok: outcome === 'ok',
    outcome,
    origin: trust?.value.log.origin ?? null,
    size: size?.toString() ?? null,
    root: checkpoint ? toBase64(checkpoint.root) : null,
    anchors: {
      count: history?.anchors.length ?? 0,
      finalBlock: history?.finalBlock?.toString() ?? null,
      newestSize: newest?.size.toString() ?? null,
    },
    notAnchored: tail === undefined || tail < 0n ? null : tail.toString(),
    trust: trust ? { source: trust.source, sha256: trustFingerprint(trust.value) } : null,
    problems: problems.map((problem) => ({ ...problem, message: cli.say(wordsOf(problem)) })),
    ...(evidence !== undefined && { evidence }),
  });

  const line = (label: Words, text: string) => cli.output.line(`${cli.say(label)}: ${text}`);
  cli.output.line(cli.say(AUDIT[outcome]), STYLE_OF[outcome]);
  if (trust !== undefined) line(AUDIT.log, trust.value.log.origin);
  if (checkpoint !== undefined) {
    line(AUDIT.size, checkpoint.size.toString());
    line(AUDIT.root, toBase64(checkpoint.root));
  }
  if (history?.finalBlock !== undefined) {
    const facts = newest && { count: history.anchors.length, size: newest.size, block: newest.blockNumber };
    line(AUDIT.anchors, facts ? cli.say(AUDIT.anchorsNote, facts) : cli.say(AUDIT.noAnchors));
  }
  if (tail !== undefined && tail > 0n) line(AUDIT.tail, cli.say(AUDIT.tailNote, { count: tail }));
  for (const problem of problems.slice(0, MAX_PRINTED_PROBLEMS)) printProblem(cli, problem);
  const more = problems.length - MAX_PRINTED_PROBLEMS;
  if (more > 0) cli.output.line(cli.say(AUDIT.more, { count: more }), 'warn');
  if (trust?.source === 'server') cli.output.say(cli.say(AUDIT.trustServer), 'warn');
  if (evidence !== undefined) cli.output.say(cli.say(AUDIT.evidence, { file: evidence }), 'strong');
}

function printProblem(cli: Cli, problem: Problem): void {
  cli.output.line(`${problem.code}: ${cli.say(wordsOf(problem))}`, problem.kind === 'contradiction' ? 'bad' : 'warn');
  for (const line of problemDetails(cli, problem)) cli.output.line(line);
}
