import type { Section } from '../record/section.ts';
import type { Trust } from '../trust.ts';
import { sectionValue } from './record-steps.ts';
import { type StepResult, type Step, unknown } from './report.ts';
import { PENDING_CODES } from './verdict.ts';

/**
 * Bounds how long a record may stay pending. Without a bound, a verifier that is shown an old state
 * again and again, or a log that is no longer anchored, would get PENDING every time. Once
 * `maxPendingMs` of the trust file has passed since `receivedAt`, the pending steps get another
 * code, which changes the verdict. Without `nowMs` (Unix milliseconds) the age is not judged.
 */
export function limitPending(
  steps: readonly Step[],
  disclosed: readonly Section[],
  trust: Trust | undefined,
  nowMs: number | undefined,
): readonly Step[] {
  const maxPendingMs = trust?.maxPendingMs;
  if (maxPendingMs === undefined || nowMs === undefined) return steps;
  const result = judgeAge(receivedAtMs(disclosed), maxPendingMs, nowMs);
  if (result === undefined) return steps;
  return steps.map((step) =>
    step.status === 'unknown' && PENDING_CODES.includes(step.code) ? { ...step, ...result } : step,
  );
}

/**
 * The operator states the time of receipt: a time further in the future than `maxPendingMs` would
 * only lengthen the wait, so it is refused.
 */
function judgeAge(receivedMs: number | undefined, maxPendingMs: number, nowMs: number): StepResult | undefined {
  // The comparison has this direction so that NaN makes it false and is not taken for an early
  // time.
  const isUsable = receivedMs !== undefined && receivedMs - nowMs <= maxPendingMs;
  if (!isUsable) return unknown('pending-since-unknown');
  const ageMs = nowMs - receivedMs;
  return ageMs > maxPendingMs ? unknown('pending-too-long', `<= ${maxPendingMs} ms`, `${ageMs} ms`) : undefined;
}

/** Undefined where the section is withheld or its time is not in canonical RFC 3339 form. */
function receivedAtMs(disclosed: readonly Section[]): number | undefined {
  const stated = sectionValue(disclosed, 'time')?.['receivedAt'];
  const ms = typeof stated === 'string' ? Date.parse(stated) : Number.NaN;
  return Number.isFinite(ms) && new Date(ms).toISOString() === stated ? ms : undefined;
}
