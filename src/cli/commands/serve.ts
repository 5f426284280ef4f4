import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { createLedger, hasLedger } from '../../compose/maintenance.ts';
import { startServer } from '../../compose/service.ts';
import { createServiceLog } from '../../compose/service-log.ts';
import { OPERATOR } from '../../text/operator.ts';
import { aborted, type Cli } from '../shell/context.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';
import { textReporter } from '../print/service-reporter.ts';
import type { Settings, SettingTexts } from '../settings/settings.ts';
import { type SettingName, SETTINGS } from '../settings/settings-table.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import { printCreated } from './init.ts';

export function addCommand(program: Command, cli: Cli): void {
  const command = program.command('serve');
  for (const name of SERVICE_SETTINGS) command.option(`${flagOf(name)} <value>`, cli.format(SETTINGS[name]));
  command.action(
    cli.action((options: Readonly<Record<string, string>>) => withLedgerErrors(() => serve(cli, flagsOf(options))), {
      handlesSignals: true,
    }),
  );
}

/** The settings of the service, each a flag of the same name. */
const SERVICE_SETTINGS = [
  'dataDir',
  'host',
  'port',
  'tlsCert',
  'tlsKey',
  'behindProxy',
  'publicHosts',
  'insecureHttp',
  'publicLookup',
  'publicRpcUrls',
  'rpcUrl',
  'chainPort',
  'chainDir',
  'anchorIntervalMs',
  'maxFeeGwei',
  'endorsers',
  'requireOutsideHead',
  'acceptClock',
  'pinnedCheckpoint',
  'witnessPolicy',
  'backupDir',
  'scrubBytesPerSecond',
  'diskReserveBytes',
  'requestsPerSecond',
  'operatorName',
  'caseFormats',
  'fonts',
  'verifyUrl',
  'signInProviders',
  'log',
] as const satisfies readonly SettingName[];

/** `EVL_CHAIN_PORT` as `--chain-port`. */
function flagOf(name: SettingName): string {
  return `--${SETTINGS[name].env.slice('EVL_'.length).toLowerCase().replaceAll('_', '-')}`;
}

function flagsOf(options: Readonly<Record<string, string>>): SettingTexts {
  const attribute = (name: SettingName) =>
    flagOf(name)
      .slice(2)
      .replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(SERVICE_SETTINGS.map((name) => [name, options[attribute(name)]]));
}

/**
 * Runs until it is stopped (exit 0) or the store fails (70). Creates a ledger where none exists.
 */
async function serve(cli: Cli, flags: SettingTexts): Promise<number> {
  const stop = aborted(cli.stopSignal());
  const settings = cli.settings(flags);
  await createOnFirstUse(cli, settings);
  const reporter = settings.log === 'json' ? createServiceLog(cli.stderr) : textReporter(cli);
  const server = await startServer({
    ...settings,
    rpcUrls: rpcUrlsOf(undefined, settings),
    clock: Date.now,
    onEvent: reporter.event,
    onRequest: reporter.request,
  });
  reporter.ready(server);
  const { url, origin } = server;
  cli.output.json({ url, origin, size: server.size().toString(), chainUrl: server.chainUrl() ?? null });
  const failure = await Promise.race([stop, server.failed]);
  if (failure === undefined) reporter.stopping();
  else reporter.storeFailed(failure);
  await server.stop();
  if (failure === undefined) reporter.stopped();
  return failure === undefined ? EXIT.ok : EXIT.internal;
}

async function createOnFirstUse(cli: Cli, settings: Settings): Promise<void> {
  const { dataDir, chainDir } = settings;
  if (hasLedger(dataDir)) return;
  cli.output.notice(cli.format(OPERATOR.creating, { dir: dataDir }));
  const created = await createLedger({
    dataDir,
    chainDir,
    rpcUrls: rpcUrlsOf(undefined, settings),
    sources: undefined,
    origin: undefined,
    contract: undefined,
    operatedBy: 'operator',
    finality: undefined,
  });
  printCreated(cli, created);
}
