import { type Anchor, formatAnchor } from '../protocol/chain/anchor.ts';
import { type Endorsement, MAX_ENDORSEMENTS } from '../protocol/chain/endorsement.ts';
import { canonicalJson, isJsonObject, type Json } from '../protocol/encoding/json.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { type ParsedReceipt, readReceipt } from '../protocol/receipt.ts';
import type { TlogProof } from '../protocol/note/tlog-proof.ts';
import { keysValidAt, keysForSize, type Trust } from '../protocol/trust.ts';
import { judgeEmbedded } from '../protocol/verify/endorsement-step.ts';
import type { Step, StepName } from '../protocol/verify/report.ts';
import { verifyReceipt } from '../protocol/verify/verifier.ts';
import type { VerifySignature } from '../protocol/note/vkey.ts';
import type { LogClient } from '../client/log.ts';

/**
 * What comes of comparing a receipt with a newer one of the same record. `contradiction`: both
 * cannot be true of one log, so both must be kept. `undecided`: something to judge by is missing;
 * the old receipt stays as it is.
 */
export type Upgrade =
  | { readonly outcome: 'upgraded'; readonly receipt: Json }
  | { readonly outcome: 'complete' | 'pending' }
  | { readonly outcome: 'contradiction' | 'undecided'; readonly code: string };

/** What a receipt must show before it may take another's place, or be replaced. */
const LOG_STEPS: readonly StepName[] = ['record-root', 'inclusion', 'log-signature'];
/**
 * What a newer receipt must not say wrongly before it is taken over: nobody is asked, so there is
 * no more than that to know.
 */
const CHAIN_STEPS: readonly StepName[] = ['anchor', 'endorsement', 'not-before'];

/**
 * Puts the anchor of `newer` into `older`, or what `newer` has more: proofs, endorsements, the
 * witnesses that the trust file demands. Both must have the same header and index, be signed by a
 * key that is trusted, and the tree of one must extend the other's, computed from tiles. What
 * `older` withholds stays withheld, and no endorsement is lost that covers the anchor which is
 * taken over. Network errors of `log` pass through.
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
  const trusted = { source: 'file', value: trust } as const;
  const stepsOf = (receipt: ParsedReceipt) =>
    verifyReceipt({ receipt, trust: trusted, ...(verifySignature && { verifySignature }) }).steps;
  const oldSteps = stepsOf(old);
  const isLacking = lacksWitnesses(oldSteps);
  const isFull = anchored !== null && proofsOf(anchored) === ALL_PROOFS;
  if (isFull && !isLacking && added(anchored, anchorOf(fresh)).length === 0) return { outcome: 'complete' };
  const freshSteps = stepsOf(fresh);
  // One that waits for its anchor may be replaced though its key was revoked meanwhile: the tree of
  // the other contains it.
  const mayBeRevoked = anchored === null || statesGoodBlock(old, trust);
  const problem =
    logProblem(withoutRevocation(oldSteps, mayBeRevoked)) ??
    logProblem(withoutRevocation(freshSteps, statesGoodBlock(fresh, trust)));
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
  const chain = chainProblem(freshSteps); // after the trees: two of one log are the graver thing
  if (chain !== undefined) return chain;
  const newest = fresh.anchor.value;
  if (newest === null) return { outcome: anchored === null ? 'pending' : 'complete' };
  if (anchored === null) return { outcome: 'upgraded', receipt: merged(older, newer, newest) };
  const more = added(anchored, newest);
  const hasMoreProofs = proofsOf(newest) > proofsOf(anchored);
  const isBetter = hasMoreProofs || (isLacking && !lacksWitnesses(freshSteps));
  if (!isBetter && more.length === 0) return { outcome: 'complete' };
  if (!isSameEvent(anchored, newest)) {
    if (!isBetter) return { outcome: 'complete' };
    return { outcome: 'upgraded', receipt: merged(older, newer, withCovering(newest, anchored, trust)) };
  }
  const endorsements = [...(anchored.endorsements ?? []), ...more].slice(0, MAX_ENDORSEMENTS);
  const anchor = { ...(hasMoreProofs ? newest : anchored), ...(endorsements.length > 0 && { endorsements }) };
  return { outcome: 'upgraded', receipt: merged(older, newer, anchor) };
}

/**
 * By the block that its anchor states no key of its size counts any more. Whether it stands there
 * is for a verification to say.
 */
