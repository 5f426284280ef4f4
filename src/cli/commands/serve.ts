import { EXIT } from '../../text/exit-codes.ts';
import type { Command } from 'commander';
import { createLedger, hasLedger } from '../../compose/maintenance.ts';
import { startServer } from '../../compose/service.ts';
import { createServiceLog } from '../../compose/service-log.ts';
import { OPERATOR } from '../../text/operator.ts';
import { aborted, type Cli } from '../shell/context.ts';
import { rpcUrlsOf } from '../settings/service-settings.ts';
import { textReporter } from '../print/service-reporter.ts';
import type { Settings } from '../settings/settings.ts';
import { withLedgerErrors } from '../shell/errors.ts';
import { printCreated } from './init.ts';

export function addCommand(program: Command, cli: Cli): void {
  program.command('serve').action(cli.action(() => withLedgerErrors(() => serve(cli)), { handlesSignals: true }));
}

/**
 * Runs until it is stopped (exit 0) or the store fails (70). Creates a ledger where none exists.
 */
async function serve(cli: Cli): Promise<number> {
  const stop = aborted(cli.stopSignal());
  const settings = cli.settings();
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
