import type { Command } from 'commander';
import { dataPaths, hasLedger } from '../../src/adapters/data-folder/data-folder.ts';
import type { ChainEvent } from '../../src/adapters/local-chain/supervisor.ts';
import { type RunningServer, type ServeEvent, startServer } from '../../src/server/main.ts';
import { OPERATOR, REFUSING, REPAIR_STEPS } from '../../src/text/operator.ts';
import type { Cli } from '../cli/context.ts';
import { EXIT } from '../cli/failure.ts';
import type { Settings } from '../cli/settings.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import { withPortFailures } from '../ledger/port-failure.ts';
import { tellCreated } from './init.ts';

export function addCommand(program: Command, cli: Cli): void {
  program.command('serve').action(cli.action(() => withPortFailures(() => serve(cli)), { handlesSignals: true }));
}

/** Runs until it is told to stop (exit 0) or the store fails (70). Makes a ledger first where there is none. */
async function serve(cli: Cli): Promise<number> {
  const stop = signalled();
  const settings = cli.settings();
  await createOnFirstUse(cli, settings);
  const { dataDir, chainDir, host, port, rpcUrl, chainPort, anchorIntervalMs } = settings;
  const { requireOutsideHead, pinnedCheckpoint, scrubBytesPerSecond, diskReserveBytes } = settings;
  const server = await startServer({
    dataDir,
    host,
    port,
    chainPort,
    anchorIntervalMs,
    requireOutsideHead,
    ...(pinnedCheckpoint !== undefined && { pinnedCheckpoint }),
    scrubBytesPerSecond,
    ...(diskReserveBytes !== undefined && { diskReserveBytes }),
    ...(rpcUrl !== undefined && { rpcUrl }),
    ...(chainDir !== undefined && { chainDir }),
    clock: Date.now,
    onEvent: (event) => tell(cli, event),
  });
  tellReady(cli, server);
  const failure = await Promise.race([stop, server.failed]);
  if (failure === undefined) cli.output.say(cli.say(OPERATOR.stopping));
  else cli.output.say(cli.say(OPERATOR.storeFailed, { message: failure.message }), 'bad');
  await server.stop();
  if (failure === undefined) cli.output.say(cli.say(OPERATOR.stopped));
  return failure === undefined ? EXIT.ok : EXIT.internal;
}

function signalled(): Promise<undefined> {
  // The handlers stay: a second signal must not cut off what is being finished.
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve(undefined));
    process.on('SIGINT', () => resolve(undefined));
  });
}

async function createOnFirstUse(cli: Cli, { dataDir, chainDir, rpcUrl }: Settings): Promise<void> {
  if (hasLedger(dataPaths(dataDir))) return;
  cli.output.say(cli.say(OPERATOR.creating, { dir: dataDir }));
  const created = await createLedger({
    dataDir,
    chainDir,
    rpcUrl,
    origin: undefined,
    contract: undefined,
    operatedBy: 'operator',
  });
  tellCreated(cli, created);
}

function tellReady(cli: Cli, server: RunningServer): void {
  const { url, origin } = server;
  const size = server.size().toString();
  cli.output.say(cli.say(OPERATOR.ready, { url, size }), 'good');
  cli.output.say(cli.say(OPERATOR.originIs, { origin }));
  cli.output.json({ url, origin, size, chainUrl: server.chainUrl() ?? null });
}

function tell(cli: Cli, event: ServeEvent): void {
  const { output } = cli;
  switch (event.type) {
    case 'chain':
      return tellChain(cli, event.event);
    case 'torn-tail': {
      const { file, offset, lengthBytes: bytes } = event;
      return output.say(cli.say(OPERATOR.tornTail, { file, offset, bytes }), 'warn');
    }
    case 'chain-problem':
      return output.say(cli.say(OPERATOR.chainProblem, { code: event.code, message: event.message }), 'warn');
    case 'chain-answers':
      return output.say(cli.say(OPERATOR.chainAnswers));
    case 'awaiting-outside':
      return output.say(cli.say(OPERATOR.awaitingOutside), 'warn');
    case 'outside-agrees':
      return output.say(cli.say(OPERATOR.outsideAgrees));
    case 'halted':
      return output.say(cli.say(OPERATOR.halted, { code: event.code, message: event.message }), 'bad');
    case 'refusing':
      return output.say(cli.say(REFUSING[event.code]), 'bad');
    case 'accepting':
      return output.say(cli.say(OPERATOR.accepting), 'good');
    case 'damage': {
      const { code, message, file, offset, repair } = event;
      const place = file === undefined ? '' : ` ${file}${offset === undefined ? '' : `:${offset}`}`;
      output.say(cli.say(OPERATOR.damage, { code, place, message }), 'bad');
      return repair === undefined
        ? undefined
        : output.say(cli.say(OPERATOR.repair, { repair: cli.say(REPAIR_STEPS[repair]) }));
    }
    case 'internal-error': {
      const message = event.error instanceof Error ? event.error.message : String(event.error);
      if (process.env['EVL_DEBUG'] === '1') console.error(event.error);
      return output.say(cli.say(OPERATOR.internalError, { message }), 'bad');
    }
  }
}

export function tellChain(cli: Cli, event: ChainEvent): void {
  const { output } = cli;
  switch (event.type) {
    case 'starting':
      return;
    case 'replaying':
      if (event.total > 0)
        output.progress(cli.say(OPERATOR.chainReplaying, { blocks: event.blocks, total: event.total }));
      return;
    case 'ready':
      if (event.tornBytes > 0) output.say(cli.say(OPERATOR.chainTorn, { bytes: event.tornBytes }), 'warn');
      return output.say(cli.say(OPERATOR.chainReady, { url: event.url, blocks: event.blocks }));
    case 'exited':
      return output.say(
        cli.say(OPERATOR.chainExited, {
          reason: event.reason || String(event.signal ?? event.code),
          seconds: event.retryInMs / 1000,
        }),
        'warn',
      );
    case 'failed':
      return output.say(cli.say(OPERATOR.chainFailed, { message: event.message }), 'bad');
  }
}
