import type { Anchor } from '../protocol/anchor.ts';
import { canonicalJson, isJsonObject, type Json } from '../protocol/json.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { type ParsedReceipt, readReceipt } from '../protocol/receipt.ts';
import type { TlogProof } from '../protocol/tlog-proof.ts';
import type { Trust } from '../protocol/trust.ts';
import type { Step, StepName } from '../protocol/verify/report.ts';
import { verifyReceipt } from '../protocol/verify/verifier.ts';
import type { VerifySignature } from '../protocol/vkey.ts';
import type { LogClient } from './log.ts';

/**
 * What comes of comparing a receipt with a newer one of the same record. `contradiction`: both cannot be true of one log, so both must be kept.
 * `undecided`: something to judge by is missing; the old receipt stays as it is.
 */
export type Upgrade =
  | { readonly outcome: 'upgraded'; readonly receipt: Json }
  | { readonly outcome: 'complete' | 'pending' }
  | { readonly outcome: 'contradiction' | 'undecided'; readonly code: string };

/** What a receipt must show before it may take another's place, or be replaced. */
const LOG_STEPS: readonly StepName[] = ['record-root', 'inclusion', 'log-signature'];

/**
 * Puts the anchor of `newer` into `older`, and the witnesses that the trust file demands: same header and index, both signed by a key that is trusted, and a tree that extends the other's,
 * computed from tiles. What `older` withholds stays withheld. Network errors of `log` pass through.
 */
export async function upgradeReceipt(
  older: Json,
  newer: Json,
  trust: Trust,
  log: LogClient,
  hasher: TreeHasher,
  verifySignature?: VerifySignature,
): Promise<Upgrade> {
  const [old, fresh] = [readReceipt(older), readReceipt(newer)];
  const anchored = anchorOf(old);
  const stepsOf = (receipt: ParsedReceipt) =>
    verifyReceipt({ receipt, trust: { source: 'file', value: trust }, ...(verifySignature && { verifySignature }) })
      .steps;
  const oldSteps = stepsOf(old);
  const isLacking = lacksWitnesses(oldSteps);
  if (anchored !== null && proofsOf(anchored) === ALL_PROOFS && !isLacking) return { outcome: 'complete' };
  const freshSteps = stepsOf(fresh);
  const problem = logProblem(oldSteps) ?? logProblem(freshSteps);
  if (problem !== undefined) return problem;
  if (!('value' in old.record && 'value' in fresh.record && 'value' in old.proof && 'value' in fresh.proof)) {
    return { outcome: 'undecided', code: 'shape-wrong' };
  }
  const headers = [old.record.value.header, fresh.record.value.header].map((header) => canonicalJson({ ...header }));
  if (headers[0] !== headers[1]) return { outcome: 'contradiction', code: 'header-differs' };
  const [oldProof, newProof] = [old.proof.value, fresh.proof.value];
  if (oldProof.index !== newProof.index) return { outcome: 'contradiction', code: 'index-differs' };
  if (!(await areConsistent(oldProof, newProof, log, hasher))) {
    return { outcome: 'contradiction', code: 'trees-differ' };
  }
  if ('error' in fresh.anchor) return { outcome: 'undecided', code: fresh.anchor.error.code };
  if (fresh.anchor.value === null) return { outcome: anchored === null ? 'pending' : 'complete' };
  const isBetter = isLacking && !lacksWitnesses(freshSteps);
  if (anchored !== null && !isBetter && proofsOf(fresh.anchor.value) <= proofsOf(anchored)) {
    return { outcome: 'complete' };
  }
  return { outcome: 'upgraded', receipt: merged(older, newer) };
}

/** Whichever of the two is larger: the first anchor that covers a record may be of a smaller tree than its receipt. */
async function areConsistent(a: TlogProof, b: TlogProof, log: LogClient, hasher: TreeHasher): Promise<boolean> {
  const [older, newer] =
    a.checkpoint.size <= b.checkpoint.size ? [a.checkpoint, b.checkpoint] : [b.checkpoint, a.checkpoint];
  const proof = await log.consistencyProof(older.size, newer.size);
  return verifyConsistency(hasher, older.size, newer.size, older.root, newer.root, proof);
}

function logProblem(steps: readonly Step[]): Upgrade | undefined {
  const step = steps.find(({ step: name, status }) => LOG_STEPS.includes(name) && status !== 'pass');
  if (step === undefined) return undefined;
  return { outcome: step.status === 'fail' ? 'contradiction' : 'undecided', code: step.code };
}

/** A later anchor, or a later cosignature, may bring what the trust file demands. */
function lacksWitnesses(steps: readonly Step[]): boolean {
  return steps.some(({ code }) => code === 'too-few-cosignatures');
}

function anchorOf({ anchor }: ParsedReceipt): Anchor | null {
  return 'value' in anchor ? anchor.value : null;
}

const ALL_PROOFS = 2;

/** How much of an anchor can be verified without a node: its block and event, and the earlier block of the record. */
function proofsOf(anchor: Anchor | null): number {
  return Number(anchor?.receiptProof !== undefined) + Number(anchor?.notBeforeHeader !== undefined);
}

/** The record as the holder has it, proof and anchor as they are now. */
function merged(older: Json, newer: Json): Json {
  if (!isJsonObject(older) || !isJsonObject(newer)) return newer;
  return { ...older, proof: newer['proof']!, anchor: newer['anchor']! };
}
