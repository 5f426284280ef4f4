import { type Logger, pino, stdSerializers } from 'pino';
import type { ServeEvent } from '../server/service-events.ts';
import type { RunningServer } from './service.ts';
import type { AccessLogEntry } from '../http/access-log.ts';

/**
 * The service's log as JSON lines, for those who collect logs. Nothing of the evidence is in it: no
 * names, no digests, no case numbers.
 */
export interface ServiceLog {
  readonly event: (event: ServeEvent) => void;
  readonly request: (request: AccessLogEntry) => void;
  readonly ready: (server: RunningServer) => void;
  readonly stopping: () => void;
  readonly storeFailed: (message: string) => void;
  readonly stopped: () => void;
}

export function createServiceLog(destination: NodeJS.WritableStream): ServiceLog {
  const log = jsonLines(destination);
  return {
    event: ({ type, ...more }) => log[LEVELS[type]](more, type),
    request: (request) => log.info({ ...request, durationMs: Math.round(request.durationMs * 100) / 100 }, 'request'),
    ready: ({ url, origin, size }) => log.info({ url, origin, size: size().toString() }, 'ready'),
    stopping: () => log.info('stopping'),
    storeFailed: (message) => log.fatal({ message }, 'store-failed'),
    stopped: () => log.info('stopped'),
  };
}

export function jsonLines(destination: NodeJS.WritableStream): Logger {
  return pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { error: stdSerializers.err },
    },
    destination,
  );
}

const LEVELS: Readonly<Record<ServeEvent['type'], 'info' | 'warn' | 'error'>> = {
  chain: 'info',
  'chain-answers': 'info',
  'outside-agrees': 'info',
  'witness-answers': 'info',
  'witness-problem': 'warn',
  accepting: 'info',
  refusing: 'error',
  'torn-tail': 'warn',
  'chain-problem': 'warn',
  'chain-node-problem': 'warn',
  'chain-node-answers': 'info',
  'anchor-failed': 'error',
  'anchor-taken-back': 'error',
  'awaiting-outside': 'warn',
  halted: 'error',
  damage: 'error',
  'internal-error': 'error',
};
