import { checkCosignatures } from '../protocol/note/cosignature.ts';
import type { Note } from '../protocol/note/note.ts';
import { describeQuorum, isQuorumMet, type WitnessPolicy } from '../protocol/note/witness-policy.ts';
import type { AnchorHistory } from './anchor-history.ts';
import { type AuditProblem, contradiction, unknown } from './audit-problem.ts';

/**
 * When witnesses last cosigned, and since when the log is ahead of its anchors. A log that is no
 * longer cosigned or anchored is consistent as far as it goes, so these problems do not prevent an
 * auditor from remembering it.
 */
export interface Liveness {
  /**
   * Start of the watch in Unix seconds: a witness that has never cosigned counts as silent since
   * then.
   */
  readonly startSeconds: number;
  /** By the witness's name in the policy, the newest time on a cosignature that was received. */
  readonly cosigned: ReadonlyMap<string, number>;
  /** Since when the log is ahead of its newest anchor, and the size of that anchor. */
  readonly unanchored: { readonly size: bigint; readonly sinceSeconds: number } | undefined;
}

/** Tolerated difference between the clocks of a witness and of the auditor. */
const MAX_AHEAD_SECONDS = 300;

export function initialLiveness(nowSeconds: number): Liveness {
  return { startSeconds: nowSeconds, cosigned: new Map(), unanchored: undefined };
}

/** Whether the cosignatures meet the quorum of the policy, and all of them verify. */
export function judgeCosignatures(note: Note, policy: WitnessPolicy | undefined): AuditProblem[] {
  if (policy === undefined || policy.quorum === 'none') return [];
  const check = checkCosignatures(
    note,
    policy.witnesses.map(({ key }) => key),
  );
  if (check.status === 'forged') {
    const { name } = policy.witnesses.find(({ key }) => key === check.key)!;
    return [contradiction('cosignature-wrong', `checkpoint, witness ${name}`)];
  }
  const cosigned = new Set(check.cosignatures.map(({ key }) => key));
  if (isQuorumMet(policy.quorum, cosigned)) return [];
  const names = policy.witnesses.filter(({ key }) => cosigned.has(key)).map(({ name }) => name);
  return [unknown('too-few-cosignatures', 'checkpoint', describeQuorum(policy.quorum), names.join(',') || '-')];
}

/** Adds the checkpoint and the anchors that a pass has received. */
export function updateLiveness(
  liveness: Liveness,
  nowSeconds: number,
  received: { readonly note: Note; readonly size: bigint },
  policy: WitnessPolicy | undefined,
  history: AnchorHistory,
): Liveness {
  const cosigned = new Map(liveness.cosigned);
  for (const [name, seconds] of plausibleTimes(received.note, policy, nowSeconds)) {
    cosigned.set(name, Math.max(seconds, cosigned.get(name) ?? 0));
  }
  const unanchored =
    history.finalBlock === undefined
      ? liveness.unanchored
      : unanchoredSince(liveness, nowSeconds, received.size, history);
  return { startSeconds: liveness.startSeconds, cosigned, unanchored };
}

/**
 * Problems for everything older than `maxAgeSeconds`, and for cosignatures whose time is in the
 * future.
 */
export function judgeLiveness(
  { startSeconds, cosigned, unanchored }: Liveness,
  nowSeconds: number,
  maxAgeSeconds: number,
  note: Note,
  policy: WitnessPolicy | undefined,
): AuditProblem[] {
  const isOld = (seconds: number) => nowSeconds - seconds > maxAgeSeconds;
  const problems: AuditProblem[] = [];
  const times = [...plausibleTimes(note, policy, nowSeconds).values()];
  const limit = `<= ${maxAgeSeconds} s`;
  if (times.length > 0 && times.every(isOld)) {
    problems.push(unknown('checkpoint-stale', 'checkpoint', limit, age(nowSeconds, Math.max(...times))));
  } else {
    for (const { name } of requiredWitnesses(policy)) {
      const seconds = cosigned.get(name) ?? startSeconds;
      if (isOld(seconds)) problems.push(unknown('witness-silent', `witness ${name}`, limit, age(nowSeconds, seconds)));
    }
  }
  for (const [name, seconds] of cosignatureTimes(note, policy)) {
    const aheadSeconds = Math.floor(seconds - nowSeconds);
    if (aheadSeconds <= MAX_AHEAD_SECONDS) continue;
    const where = `witness ${name}`;
    problems.push(unknown('cosignature-in-future', where, `<= ${MAX_AHEAD_SECONDS} s`, `${aheadSeconds} s`));
  }
  if (unanchored !== undefined && isOld(unanchored.sinceSeconds)) {
    const where = `chain, size ${unanchored.size}`;
    problems.push(unknown('anchor-overdue', where, limit, age(nowSeconds, unanchored.sinceSeconds)));
  }
  return problems;
}

function unanchoredSince(
  { unanchored }: Liveness,
  nowSeconds: number,
  logSize: bigint,
  { anchors }: AnchorHistory,
): Liveness['unanchored'] {
  const size = anchors.at(-1)?.size ?? 0n;
  if (logSize <= size) return undefined;
  return unanchored?.size === size ? unanchored : { size, sinceSeconds: nowSeconds };
}

/** Without times in the future, which would hide a witness's silence until then. */
function plausibleTimes(
  note: Note,
  policy: WitnessPolicy | undefined,
  nowSeconds: number,
): ReadonlyMap<string, number> {
  const times = [...cosignatureTimes(note, policy)];
  return new Map(times.filter(([, seconds]) => Math.floor(seconds - nowSeconds) <= MAX_AHEAD_SECONDS));
}

function cosignatureTimes(note: Note, policy: WitnessPolicy | undefined): ReadonlyMap<string, number> {
  const witnesses = requiredWitnesses(policy);
  const check = checkCosignatures(
    note,
    witnesses.map(({ key }) => key),
  );
  if (check.status === 'forged') return new Map();
  return new Map(
    check.cosignatures.map(({ key, timeSeconds }) => [
      witnesses.find((witness) => witness.key === key)!.name,
      Number(timeSeconds),
    ]),
  );
}

function requiredWitnesses(policy: WitnessPolicy | undefined): WitnessPolicy['witnesses'] {
  return policy === undefined || policy.quorum === 'none' ? [] : policy.witnesses;
}

function age(nowSeconds: number, seconds: number): string {
  return `${Math.floor(nowSeconds - seconds)} s`;
}
