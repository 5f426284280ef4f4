import { EXIT } from '../../text/exit-codes.ts';
import { createWitnessLog } from '../../compose/witness-log.ts';
import { startWitness } from '../../compose/witness.ts';
import { WITNESS } from '../../text/witness.ts';
import { aborted, type Cli } from '../shell/context.ts';
import type { Settings } from '../settings/settings.ts';
import { textReporter } from '../print/witness-reporter.ts';

const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '::1'];

/** Runs until it is stopped (exit 0) or its state cannot be written (70). */
export async function serveWitness(cli: Cli, settings: Settings): Promise<number> {
  const stop = aborted(cli.stopSignal());
  const { witnessDir: dir, witnessHost: host, witnessPort: port, requestsPerSecond } = settings;
  const reporter = settings.log === 'json' ? createWitnessLog(cli.stderr) : textReporter(cli);
  const witness = await startWitness({
    dir,
    host,
    port,
    requestsPerSecond,
    clock: () => BigInt(Math.floor(Date.now() / 1000)),
    onEvent: reporter.event,
    onRequest: reporter.request,
  });
  reporter.ready(witness);
  if (!LOCAL_HOSTS.includes(host)) cli.output.notice(cli.format(WITNESS.isPublic, { host }), 'warn');
  const { url, vkey, logs } = witness;
  cli.output.json({ url, vkey, logs: logs.map(({ origin }) => origin) });
  const failure = await Promise.race([stop, witness.failed]);
  if (failure === undefined) reporter.stopping();
  else reporter.stateFailed(failure);
  await witness.stop();
  if (failure === undefined) reporter.stopped();
  return failure === undefined ? EXIT.ok : EXIT.internal;
}
