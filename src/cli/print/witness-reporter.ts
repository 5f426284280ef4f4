import type { AccessLogEntry } from '../../http/access-log.ts';
import type { RunningWitness, WitnessEvent } from '../../compose/witness.ts';
import { ALARMS, WITNESS } from '../../text/witness.ts';
import { errorText } from '../../text/error-text.ts';
import type { Cli } from '../shell/context.ts';
import { printInternalError } from './internal-error.ts';

/** Reports a running witness to its operator: as text, or as a log for machines (`EVL_LOG`). */
export interface WitnessReporter {
  readonly event: (event: WitnessEvent) => void;
  /** Absent where single requests are not reported. */
  readonly request?: (request: AccessLogEntry) => void;
  readonly ready: (witness: RunningWitness) => void;
  readonly stopping: () => void;
  readonly stateFailed: (error: Error) => void;
  readonly stopped: () => void;
}

export function textReporter(cli: Cli): WitnessReporter {
  const { output } = cli;
  return {
    event: (event) => report(cli, event),
    ready({ url, vkey, logs }) {
      output.notice(cli.format(WITNESS.ready, { url, count: logs.length }), 'good');
      output.notice(cli.format(WITNESS.vkeyIs, { vkey }));
    },
    stopping: () => output.notice(cli.format(WITNESS.stopping)),
    stateFailed: (error) => output.notice(cli.format(WITNESS.stateFailed, { reason: errorText(error) }), 'bad'),
    stopped: () => output.notice(cli.format(WITNESS.stopped)),
  };
}

function report(cli: Cli, event: WitnessEvent): void {
  const { output } = cli;
  switch (event.type) {
    case 'log-refused': {
      const { origin, code, text } = event;
      return output.notice(cli.format(WITNESS.logRefused, { origin, code, message: text }), 'bad');
    }
    case 'alarm': {
      const { origin, code, size } = event;
      return output.notice(cli.format(WITNESS.alarm, { origin, code, size, meaning: ALARMS[code] }), 'bad');
    }
    case 'logs-changed':
      return output.notice(cli.format(WITNESS.logsChanged, { count: event.logs.length }));
    case 'logs-unreadable': {
      const { code, text } = event;
      return output.notice(cli.format(WITNESS.logsUnreadable, { code, message: text }), 'bad');
    }
    case 'internal-error':
      return printInternalError(cli, event.error);
  }
}
