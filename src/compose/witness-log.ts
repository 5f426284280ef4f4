import type { AccessLogEntry } from '../http/access-log.ts';
import { jsonLines } from './service-log.ts';
import type { RunningWitness, WitnessEvent } from './witness.ts';

/** The log of a witness as JSON lines, for machines. */
export interface WitnessLog {
  readonly event: (event: WitnessEvent) => void;
  readonly request: (request: AccessLogEntry) => void;
  readonly ready: (witness: RunningWitness) => void;
  readonly stopping: () => void;
  readonly stateFailed: (error: Error) => void;
  readonly stopped: () => void;
}

export function createWitnessLog(destination: NodeJS.WritableStream): WitnessLog {
  const log = jsonLines(destination);
  return {
    event: ({ type, ...more }) => log.error(more, type),
    request: (request) => log.info({ ...request, durationMs: Math.round(request.durationMs * 100) / 100 }, 'request'),
    ready: ({ url, vkey, logs }) => log.info({ url, vkey, logs: logs.map(({ origin }) => origin) }, 'ready'),
    stopping: () => log.info('stopping'),
    stateFailed: ({ message }) => log.fatal({ message }, 'state-failed'),
    stopped: () => log.info('stopped'),
  };
}
