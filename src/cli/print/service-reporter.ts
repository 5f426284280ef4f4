import type { LedgerError } from '../../text/ledger-error.ts';
import type { LocalChainEvent, ServeEvent } from '../../server/service-events.ts';
import type { RunningServer } from '../../compose/service.ts';
import type { AccessLogEntry } from '../../http/access-log.ts';
import { chainAdvice } from '../../text/anchor.ts';
import { ACCESS_STATES } from '../../text/access.ts';
import { OPERATOR, REFUSING, REPAIR_STEPS } from '../../text/operator.ts';
import { SERVING_EVENTS } from '../../text/serving.ts';
import { WITNESS_ADVICE } from '../../text/witness.ts';
import type { Cli } from '../shell/context.ts';
import { printInternalError } from './internal-error.ts';

/** Reports a running service to its operator: as text, or as a log for machines (`EVL_LOG`). */
export interface ServiceReporter {
  readonly event: (event: ServeEvent) => void;
  /** Absent where single requests are not reported. */
  readonly request?: (request: AccessLogEntry) => void;
  readonly ready: (server: RunningServer) => void;
  readonly stopping: () => void;
  readonly storeFailed: (failure: LedgerError) => void;
  readonly stopped: () => void;
}

export function textReporter(cli: Cli): ServiceReporter {
  const { output } = cli;
  return {
    event: (event) => report(cli, event),
    ready({ url, origin, size, firstAccountLink }) {
      output.notice(cli.format(OPERATOR.ready, { url, size: size().toString() }), 'good');
      output.notice(cli.format(OPERATOR.originIs, { origin }));
      if (firstAccountLink === undefined) return;
      output.notice(cli.format(OPERATOR.aloneIs));
      output.notice(cli.format(OPERATOR.firstAccount, { link: firstAccountLink }));
    },
    stopping: () => output.notice(cli.format(OPERATOR.stopping)),
    storeFailed: ({ text }) => output.notice(cli.format(OPERATOR.storeFailed, { message: text }), 'bad'),
    stopped: () => output.notice(cli.format(OPERATOR.stopped)),
  };
}

function advise(cli: Cli, code: string): void {
  const advice = chainAdvice(code);
  if (advice !== undefined) cli.output.notice(cli.format(advice));
}

function report(cli: Cli, event: ServeEvent): void {
  const { output } = cli;
  switch (event.type) {
    case 'chain':
      return printChain(cli, event.event);
    case 'torn-tail': {
      const { file, offset, lengthBytes: bytes } = event;
      return output.notice(cli.format(OPERATOR.tornTail, { file, offset, bytes }), 'warn');
    }
    case 'upgraded':
      return output.notice(cli.format(OPERATOR.upgraded, { from: event.from, to: event.to }));
    case 'chain-problem':
      output.notice(cli.format(OPERATOR.chainProblem, { code: event.code, message: event.text }), 'warn');
      return advise(cli, event.code);
    case 'chain-node-problem': {
      const { node, code, text } = event;
      output.notice(cli.format(OPERATOR.chainNodeProblem, { node, code, message: text }), 'warn');
      return advise(cli, code);
    }
    case 'chain-node-answers':
      return output.notice(cli.format(OPERATOR.chainNodeAnswers, { node: event.node }));
    case 'anchor-failed': {
      const { failure, txHash, size } = event;
      output.notice(cli.format(OPERATOR.anchorFailed, { code: failure, tx: txHash, size }), 'bad');
      return advise(cli, failure);
    }
    case 'anchor-taken-back': {
      const { txHash, size, block } = event;
      return output.notice(cli.format(OPERATOR.anchorReorged, { tx: txHash, size, block }), 'bad');
    }
    case 'chain-answers':
      return output.notice(cli.format(OPERATOR.chainAnswers));
    case 'witness-problem': {
      const { name, code, text, isHolding = false } = event;
      const sentence = isHolding ? OPERATOR.witnessHolds : OPERATOR.witnessProblem;
      output.notice(cli.format(sentence, { name, code, message: text }), code === 'witness-silent' ? 'warn' : 'bad');
      return output.notice(cli.format(WITNESS_ADVICE[code]));
    }
    case 'witness-answers':
      return output.notice(cli.format(OPERATOR.witnessAnswers, { name: event.name }));
    case 'awaiting-outside':
      return output.notice(cli.format(OPERATOR.awaitingExternalCheck), 'warn');
    case 'outside-agrees':
      return output.notice(cli.format(OPERATOR.externalCheckPassed));
    case 'insecure-http':
      return output.notice(cli.format(SERVING_EVENTS.insecure, { host: event.host }), 'bad');
    case 'certificate-changed':
      return output.notice(cli.format(SERVING_EVENTS.certificateChanged, { until: event.until }));
    case 'certificate-kept':
      return output.notice(cli.format(SERVING_EVENTS.certificateKept, { reason: event.text }), 'bad');
    case 'halted':
      return output.notice(cli.format(OPERATOR.halted, { code: event.code, message: event.text }), 'bad');
    case 'verify-url-missing':
      return output.notice(cli.format(OPERATOR.verifyUrlMissing));
    case 'refusing':
      return output.notice(cli.format(REFUSING[event.code]), 'bad');
    case 'accepting':
      return output.notice(cli.format(OPERATOR.accepting), 'good');
    case 'access-log':
      return output.notice(cli.format(ACCESS_STATES[event.state]), event.state === 'writing' ? 'good' : 'bad');
    case 'damage': {
      const { code, message, file, offset, repair } = event;
      const place = file === undefined ? '' : ` ${file}${offset === undefined ? '' : `:${offset}`}`;
      output.notice(cli.format(OPERATOR.damage, { code, place, message }), 'bad');
      return repair === undefined
        ? undefined
        : output.notice(cli.format(OPERATOR.repair, { repair: REPAIR_STEPS[repair] }));
    }
    case 'internal-error':
      return printInternalError(cli, event.error);
  }
}

export function printChain(cli: Cli, event: LocalChainEvent): void {
  const { output } = cli;
  switch (event.type) {
    case 'starting':
      return;
    case 'replaying':
      if (event.total > 0)
        output.progress(cli.format(OPERATOR.chainReplaying, { blocks: event.blocks, total: event.total }));
      return;
    case 'ready':
      if (event.tornBytes > 0) output.notice(cli.format(OPERATOR.chainTorn, { bytes: event.tornBytes }), 'warn');
      return output.notice(cli.format(OPERATOR.chainReady, { url: event.url, blocks: event.blocks }));
    case 'exited':
      output.notice(
        cli.format(OPERATOR.chainExited, { reason: event.reason, seconds: event.retryInMs / 1000 }),
        'warn',
      );
      return advise(cli, event.failure ?? '');
    case 'failed':
      return output.notice(cli.format(OPERATOR.chainFailed, { message: event.text }), 'bad');
  }
}
