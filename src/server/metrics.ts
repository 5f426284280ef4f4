import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WitnessHealth } from '../log/witness-session.ts';
import { accountFunds } from './background/account-funds.ts';
import type { ServerContext } from './context.ts';
import { unavailableReason } from './background/readiness.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import { VERSION } from './version.ts';

export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly observe: (request: AccessLogEntry) => void;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Metrics for Prometheus in a registry of this service alone. No label holds anything of the
 * evidence.
 */
export function createMetrics(context: ServerContext): Metrics {
  const { log, disk, chainHealth, troubledNodes, scrubHealth } = context;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  gauge('evl_log_size', 'records in the log', () => Number(log.store.head().size));
  gauge('evl_published_size', 'records under the newest published checkpoint', () =>
    Number(log.store.published()?.size ?? 0n),
  );
  gauge('evl_anchored_size', 'records under the newest final anchor', async () => Number(await log.anchoredSize()));
  gauge(
    'evl_anchor_age_seconds',
    'age of the newest final anchor by the time of its block; NaN: there is none',
    async () => {
      const anchoredAtMs = await log.anchoredAtMs();
      return anchoredAtMs === undefined ? Number.NaN : (context.clock() - anchoredAtMs) / 1000;
    },
  );
  const funds = accountFunds(context);
  gauge('evl_account_balance_ether', 'balance of the anchoring account; NaN: not known', () => funds().ether);
  gauge(
    'evl_anchors_left',
    'anchors that the balance pays for at the present price; +Inf: gas is free; NaN: not known',
    () => funds().anchorsLeft,
  );
  backupMetrics(context, gauge);
  gauge('evl_registrations_waiting', 'registrations that wait for their commit', () => log.waiting);
  gauge('evl_ready', '1 if registrations are accepted', async () =>
    Number((await unavailableReason(context)) === undefined),
  );
  gauge('evl_chain_reachable', '1 if the chain answered last', () => Number(chainHealth().isReachable));
  gauge('evl_chain_nodes_troubled', 'chain nodes that do not count: silent, or on another chain', troubledNodes);
  gauge('evl_disk_free_bytes', 'free bytes on the disk of the data folder', () => disk.freeBytes());
  gauge('evl_access_log_refusing', '1 if the access log cannot be written: reads of evidence are refused', () =>
    Number(context.access.state === 'refusing'),
  );
  gauge('evl_access_log_low', '1 if less than 256 MiB are free for the access log', () =>
    Number(context.access.state !== 'writing'),
  );
  gauge('evl_damaged_places', 'damaged places found since the start', () => scrubHealth().findings);
  const build = { name: 'evl_build_info', help: 'always 1; the version is a label', labelNames: ['version'] as const };
  new Gauge({ ...build, registers }).set({ version: VERSION }, 1);
  witnessMetrics(log, registry);
  const duration = new Histogram({
    name: 'evl_http_request_duration_seconds',
    help: 'duration of requests by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const aborted = new Counter({
    name: 'evl_http_requests_aborted_total',
    help: 'requests whose client left before it had the whole answer',
    labelNames: ['route'] as const,
    registers,
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe({ method, route, status, durationMs, isAborted }) {
      duration.observe({ method: KNOWN_METHODS.has(method) ? method : 'other', route, status }, durationMs / 1000);
      if (isAborted) aborted.inc({ route });
    },
  };
}

/** Only where the service was given the folder of the backups. */
function backupMetrics(
  { newestBackup, clock }: ServerContext,
  gauge: (name: string, help: string, read: () => Promise<number>) => void,
): void {
  if (newestBackup === undefined) return;
  // a folder that cannot be read has no backup that would help; an alarm must not depend on NaN
  const seen = () => newestBackup().catch(() => undefined);
  gauge('evl_backup_age_seconds', 'age of the newest backup; +Inf: none is there or can be read', async () => {
    const backup = await seen();
    return backup === undefined ? Infinity : (clock() - backup.timeMs) / 1000;
  });
  gauge('evl_backup_size', 'records in the newest backup', async () => Number((await seen())?.size ?? 0n));
}

/** One series for each witness. */
function witnessMetrics(log: ServerContext['log'], registry: Registry): void {
  if (log.witnesses.length === 0) return;
  const gauge = (name: string, help: string, read: (health: WitnessHealth) => number | undefined) =>
    new Gauge({
      name,
      help,
      labelNames: ['witness'] as const,
      registers: [registry],
      collect() {
        for (const health of log.witnesses) {
          const value = read(health);
          if (value !== undefined) this.set({ witness: health.name }, value);
        }
      },
    });
  gauge(
    'evl_witness_last_success_seconds',
    'time of the last cosignature of this witness, in Unix seconds',
    ({ cosignedAtMs }) => cosignedAtMs && cosignedAtMs / 1000,
  );
  gauge('evl_witness_answers', '1 if the last request to this witness was answered by a cosignature', ({ state }) =>
    Number(state === 'answers'),
  );
  const failures = new Counter({
    name: 'evl_witness_failures_total',
    help: 'requests to this witness that ended in this alarm instead of a cosignature',
    labelNames: ['witness', 'alarm'] as const,
    registers: [],
    collect() {
      this.reset();
      for (const { name, outcomes } of log.witnesses) {
        for (const [alarm, count] of Object.entries(outcomes)) this.inc({ witness: name, alarm }, count);
      }
    },
  });
  registry.registerMetric(failures);
}

/** Labels are kept for ever: clients must not be able to create new ones. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
