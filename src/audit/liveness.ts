import { checkCosignatures } from '../protocol/note/cosignature.ts';
import type { Note } from '../protocol/note/note.ts';
import { describeQuorum, isQuorumMet, type WitnessPolicy } from '../protocol/note/witness-policy.ts';
import type { AnchorHistory } from './anchor-history.ts';
import { contradiction, type AuditProblem, unknown } from './audit-problem.ts';

/**
 * Signs of life: who has cosigned, how long ago, and whether anchors follow. A log that nobody sees
 * any more is in order as far as it goes; so these problems keep nobody from remembering what was
 * audited.
 */
export interface Liveness {
  /**
   * When the watch began, in Unix seconds: a witness that was never seen has been silent since
   * then.
   */
  readonly begunSeconds: number;
  /**
   * By the witness's name in the policy, the newest time that it has put under a checkpoint shown
   * to us.
   */
  readonly cosigned: ReadonlyMap<string, number>;
  /** Since when the log is ahead of its newest anchor, and of which size that is. */
  readonly unanchored?: { readonly size: bigint; readonly sinceSeconds: number };
}

/** Clocks may differ so much. */
const MAX_AHEAD_SECONDS = 300;

export function initialLiveness(nowSeconds: number): Liveness {
  return { begunSeconds: nowSeconds, cosigned: new Map() };
}

/** Whether those whom the policy demands have cosigned. */
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

/** The signs with what a pass has seen. */
export function updateLiveness(
  signs: Liveness,
  nowSeconds: number,
  shown: { readonly note: Note; readonly size: bigint },
  policy: WitnessPolicy | undefined,
  history: AnchorHistory,
): Liveness {
  const cosigned = new Map(signs.cosigned);
  for (const [name, seconds] of pastTimes(shown.note, policy, nowSeconds)) {
    cosigned.set(name, Math.max(seconds, cosigned.get(name) ?? 0));
  }
  const unanchored =
    history.finalBlock === undefined ? signs.unanchored : aheadOfAnchors(signs, nowSeconds, shown, history);
  return { begunSeconds: signs.begunSeconds, cosigned, ...(unanchored && { unanchored }) };
}

/** What is older than `maxAgeSeconds`. */
export function judgeLiveness(
  { begunSeconds, cosigned, unanchored }: Liveness,
  nowSeconds: number,
  maxAgeSeconds: number,
  note: Note,
  policy: WitnessPolicy | undefined,
): AuditProblem[] {
  const isOld = (seconds: number) => nowSeconds - seconds > maxAgeSeconds;
  const problems: AuditProblem[] = [];
  const times = [...pastTimes(note, policy, nowSeconds).values()];
  const limit = `<= ${maxAgeSeconds} s`;
  if (times.length > 0 && times.every(isOld)) {
    problems.push(unknown('checkpoint-stale', 'checkpoint', limit, age(nowSeconds, Math.max(...times))));
  } else {
    for (const { name } of witnessesOf(policy)) {
      const seconds = cosigned.get(name) ?? begunSeconds;
      if (isOld(seconds)) problems.push(unknown('witness-silent', `witness ${name}`, limit, age(nowSeconds, seconds)));
    }
  }
  for (const [name, seconds] of cosignedAt(note, policy)) {
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

function aheadOfAnchors(
  { unanchored }: Liveness,
  nowSeconds: number,
  shown: { readonly size: bigint },
  { anchors }: AnchorHistory,
): Liveness['unanchored'] {
  const size = anchors.at(-1)?.size ?? 0n;
  if (shown.size <= size) return undefined;
  return unanchored?.size === size ? unanchored : { size, sinceSeconds: nowSeconds };
}

/** A time that is yet to come is no sign of life: it would hide a silence until then. */
function pastTimes(note: Note, policy: WitnessPolicy | undefined, nowSeconds: number): ReadonlyMap<string, number> {
  const times = [...cosignedAt(note, policy)];
  return new Map(times.filter(([, seconds]) => Math.floor(seconds - nowSeconds) <= MAX_AHEAD_SECONDS));
}

function cosignedAt(note: Note, policy: WitnessPolicy | undefined): ReadonlyMap<string, number> {
  const witnesses = witnessesOf(policy);
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

function witnessesOf(policy: WitnessPolicy | undefined): WitnessPolicy['witnesses'] {
  return policy === undefined || policy.quorum === 'none' ? [] : policy.witnesses;
}

function age(nowSeconds: number, seconds: number): string {
  return `${Math.floor(nowSeconds - seconds)} s`;
}
