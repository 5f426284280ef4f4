import type { ChainEvent } from '../../adapters/local-chain/supervisor.ts';
import type { ServeEvent } from '../../server/service-events.ts';
import type { RunningServer } from '../../compose/service.ts';
import type { EndedRequest } from '../../http/ended-requests.ts';
import { chainAdvice } from '../../text/anchor.ts';
import { OPERATOR, REFUSING, REPAIR_STEPS } from '../../text/operator.ts';
import { WITNESS_ADVICE } from '../../text/witness.ts';
import type { Cli } from '../shell/context.ts';

/** How a running service speaks to its operator: in words, or as a log for machines (`EVL_LOG`). */
export interface ServiceVoice {
  readonly event: (event: ServeEvent) => void;
  /** Absent where requests are not told one by one. */
  readonly request?: (request: EndedRequest) => void;
  readonly ready: (server: RunningServer) => void;
  readonly stopping: () => void;
  readonly storeFailed: (message: string) => void;
  readonly stopped: () => void;
}

export function inWords(cli: Cli): ServiceVoice {
  const { output } = cli;
  return {
    event: (event) => tell(cli, event),
    ready({ url, origin, size }) {
      output.say(cli.say(OPERATOR.ready, { url, size: size().toString() }), 'good');
      output.say(cli.say(OPERATOR.originIs, { origin }));
    },
    stopping: () => output.say(cli.say(OPERATOR.stopping)),
    storeFailed: (message) => output.say(cli.say(OPERATOR.storeFailed, { message }), 'bad'),
    stopped: () => output.say(cli.say(OPERATOR.stopped)),
  };
}

function advise(cli: Cli, code: string): void {
  const advice = chainAdvice(code);
  if (advice !== undefined) cli.output.say(cli.say(advice));
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
      output.say(cli.say(OPERATOR.chainProblem, { code: event.code, message: event.message }), 'warn');
      return advise(cli, event.code);
    case 'chain-node-problem': {
      const { node, code, message } = event;
      output.say(cli.say(OPERATOR.chainNodeProblem, { node, code, message }), 'warn');
      return advise(cli, code);
    }
    case 'chain-node-answers':
      return output.say(cli.say(OPERATOR.chainNodeAnswers, { node: event.node }));
    case 'anchor-failed': {
      const { failure, txHash, size } = event;
      output.say(cli.say(OPERATOR.anchorFailed, { failure, tx: txHash, size }), 'bad');
      return advise(cli, failure);
    }
    case 'anchor-taken-back': {
      const { txHash, size, block } = event;
      return output.say(cli.say(OPERATOR.anchorTakenBack, { tx: txHash, size, block }), 'bad');
    }
    case 'chain-answers':
      return output.say(cli.say(OPERATOR.chainAnswers));
    case 'witness-problem': {
      const { name, code, message } = event;
      output.say(cli.say(OPERATOR.witnessProblem, { name, code, message }), code === 'witness-silent' ? 'warn' : 'bad');
      return output.say(cli.say(WITNESS_ADVICE[code]));
    }
    case 'witness-answers':
      return output.say(cli.say(OPERATOR.witnessAnswers, { name: event.name }));
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
      return repair === undefined ? undefined : output.say(cli.say(OPERATOR.repair, { repair: REPAIR_STEPS[repair] }));
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