export function isAnchoredTooLate(receipt: ParsedReceipt, trust: Trust): boolean {
  const anchor = anchorOf(receipt);
  if (anchor === null || keysForSize(trust, anchor.size).length === 0) return false;
  return keysValidAt(trust, anchor.size, anchor.blockNumber).length === 0;
}

function statesGoodBlock(receipt: ParsedReceipt, trust: Trust): boolean {
  return anchorOf(receipt) !== null && !isAnchoredTooLate(receipt, trust);
}

function withoutRevocation(steps: readonly Step[], mayBeRevoked: boolean): readonly Step[] {
  return mayBeRevoked ? steps.filter(({ code }) => code !== 'key-revoked') : steps;
}

/**
 * Whichever of the two is larger: the first anchor that covers a record may be of a smaller tree
 * than its receipt.
 */
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

function chainProblem(steps: readonly Step[]): Upgrade | undefined {
  const wrong = steps.find(({ step, status }) => CHAIN_STEPS.includes(step) && status === 'fail');
  return wrong && { outcome: 'undecided', code: wrong.code };
}

/** A later anchor, or a later cosignature, may bring what the trust file demands. */
function lacksWitnesses(steps: readonly Step[]): boolean {
  return steps.some(({ code }) => code === 'too-few-cosignatures');
}

function anchorOf({ anchor }: ParsedReceipt): Anchor | null {
  return 'value' in anchor ? anchor.value : null;
}

const ALL_PROOFS = 2;

/**
 * How much of an anchor can be verified without a node: its block and event, and the earlier block
 * of the record.
 */
function proofsOf(anchor: Anchor | null): number {
  return Number(anchor?.receiptProof !== undefined) + Number(anchor?.notBeforeHeader !== undefined);
}

/** Endorsements that the newer receipt has of endorsers who were not among the older one's. */
function added(older: Anchor, newer: Anchor | null): Endorsement[] {
  const known = new Set(older.endorsements?.map(({ endorser }) => endorser));
  return (newer?.endorsements ?? []).filter(({ endorser }) => !known.has(endorser));
}

/**
 * Another anchor, with those endorsements of the one before that cover it too: an endorsement of a
 * larger tree, later on the same log's place on the chain.
 */
function withCovering(newest: Anchor, before: Anchor, trust: Trust): Anchor {
  if (!isSameLog(newest, before)) return newest;
  const endorsements = added(newest, before).reduce((kept, endorsement) => {
    const more = [...kept, endorsement];
    return judgeEmbedded({ ...newest, endorsements: more }, trust).contradiction === undefined ? more : kept;
  }, newest.endorsements ?? []);
  return endorsements.length === 0 ? newest : { ...newest, endorsements: endorsements.slice(0, MAX_ENDORSEMENTS) };
}

function isSameLog(a: Anchor, b: Anchor): boolean {
  const ids = [a, b].map(
    ({ chainId, genesisHash, contract, logId }) => `${chainId} ${genesisHash} ${contract} ${logId}`,
  );
  return ids[0] === ids[1];
}

function isSameEvent(a: Anchor, b: Anchor): boolean {
  return a.logId === b.logId && a.size === b.size && a.blockHash === b.blockHash && a.txHash === b.txHash;
}

/** The record as the holder has it, the proof as it is now, and this anchor. */
function merged(older: Json, newer: Json, anchor: Anchor): Json {
  if (!isJsonObject(older) || !isJsonObject(newer)) return newer;
  return { ...older, proof: newer['proof']!, anchor: formatAnchor(anchor) };
}
