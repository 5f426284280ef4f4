import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { fileFailure } from '../../adapters/files/file-errors.ts';
import { argumentPaths, type PathBytes } from '../../adapters/files/path-bytes.ts';
import { readBoundedFile } from '../../adapters/files/read-bounded.ts';
import { type AuditProblem, type Outcome, unknown } from '../../audit/audit-problem.ts';
import { auditLog, type AuditResult, type AuditTarget, resultOf } from '../../auditor/audit-log.ts';
import { type Endorsement, endorseAudited } from '../../auditor/endorse.ts';
import type { AuditEvent } from '../../auditor/events.ts';
import { keepResult } from '../../auditor/keep-result.ts';
import type { OpenEndorser } from '../../auditor/ports.ts';
import { createEndorserKey, endorserAccount, endorserOf, nodePlatform } from '../../compose/auditor.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { MAX_TRUST_BYTES, parseTrust } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { ACCESS_AUDIT } from '../../text/access.ts';
import { AUDIT } from '../../text/audit.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { SETTING_KINDS } from '../../text/settings.ts';
import { auditHtml } from '../print/audit-html.ts';
import { printAudit, writeAudit } from '../print/audit-report.ts';
import { endorsementExit, printEndorsement } from '../print/endorsement-report.ts';
import { collectUrls, rpcUrlsOf, serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { toLedgerError, withLedgerErrors } from '../shell/errors.ts';
import { keepAliveGet } from '../shell/keep-alive-get.ts';
import { auditStateFile } from '../tasks/audit-state-file.ts';
import { openPaper } from '../tasks/paper-file.ts';
import { watchAudit } from '../tasks/watch-audit.ts';

interface Options {
  readonly url?: string;
  readonly rpc?: readonly string[];
  readonly trust?: string;
  readonly state?: string;
  readonly endorse?: string;
  readonly report?: string;
  readonly watch?: boolean;
  readonly interval?: string;
  readonly webhook?: string;
  readonly metrics?: string;
  readonly maxAge?: string;
  readonly access?: string;
}

const EXIT_OF: Readonly<Record<Outcome, number>> = {
  ok: EXIT.ok,
  contradiction: EXIT.inconsistent,
  unknown: EXIT.indeterminate,
};
const DEFAULT_INTERVAL_SECONDS = '60';
const DEFAULT_MAX_AGE_SECONDS = '3600';
const WEI_PER_GWEI = 10n ** 9n;
const PLATFORM = nodePlatform(keepAliveGet);

/** Audits the access log in a data folder or a backup, and returns the exit code. */
type AuditAccess = (cli: Cli, folder: string) => Promise<number>;

/** @param auditAccess undefined: the program has nothing that reads data folders */
export function addCommand(program: Command, cli: Cli, auditAccess?: AuditAccess): void {
  const audits = program.command('audit');
  if (auditAccess !== undefined) audits.option('--access <folder>', cli.format(ACCESS_AUDIT.option));
  audits
    .option('--url <url>', cli.format(AUDIT.url))
    .option('--rpc <url>', cli.format(AUDIT.rpc), collectUrls)
    .option('--trust <file>', cli.format(AUDIT.trust))
    .option('--state <file>', cli.format(AUDIT.state))
    .option('--endorse <key-file>', cli.format(AUDIT.endorse))
    .option('--watch', cli.format(AUDIT.watch))
    .option('--report <file>', cli.format(AUDIT.report))
    .option('--interval <seconds>', cli.format(AUDIT.interval))
    .option('--webhook <url>', cli.format(AUDIT.webhook))
    .option('--metrics <address>', cli.format(AUDIT.metrics))
    .option('--max-age <seconds>', cli.format(AUDIT.maxAge))
    .action(async (options: Options) => {
      const { access } = options;
      const handlesSignals = options.watch === true && access === undefined;
      const body = async () => {
        if (access !== undefined && auditAccess !== undefined) {
          requireAlone(options);
          return auditAccess(cli, access);
        }
        return handlesSignals ? watch(cli, options) : audit(cli, options);
      };
      await cli.action(body, { handlesSignals })();
    });
  audits
    .command('key')
    .description(cli.format(AUDIT.key))
    .argument('<file>', cli.format(AUDIT.keyFile))
    .action(cli.action(async (file: string) => withLedgerErrors(async () => key(cli, file))));
}

/** Nothing else is audited along with the access log, and no other option would do anything. */
function requireAlone(options: Options): void {
  const other = Object.entries(options).find(([name, value]) => name !== 'access' && value !== undefined)?.[0];
  if (other === undefined) return;
  const option = `--${other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new LedgerError('not-with-access', { option });
}

/**
 * Creates the key file of an auditor's account and prints the account; an existing file is kept.
 */
function key(cli: Cli, file: string): number {
  const isNew = !existsSync(file);
  try {
    if (isNew) createEndorserKey(file);
  } catch (error) {
    throw fileFailure('file-unwritable', argumentPaths([file])[0]!, error);
  }
  const account = endorserAccount(file);
  if (isNew) cli.output.notice(cli.format(AUDIT.keyMade, { file }));
  cli.output.line(account);
  cli.output.json({ file, account });
  return EXIT.ok;
}

async function audit(cli: Cli, options: Options): Promise<number> {
  for (const name of ['interval', 'webhook', 'metrics', 'maxAge'] as const) {
    const option = `--${name === 'maxAge' ? 'max-age' : name}`;
    if (options[name] !== undefined) throw new LedgerError('watch-only', { option });
  }
  const open = await openEndorser(cli, options);
  const paper = await openPaper(options.report);
  const [state] = argumentPaths(options.state === undefined ? [] : [options.state]);
  const target = await readTarget(cli, options, state);
  const onEvent = printAuditEvent.bind(undefined, cli);
  const result = 'kind' in target ? resultOf([target]) : await auditLog(target, PLATFORM, onEvent);
  cli.output.endProgress();
  const store = state && auditStateFile(state);
  const evidence = store && !('kind' in target) ? await keepResult(store, result, target, PLATFORM) : undefined;
  const auditedAt = new Date();
  await paper?.write(auditHtml(cli, result, evidence, auditedAt));
  printAudit(cli, result, evidence, auditedAt);
  const endorsement = open && (await endorse(cli, result, options, open));
  writeAudit(cli, result, evidence, endorsement, auditedAt);
  if (state !== undefined && result.state === undefined) cli.output.notice(cli.format(AUDIT.notRemembered));
  return result.outcome === 'ok' && endorsement !== undefined ? endorsementExit(endorsement) : EXIT_OF[result.outcome];
}

function printAuditEvent(cli: Cli, event: AuditEvent): void {
  if (event.type === 'entries-read') {
    cli.output.progress(cli.format(AUDIT.progress, { done: event.done, size: event.size }));
  } else {
    const { account, size, txHash: tx } = event;
    cli.output.notice(cli.format(AUDIT.endorsing, { account, size, tx }));
  }
}

/**
 * Undefined without `--endorse`. The key is read before the audit, so that a wrong one fails at
 * once.
 */
async function openEndorser(cli: Cli, { endorse: file, trust, rpc }: Options): Promise<OpenEndorser | undefined> {
  if (file === undefined) return undefined;
  if (trust === undefined) throw new LedgerError('endorse-needs-trust');
  const settings = cli.settings();
  if (rpcUrlsOf(rpc, settings) === undefined) throw new LedgerError('endorse-needs-nodes');
  const { maxFeeGwei } = settings;
  const maxFeePerGas = maxFeeGwei === 0 ? undefined : BigInt(maxFeeGwei) * WEI_PER_GWEI;
  return withLedgerErrors(async () => endorserOf(file, maxFeePerGas));
}

/**
 * A chain that does not take the endorsement is no failure of the audit: the log is in order and
 * not endorsed, which ends with the exit code of what could not be judged.
 */
async function endorse(cli: Cli, result: AuditResult, { rpc }: Options, open: OpenEndorser): Promise<Endorsement> {
  try {
    const rpcUrls = rpcUrlsOf(rpc, cli.settings());
    const endorsement = await endorseAudited(result, rpcUrls ?? [], open, printAuditEvent.bind(undefined, cli));
    printEndorsement(cli, endorsement);
    return endorsement;
  } catch (error) {
    const failure = toLedgerError(error);
    throw error instanceof LedgerError && failure instanceof LedgerError
      ? failure.exitingWith(EXIT.indeterminate)
      : failure;
  }
}

async function watch(cli: Cli, options: Options): Promise<number> {
  if (options.state === undefined) throw new LedgerError('watch-needs-state');
  if (options.endorse !== undefined) throw new LedgerError('watch-endorses-not');
  if (options.report !== undefined) throw new LedgerError('not-with-watch', { option: '--report' });
  const [state] = argumentPaths([options.state]);
  const watchOptions = {
    store: auditStateFile(state!),
    intervalMs: 1000 * secondsOf('--interval', options.interval ?? DEFAULT_INTERVAL_SECONDS),
    maxAgeSeconds: secondsOf('--max-age', options.maxAge ?? DEFAULT_MAX_AGE_SECONDS),
  };
  const receivers = {
    webhook: cli.settings({ webhook: options.webhook }).webhook,
    metrics: options.metrics === undefined ? undefined : addressOf(options.metrics),
  };
  const target = await readTarget(cli, options, state);
  if (!('kind' in target)) return EXIT_OF[await watchAudit(cli, target, watchOptions, receivers, PLATFORM)];
  const result = resultOf([target]);
  const auditedAt = new Date();
  printAudit(cli, result, undefined, auditedAt);
  writeAudit(cli, result, undefined, undefined, auditedAt);
  return EXIT_OF[result.outcome];
}

function secondsOf(name: string, text: string): number {
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text);
  throw new LedgerError('setting-wrong', { name, value: text.slice(0, 80), kind: SETTING_KINDS.seconds });
}

/** `[HOST:]PORT`; without a host the address is reachable from this machine only. */
function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?([0-9]{1,5})$/.exec(text) ?? [];
  if (port !== '' && Number(port) <= 65_535) return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  throw new LedgerError('setting-wrong', {
    name: '--metrics',
    value: text.slice(0, 80),
    kind: SETTING_KINDS.address,
  });
}

/** The target of the options; a problem where the state or the trust file cannot be read. */
async function readTarget(
  cli: Cli,
  options: Options,
  state: PathBytes | undefined,
): Promise<AuditTarget | AuditProblem> {
  const settings = cli.settings({ url: options.url });
  const remembered = state && (await auditStateFile(state).readState());
  if (remembered === 'unreadable') return unknown('state-unreadable', 'state');
  const trust = await readTrust(options.trust);
  if (trust === 'unreadable') return unknown('trust-unreadable', options.trust!);
  const service = await serviceOf(settings, cli.lang);
  return { service, rpcUrls: rpcUrlsOf(options.rpc, settings), trust, remembered };
}

async function readTrust(file: string | undefined): Promise<Trust | 'unreadable' | undefined> {
  if (file === undefined) return undefined;
  try {
    return parseTrust(await readBoundedFile(argumentPaths([file])[0]!, MAX_TRUST_BYTES));
  } catch (error) {
    if (error instanceof ProtocolError) return 'unreadable';
    throw error;
  }
}
