import type { Server } from 'node:http';
import type { AuditTarget } from '../../auditor/audit-log.ts';
import type { WatchEvent } from '../../auditor/events.ts';
import type { Platform } from '../../auditor/ports.ts';
import { watchLog, type WatchOptions } from '../../auditor/watch-log.ts';
import type { Outcome } from '../../audit/audit-problem.ts';
import { AUDIT } from '../../text/audit.ts';
import type { Message } from '../../text/message.ts';
import { WATCH } from '../../text/watch.ts';
import { watchPrinter, webhookMessages } from '../print/watch-report.ts';
import type { Cli } from '../shell/context.ts';
import { createWatchMetrics, serveMetrics } from './watch-metrics.ts';
import { Webhook } from './webhook.ts';

/** Where a watch reports, besides the terminal. */
export interface WatchReceivers {
  readonly webhook: string | undefined;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
}

/** Watches until SIGINT or SIGTERM, and hands each event to terminal, metrics and webhook. */
export async function watchAudit(
  cli: Cli,
  target: AuditTarget,
  options: Omit<WatchOptions, 'signal'>,
  receivers: WatchReceivers,
  platform: Platform,
): Promise<Outcome> {
  const signal = cli.stopSignal();
  const print = watchPrinter(cli);
  const metrics = createWatchMetrics(() => webhook?.queued ?? 0);
  const webhook = receivers.webhook === undefined ? undefined : new Webhook(receivers.webhook, onWebhookFailure);
  const server = receivers.metrics && (await serveMetrics(metrics, receivers.metrics.host, receivers.metrics.port));
  printStart(cli, target, options.intervalMs, server);
  try {
    const outcome = await watchLog(target, { ...options, signal }, platform, onEvent);
    cli.output.notice(cli.format(WATCH.ended, { verdict: AUDIT[outcome] }));
    return outcome;
  } finally {
    server?.close();
    server?.closeAllConnections();
    await webhook?.close();
  }

  function onEvent(event: WatchEvent): void {
    print(event);
    metrics.countEvent(event);
    if (webhook === undefined || event.type !== 'problems') return;
    for (const message of webhookMessages(cli, event)) webhook.send(message);
  }

  function onWebhookFailure(reason: Message, isLost: boolean): void {
    metrics.countWebhookFailure(isLost);
    cli.output.notice(cli.format(isLost ? WATCH.webhookLost : WATCH.webhookFailed, { reason }), 'warn');
  }
}

function printStart(
  cli: Cli,
  { service, remembered }: AuditTarget,
  intervalMs: number,
  server: Server | undefined,
): void {
  const print = (text: string) => cli.output.notice(text);
  print(cli.format(WATCH.started, { url: service.url, seconds: intervalMs / 1000 }));
  if (remembered !== undefined) print(cli.format(WATCH.resumed, { size: remembered.checkpoint.size }));
  const address = server?.address();
  if (address === null || typeof address !== 'object') return;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  print(cli.format(WATCH.metricsAt, { url: `http://${host}:${address.port}/metrics` }));
}
