import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { Wallet } from 'ethers';
import { accountOf } from '../../src/adapters/ethereum/operator.ts';
import { createChainKey, readChainKey } from '../../src/adapters/keyfile/chain-key.ts';
import type { Problem } from '../../src/audit/problem.ts';
import { unknown } from '../../src/audit/problem.ts';
import { toBase64 } from '../../src/protocol/bytes.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { MAX_TRUST_BYTES, parseTrust, trustFingerprint } from '../../src/protocol/trust.ts';
import { AUDIT, AUDIT_CODES, placeWords } from '../../src/text/audit.ts';
import type { Words } from '../../src/text/words.ts';
import { endorseAudited, type EndorsementPlan, type EndorsementResult, readEndorserKey } from '../cli/audit-endorse.ts';
import { type AuditResult, type AuditTarget, evidenceJson, runAudit } from '../cli/audit-run.ts';
import { readMemory, writeEvidence, writeMemory } from '../cli/audit-memory.ts';
import type { Cli } from '../cli/context.ts';
import { EXIT, failure } from '../cli/failure.ts';
import { fileFailure } from '../cli/os-reason.ts';
import type { Style } from '../cli/output.ts';
import { argumentPaths, type PathBytes } from '../cli/path-bytes.ts';
import { readBounded } from '../cli/receipt-file.ts';
import { collectUrls, rpcUrlsOf, serviceOf } from '../cli/service-settings.ts';
import { withPortFailures } from '../ledger/port-failure.ts';

interface Options {
  readonly url?: string;
  readonly rpc?: readonly string[];
  readonly trust?: string;
  readonly state?: string;
  readonly endorse?: string;
}

const EXIT_OF = { ok: EXIT.ok, contradiction: EXIT.inconsistent, unknown: EXIT.indeterminate } as const;
const STYLE_OF: Readonly<Record<AuditResult['outcome'], Style>> = { ok: 'good', contradiction: 'bad', unknown: 'warn' };
const MAX_PRINTED_PROBLEMS = 20;
const WEI_PER_GWEI = 10n ** 9n;

export function addCommand(program: Command, cli: Cli): void {
  const audits = program.command('audit');
  audits
    .option('--url <url>', cli.say(AUDIT.url))
    .option('--rpc <url>', cli.say(AUDIT.rpc), collectUrls)
    .option('--trust <file>', cli.say(AUDIT.trust))
    .option('--state <file>', cli.say(AUDIT.state))
    .option('--endorse <key-file>', cli.say(AUDIT.endorse))
    .action(cli.action(async (options: Options) => audit(cli, options)));
  audits
    .command('key')
    .description(cli.say(AUDIT.key))
    .argument('<file>', cli.say(AUDIT.keyFile))
    .action(cli.action(async (file: string) => withPortFailures(async () => key(cli, file))));
}

/** Makes the key that an auditor endorses with, and says its account; of one that is there already the account alone. */
function key(cli: Cli, file: string): number {
  const isThere = existsSync(file);
  try {
    if (!isThere) createChainKey(file, Wallet.createRandom().privateKey);
  } catch (error) {
    throw fileFailure('file-unwritable', argumentPaths([file])[0]!, error);
  }
  const account = accountOf(readChainKey(file));
  if (!isThere) cli.output.say(cli.say(AUDIT.keyMade, { file }));
  cli.output.line(account);
  cli.output.json({ file, account });
  return EXIT.ok;
}

async function audit(cli: Cli, options: Options): Promise<number> {
  const plan = endorsementPlan(cli, options);
  const [statePath] = argumentPaths(options.state === undefined ? [] : [options.state]);
  const target = await targetOf(cli, options, statePath);
  const result = 'kind' in target ? ({ outcome: 'unknown', problems: [target] } as const) : await runAudit(target);
  cli.output.endProgress();
  const evidence = await remember(result, 'kind' in target ? undefined : target, statePath);
  reportLines(cli, result, evidence);
  const endorsement = plan && (await endorseAudited(cli, result, plan));
  reportJson(cli, result, evidence, endorsement);
  if (statePath !== undefined && result.outcome !== 'ok') cli.output.say(cli.say(AUDIT.notRemembered));
  return result.outcome === 'ok' && endorsement !== undefined ? endorsement.exit : EXIT_OF[result.outcome];
}

/** Undefined where nobody wants to endorse. */
function endorsementPlan(cli: Cli, { endorse, trust, rpc }: Options): EndorsementPlan | undefined {
  if (endorse === undefined) return undefined;
  if (trust === undefined) throw failure(EXIT.usage, 'endorse-needs-trust');
  const settings = cli.settings();
  const { maxFeeGwei } = settings;
  return {
    privateKey: readEndorserKey(endorse),
    rpcUrls: rpcUrlsOf(rpc, settings),
    maxFeePerGas: maxFeeGwei === 0 ? undefined : BigInt(maxFeeGwei) * WEI_PER_GWEI,
  };
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
  if (statePath === undefined) return undefined;
  if (result.state !== undefined) await writeMemory(statePath, result.state);
  if (result.outcome !== 'contradiction') return undefined;
  return writeEvidence(statePath, evidenceJson(result, target?.remembered));
}

function reportJson(
  cli: Cli,
  result: AuditResult,
  evidence: string | undefined,
  endorsement: EndorsementResult | undefined,
): void {
  const { outcome, problems, trust, signed, history } = result;
  const checkpoint = signed?.checkpoint;
  const newest = history?.anchors.at(-1);
  const tail = notAnchored(result);
  cli.output.json({
    ok: outcome === 'ok',
    outcome,
    origin: trust?.value.log.origin ?? null,
    size: checkpoint?.size.toString() ?? null,
    root: checkpoint ? toBase64(checkpoint.root) : null,
    anchors: {
      count: history?.anchors.length ?? 0,
      finalBlock: history?.finalBlock?.toString() ?? null,
      newestSize: newest?.size.toString() ?? null,
    },
    notAnchored: tail === undefined || tail < 0n ? null : tail.toString(),
    trust: trust ? { source: trust.source, sha256: trustFingerprint(trust.value) } : null,
    problems: problems.map((problem) => ({ ...problem, message: cli.say(wordsOf(problem)) })),
    ...(endorsement !== undefined && { endorsement: endorsement.json }),
    ...(evidence !== undefined && { evidence }),
  });
}

/** Entries behind the newest final anchor; undefined where the chain could not be judged. */
function notAnchored({ signed, history }: AuditResult): bigint | undefined {
  const size = signed?.checkpoint.size;
  if (size === undefined || history?.finalBlock === undefined) return undefined;
  return size - (history.anchors.at(-1)?.size ?? 0n);
}

function reportLines(cli: Cli, result: AuditResult, evidence: string | undefined): void {
  const { outcome, problems, trust, signed, history } = result;
  const checkpoint = signed?.checkpoint;
  const newest = history?.anchors.at(-1);
  const tail = notAnchored(result);
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
  const { kind, code, where, expected, found } = problem;
  cli.output.line(`${code}: ${cli.say(wordsOf(problem))}`, kind === 'contradiction' ? 'bad' : 'warn');
  cli.output.line(`  ${cli.say(AUDIT.where, { where: placeWords(where) })}`);
  if (expected !== undefined) cli.output.line(`  ${cli.say(AUDIT.expected, { value: expected })}`);
  if (found !== undefined) cli.output.line(`  ${cli.say(AUDIT.found, { value: found })}`);
}

function wordsOf({ code }: Problem): Words {
  return AUDIT_CODES[code as keyof typeof AUDIT_CODES] ?? { zh: code, en: code };
}
