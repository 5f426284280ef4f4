import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Answer } from '../witness/answer.ts';
import type { ClockSeconds, WitnessedLog, WitnessState } from '../witness/ports.ts';

export interface WitnessMetrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly answered: (answer: Answer) => void;
  readonly alarmed: (origin: string, code: string) => void;
}

/**
 * Metrics for Prometheus. Only registered origins become labels: a client cannot create new ones.
 */
export function createWitnessMetrics(
  logs: () => readonly WitnessedLog[],
  state: WitnessState,
  clock: ClockSeconds,
): WitnessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const cosigned = new Counter({
    name: 'evl_witness_cosigned_total',
    help: 'cosigned checkpoints',
    registers,
  });
  const refused = new Counter({
    name: 'evl_witness_refused_total',
    help: 'refused requests to cosign, by status',
    labelNames: ['status'] as const,
    registers,
  });
  const alarms = new Counter({
    name: 'evl_witness_alarms_total',
    help: 'checkpoints signed by a log that do not, or seem not to, extend the cosigned one',
    labelNames: ['origin', 'code'] as const,
    registers,
  });
  const byOrigin = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['origin'] as const, registers: [] });
  const gauges = {
    size: byOrigin('evl_witness_size', 'size of the newest cosigned checkpoint of a log'),
    age: byOrigin('evl_witness_age_seconds', 'seconds since the newest cosignature of a log'),
    usable: byOrigin(
      'evl_witness_usable',
      '0 where the state of a log is missing or damaged, so that the log is not cosigned',
    ),
  };
  for (const gauge of Object.values(gauges)) registry.registerMetric(gauge);

  async function refresh({ origin }: WitnessedLog): Promise<void> {
    try {
      const latest = await state.latest(origin);
      gauges.usable.set({ origin }, 1);
      gauges.size.set({ origin }, Number(latest?.size ?? 0n));
      if (latest !== undefined) gauges.age.set({ origin }, Number(clock() - latest.timeSeconds));
    } catch {
      gauges.usable.set({ origin }, 0);
    }
  }

  return {
    contentType: registry.contentType,
    async text() {
      for (const log of logs()) await refresh(log);
      return registry.metrics();
    },
    answered({ status }) {
      if (status === 200) cosigned.inc();
      else refused.inc({ status: String(status) });
    },
    alarmed: (origin, code) => alarms.inc({ origin, code }),
  };
}
