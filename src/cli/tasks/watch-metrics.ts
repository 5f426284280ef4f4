import { LedgerError } from '../../text/ledger-error.ts';
import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Alarms } from '../../audit/alarms.ts';
import type { Outcome } from '../../audit/judge.ts';
import { AUDIT_CODES } from '../../text/audit.ts';
import type { Webhook } from './webhook.ts';

/** What a pass came to, as far as it is counted. */
export interface CountedPass {
  readonly outcome: Outcome;
  readonly size: bigint | undefined;
  readonly anchoredSize: bigint | undefined;
  readonly seconds: number;
  readonly endedSeconds: number;
}

export interface WatchMetrics {
  readonly text: () => Promise<string>;
  readonly contentType: string;
  readonly countPass: (pass: CountedPass) => void;
  readonly countWebhookFailure: (isLost: boolean) => void;
}

/**
 * Metrics for Prometheus. The one to set an alert on is `evl_watch_alarms`; and on
 * `evl_watch_last_pass_seconds`, for a watch that has died.
 */
export function createWatchMetrics(alarms: Alarms, webhook: () => Webhook | undefined): WatchMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = (name: string, help: string, label: string) =>
    new Counter({ name, help, labelNames: [label], registers });
  const passes = counter('evl_watch_passes_total', 'passes by what they came to', 'outcome');
  const failures = counter('evl_watch_webhook_failures_total', 'deliveries that failed; lost: for good', 'lost');
  const active = new Gauge({
    name: 'evl_watch_alarms',
    help: 'problems that stand, by code',
    labelNames: ['code', 'kind'] as const,
    registers,
  });
  const waiting = gauge('evl_watch_webhook_waiting', 'messages that wait for their delivery');
  const size = gauge('evl_watch_log_size', 'entries under the newest checkpoint that was shown');
  const anchoredSize = gauge('evl_watch_anchored_size', 'entries under the newest final anchor that was shown');
  const lastPass = gauge('evl_watch_last_pass_seconds', 'when the last pass ended, in Unix seconds');
  const duration = gauge('evl_watch_pass_duration_seconds', 'how long the last pass took');
  return {
    text() {
      active.reset();
      for (const { code, kind } of alarms.active) active.inc({ code: knownCode(code), kind });
      waiting.set(webhook()?.waiting ?? 0);
      return registry.metrics();
    },
    contentType: registry.contentType,
    countPass(pass) {
      passes.inc({ outcome: pass.outcome });
      if (pass.size !== undefined) size.set(Number(pass.size));
      if (pass.anchoredSize !== undefined) anchoredSize.set(Number(pass.anchoredSize));
      lastPass.set(pass.endedSeconds);
      duration.set(pass.seconds);
    },
    countWebhookFailure: (isLost) => failures.inc({ lost: String(isLost) }),
  };
}

/** Labels are kept for ever; codes out of foreign answers must not make new ones. */
function knownCode(code: string): string {
  return Object.hasOwn(AUDIT_CODES, code) ? code : 'other';
}

/** Serves `GET /metrics`. Fails where the address is taken. */
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
      reject(new LedgerError('metrics-unusable', { address: `${host}:${port}`, reason: error.message }));
    });
    server.listen(port, host, resolve);
  });
  return server;
}
