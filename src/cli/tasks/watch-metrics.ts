import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { AuditProblem } from '../../audit/audit-problem.ts';
import type { WatchEvent } from '../../auditor/events.ts';
import { AUDIT_CODES } from '../../text/audit.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { errorText } from '../../text/error-text.ts';

/** The metrics of a watch, for Prometheus. */
export interface WatchMetrics {
  readonly text: () => Promise<string>;
  readonly contentType: string;
  readonly countEvent: (event: WatchEvent) => void;
  readonly countWebhookFailure: (isLost: boolean) => void;
}

/**
 * Counts the events of a watch. Alerts belong on `evl_watch_alarms`, and on
 * `evl_watch_last_pass_seconds` for a watch that is no longer running. `webhookQueue` gives the
 * number of messages that wait for delivery.
 */
export function createWatchMetrics(webhookQueue: () => number): WatchMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = (name: string, help: string, label: string) =>
    new Counter({ name, help, labelNames: [label], registers });
  const passes = counter('evl_watch_passes_total', 'passes by outcome', 'outcome');
  const failures = counter('evl_watch_webhook_failures_total', 'failed deliveries; lost: given up', 'lost');
  const alarms = new Gauge({
    name: 'evl_watch_alarms',
    help: 'problems that are present, by code',
    labelNames: ['code', 'kind'] as const,
    registers,
  });
  const waiting = gauge('evl_watch_webhook_waiting', 'messages that wait for delivery');
  const size = gauge('evl_watch_log_size', 'entries under the newest checkpoint');
  const anchoredSize = gauge('evl_watch_anchored_size', 'entries under the newest final anchor');
  const lastPass = gauge('evl_watch_last_pass_seconds', 'end of the last pass, in Unix seconds');
  const duration = gauge('evl_watch_pass_duration_seconds', 'duration of the last pass');
  let active: readonly AuditProblem[] = [];
  return {
    text() {
      alarms.reset();
      // Alerts need the series before the first alarm.
      for (const kind of ['contradiction', 'unknown']) alarms.set({ code: 'none', kind }, 0);
      for (const { code, kind } of active) alarms.inc({ code: knownCode(code), kind });
      waiting.set(webhookQueue());
      return registry.metrics();
    },
    contentType: registry.contentType,
    countEvent(event) {
      if (event.type === 'problems') active = event.active;
      if (event.type !== 'pass') return;
      passes.inc({ outcome: event.outcome });
      if (event.size !== undefined) size.set(Number(event.size));
      if (event.anchoredSize !== undefined) anchoredSize.set(Number(event.anchoredSize));
      lastPass.set(event.timeMs / 1000);
      duration.set(event.durationMs / 1000);
    },
    countWebhookFailure: (isLost) => failures.inc({ lost: String(isLost) }),
  };
}

/** A label stays in memory for ever, so codes from foreign answers must not create new ones. */
function knownCode(code: string): string {
  return Object.hasOwn(AUDIT_CODES, code) ? code : 'other';
}

/** Serves `GET /metrics`. Throws `metrics-unusable` where the address cannot be used. */
export async function serveMetrics(metrics: WatchMetrics, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void metrics.text().then((text) => response.setHeader('Content-Type', metrics.contentType).end(text));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const address = `${host}:${port}`;
      reject(new LedgerError('metrics-unusable', { address, reason: errorText(error), cause: error }));
    });
    server.listen(port, host, resolve);
  });
  return server;
}
