import { type Logger, pino, stdSerializers } from 'pino';
import type { AccessLogEntry } from '../http/access-log.ts';
import type { ServeEvent } from '../server/service-events.ts';
import type { LedgerError } from '../text/ledger-error.ts';
import { isMessage } from '../text/message.ts';
import type { RunningServer } from './service.ts';

/**
 * The service's log as JSON lines, for machines. It holds nothing of the evidence: no names, no
 * digests, no case numbers.
 */
export interface ServiceLog {
  readonly event: (event: ServeEvent) => void;
  readonly request: (request: AccessLogEntry) => void;
  readonly ready: (server: RunningServer) => void;
  readonly stopping: () => void;
  readonly storeFailed: (failure: LedgerError) => void;
  readonly stopped: () => void;
}

export function createServiceLog(destination: NodeJS.WritableStream): ServiceLog {
  const log = jsonLines(destination);
  return {
    event: (event) => {
      const { type, ...more } = event;
      log[levelOf(event)](more, type);
    },
    request: (request) => log.info({ ...request, durationMs: Math.round(request.durationMs * 100) / 100 }, 'request'),
    ready: ({ url, origin, size }) => log.info({ url, origin, size: size().toString() }, 'ready'),
    stopping: () => log.info('stopping'),
    storeFailed: ({ message }) => log.fatal({ message }, 'store-failed'),
    stopped: () => log.info('stopped'),
  };
}

/** Log lines are in English: a sentence `text` of both languages is written as `message`. */
export function jsonLines(destination: NodeJS.WritableStream): Logger {
  return pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { error: stdSerializers.err },
      formatters: { log: inEnglish },
    },
    destination,
  );
}

function inEnglish(members: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(members).map(([name, value]): [string, unknown] => {
    if (isMessage(value)) return [name === 'text' ? 'message' : name, value.en];
    return [name, isPlainObject(value) ? inEnglish(value) : value];
  });
  return Object.fromEntries(entries);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

type Level = 'info' | 'warn' | 'error';

function levelOf(event: ServeEvent): Level {
  return event.type === 'access-log' ? ACCESS_LEVELS[event.state] : LEVELS[event.type];
}

const ACCESS_LEVELS = { writing: 'info', low: 'warn', refusing: 'error' } as const;

const LEVELS: Readonly<Record<Exclude<ServeEvent['type'], 'access-log'>, Level>> = {
  chain: 'info',
  'chain-answers': 'info',
  'outside-agrees': 'info',
  'witness-answers': 'info',
  'witness-problem': 'warn',
  accepting: 'info',
  refusing: 'error',
  'torn-tail': 'warn',
  upgraded: 'info',
  'verify-url-missing': 'info',
  'chain-problem': 'warn',
  'chain-node-problem': 'warn',
  'chain-node-answers': 'info',
  'anchor-failed': 'error',
  'anchor-taken-back': 'error',
  'awaiting-outside': 'warn',
  halted: 'error',
  'insecure-http': 'warn',
  'certificate-changed': 'info',
  'certificate-kept': 'error',
  damage: 'error',
  'internal-error': 'error',
};
