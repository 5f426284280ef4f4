import type { Section } from '../record/section.ts';
import type { Trust } from '../trust.ts';
import { sectionValue } from './record-steps.ts';
import { type Finding, type Step, unknown } from './report.ts';
import { PENDING_CODES } from './verdict.ts';

/**
 * What waits for the chain may not wait for ever: whoever is shown an old state again and again, or
 * a log that is anchored no more, would hear PENDING each time. Past the trust file's
 * `maxPendingMs` after receipt these steps say something else, and so does the verdict. Where no
 * time comes in, age is not judged.
 */
export function limitPending(
  steps: readonly Step[],
  disclosed: readonly Section[],
  trust: Trust | undefined,
  nowMs: number | undefined,
): readonly Step[] {
  const maxPendingMs = trust?.maxPendingMs;
  if (maxPendingMs === undefined || nowMs === undefined) return steps;
  const finding = judgeAge(receivedAtMs(disclosed), maxPendingMs, nowMs);
  if (finding === undefined) return steps;
  return steps.map((step) =>
    step.status === 'unknown' && PENDING_CODES.includes(step.code) ? { ...step, ...finding } : step,
  );
}

/**
 * The operator states the time of receipt: one that lies further ahead than the wait is long would
 * only lengthen it.
 */
function judgeAge(receivedMs: number | undefined, maxPendingMs: number, nowMs: number): Finding | undefined {
  // Asked in this direction so that a time that is no number bounds nothing, and is not taken for
  // an early one.
  const isUsable = receivedMs !== undefined && receivedMs - nowMs <= maxPendingMs;
  if (!isUsable) return unknown('pending-since-unknown');
  const ageMs = nowMs - receivedMs;
  return ageMs > maxPendingMs ? unknown('pending-too-long', `<= ${maxPendingMs} ms`, `${ageMs} ms`) : undefined;
}

/** Undefined where the section is withheld, or its time is not in the one spelling. */
function receivedAtMs(disclosed: readonly Section[]): number | undefined {
  const stated = sectionValue(disclosed, 'time')?.['receivedAt'];
  const ms = typeof stated === 'string' ? Date.parse(stated) : Number.NaN;
  return Number.isFinite(ms) && new Date(ms).toISOString() === stated ? ms : undefined;
}
