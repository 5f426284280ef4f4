import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { Wallet } from 'ethers';
import { accountOf } from '../../adapters/ethereum/operator.ts';
import { createChainKey, readChainKey } from '../../adapters/keys/chain-key.ts';
import type { AuditProblem } from '../../audit/audit-problem.ts';
import { unknown } from '../../audit/audit-problem.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { MAX_TRUST_BYTES, parseTrust } from '../../protocol/trust.ts';
import { AUDIT } from '../../text/audit.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { endorseAudited, type EndorsementPlan, readEndorserKey } from '../../auditor/endorse.ts';
import { evidenceJson } from '../../auditor/evidence.ts';
import { readMemory, writeEvidence, writeMemory } from '../tasks/audit-state-file.ts';
import { printAudit, writeAudit } from '../print/audit-report.ts';
import { type AuditResult, type AuditTarget, auditLog } from '../../auditor/audit-log.ts';
import type { Cli } from '../shell/context.ts';
import { fileFailure } from '../../adapters/files/file-errors.ts';
import { argumentPaths, type PathBytes } from '../../adapters/files/path-bytes.ts';
import { readBounded } from '../../adapters/files/read-bounded.ts';
import { collectUrls, rpcUrlsOf, serviceOf } from '../settings/service-settings.ts';
import { watchLog, type WatchOptions } from '../../auditor/watch.ts';
import { withLedgerErrors } from '../shell/errors.ts';

interface Options {
  readonly url?: string;
  readonly rpc?: readonly string[];
  readonly trust?: string;
  readonly state?: string;
  readonly endorse?: string;
  readonly watch?: boolean;
  readonly interval?: string;
  readonly webhook?: string;
  readonly metrics?: string;
  readonly maxAge?: string;
}

const EXIT_OF = { ok: EXIT.ok, contradiction: EXIT.inconsistent, unknown: EXIT.indeterminate } as const;
const DEFAULT_INTERVAL_SECONDS = '60';
const DEFAULT_MAX_AGE_SECONDS = '3600';
const WEI_PER_GWEI = 10n ** 9n;

export function addCommand(program: Command, cli: Cli): void {
  const audits = program.command('audit');
  audits
    .option('--url <url>', cli.format(AUDIT.url))
    .option('--rpc <url>', cli.format(AUDIT.rpc), collectUrls)
    .option('--trust <file>', cli.format(AUDIT.trust))
    .option('--state <file>', cli.format(AUDIT.state))
    .option('--endorse <key-file>', cli.format(AUDIT.endorse))
    .option('--watch', cli.format(AUDIT.watch))
    .option('--interval <seconds>', cli.format(AUDIT.interval))
    .option('--webhook <url>', cli.format(AUDIT.webhook))
    .option('--metrics <address>', cli.format(AUDIT.metrics))
    .option('--max-age <seconds>', cli.format(AUDIT.maxAge))
    .action(async (options: Options) => {
      const handlesSignals = options.watch === true;
      await cli.action(async () => (handlesSignals ? watch(cli, options) : audit(cli, options)), { handlesSignals })();
    });
  audits
    .command('key')
    .description(cli.format(AUDIT.key))
    .argument('<file>', cli.format(AUDIT.keyFile))
    .action(cli.action(async (file: string) => withLedgerErrors(async () => key(cli, file))));
}

/**
 * Makes the key that an auditor endorses with, and says its account; of one that is there already
 * the account alone.
 */
function key(cli: Cli, file: string): number {
  const isThere = existsSync(file);
  try {
    if (!isThere) createChainKey(file, Wallet.createRandom().privateKey);
  } catch (error) {
    throw fileFailure('file-unwritable', argumentPaths([file])[0]!, error);
  }
  const account = accountOf(readChainKey(file));
  if (!isThere) cli.output.notice(cli.format(AUDIT.keyMade, { file }));
  cli.output.line(account);
  cli.output.json({ file, account });
  return EXIT.ok;
}

async function audit(cli: Cli, options: Options): Promise<number> {
  for (const name of ['interval', 'webhook', 'metrics', 'maxAge'] as const) {
    const option = `--${name === 'maxAge' ? 'max-age' : name}`;
    if (options[name] !== undefined) throw new LedgerError('watch-only', { option });
  }
  const plan = endorsementPlan(cli, options);
  const [statePath] = argumentPaths(options.state === undefined ? [] : [options.state]);
  const target = await targetOf(cli, options, statePath);
  const result = 'kind' in target ? unjudged(target) : await auditLog(target);
  cli.output.endProgress();
  const evidence = await remember(result, 'kind' in target ? undefined : target, statePath);
  printAudit(cli, result, evidence);
  const endorsement = plan && (await endorseAudited(cli, result, plan));
  writeAudit(cli, result, evidence, endorsement);
  if (statePath !== undefined && result.state === undefined) cli.output.notice(cli.format(AUDIT.notRemembered));
  return result.outcome === 'ok' && endorsement !== undefined ? endorsement.exit : EXIT_OF[result.outcome];
}

/** Undefined where nobody wants to endorse. */
function endorsementPlan(cli: Cli, { endorse, trust, rpc }: Options): EndorsementPlan | undefined {
  if (endorse === undefined) return undefined;
  if (trust === undefined) throw new LedgerError('endorse-needs-trust');
  const settings = cli.settings();
  const { maxFeeGwei } = settings;
  return {
    privateKey: readEndorserKey(endorse),
    rpcUrls: rpcUrlsOf(rpc, settings),
    maxFeePerGas: maxFeeGwei === 0 ? undefined : BigInt(maxFeeGwei) * WEI_PER_GWEI,
  };
}

async function watch(cli: Cli, options: Options): Promise<number> {
  if (options.state === undefined) throw new LedgerError('watch-needs-state');
  if (options.endorse !== undefined) throw new LedgerError('watch-endorses-not');
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
  printAudit(cli, unjudged(target), undefined);
  writeAudit(cli, unjudged(target), undefined);
  return EXIT.indeterminate;
}

function unjudged(problem: AuditProblem): AuditResult {
  return { outcome: 'unknown', problems: [problem], isComplete: false };
}

function secondsOf(name: string, text: string): number {
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text);
  throw new LedgerError('setting-wrong', { name, value: text.slice(0, 80), kind: SETTING_KINDS.seconds });
}

/** `[HOST:]PORT`; without a host it is for this machine alone. */
function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?([0-9]{1,5})$/.exec(text) ?? [];
  if (port !== '' && Number(port) <= 65_535) return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  throw new LedgerError('setting-wrong', {
    name: '--metrics',
    value: text.slice(0, 80),
    kind: SETTING_KINDS.address,
  });
}

/** What to audit, or why that cannot be said. */
async function targetOf(
  cli: Cli,
  options: Options,
  statePath: PathBytes | undefined,
): Promise<AuditTarget | AuditProblem> {
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
    onEntries: (done, size) => cli.output.progress(cli.format(AUDIT.progress, { done, size })),
  };
}

/**
 * A good memory is replaced by a later good one alone; a contradiction is kept beside it. The path
 * of that evidence.
 */
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
