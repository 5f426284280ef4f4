import type { Anchor } from '../protocol/anchor.ts';
import { canonicalJson, isJsonObject, type Json } from '../protocol/json.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { type ParsedReceipt, readReceipt } from '../protocol/receipt.ts';
import type { TlogProof } from '../protocol/tlog-proof.ts';
import { countedKeys, keysForSize, type Trust } from '../protocol/trust.ts';
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
 * Puts the anchor of `newer` into `older`: same header and index, both signed by a key that is trusted, and a tree that extends the other's,
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
  // an anchor that came too late for a revoked key is worth no more than none
  const anchored = isAnchoredTooLate(old, trust) ? null : anchorOf(old);
  if (anchored !== null && proofsOf(anchored) === ALL_PROOFS) return { outcome: 'complete' };
  for (const receipt of [old, fresh]) {
    // One that waits for its anchor may be replaced though its key was revoked meanwhile: the tree of the other contains it.
    const isWaiting = receipt === old && anchored === null;
    const { steps } = verifyReceipt({
      receipt,
      trust: { source: 'file', value: trust },
      ...(verifySignature && { verifySignature }),
    });
    const problem = logProblem(
      steps.filter((step) => !(step.code === 'key-revoked' && (isWaiting || statesGoodBlock(receipt, trust)))),
    );
    if (problem !== undefined) return problem;
  }
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
  if (anchored !== null && proofsOf(fresh.anchor.value) <= proofsOf(anchored)) return { outcome: 'complete' };
  if (fresh.anchor.value === null) return { outcome: 'pending' };
  return { outcome: 'upgraded', receipt: merged(older, newer) };
}

/** By the block that its anchor states no key of its size counts any more. Whether it stands there is for a verification to say. */
export function isAnchoredTooLate(receipt: ParsedReceipt, trust: Trust): boolean {
  const anchor = anchorOf(receipt);
  if (anchor === null || keysForSize(trust, anchor.size).length === 0) return false;
  return countedKeys(trust, anchor.size, anchor.blockNumber).length === 0;
}

function statesGoodBlock(receipt: ParsedReceipt, trust: Trust): boolean {
  return anchorOf(receipt) !== null && !isAnchoredTooLate(receipt, trust);
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
