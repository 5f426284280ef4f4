import type { LogClient } from '../client/log.ts';
import { type Anchor, formatAnchor } from '../protocol/chain/anchor.ts';
import { equalBytes } from '../protocol/encoding/bytes.ts';
import { type Endorsement, MAX_ENDORSEMENTS } from '../protocol/chain/endorsement.ts';
import { canonicalJson, isJsonObject, type Json } from '../protocol/encoding/json.ts';
import { rootWithin } from '../protocol/merkle/consistency.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { TlogProof } from '../protocol/note/tlog-proof.ts';
import type { VerifySignature } from '../protocol/note/vkey.ts';
import { type ParsedReceipt, readReceipt } from '../protocol/receipt.ts';
import { keysForSize, keysValidAt, policyForSize, type Trust } from '../protocol/trust.ts';
import type { ChosenTrust } from '../protocol/verify/chosen-trust.ts';
import { judgeEmbedded } from '../protocol/verify/endorsement-step.ts';
import type { Step, StepName } from '../protocol/verify/report.ts';
import { LOG_STEPS } from '../protocol/verify/verdict.ts';
import { verifyReceipt } from '../protocol/verify/verifier.ts';

/**
 * The outcome of comparing a receipt with a newer one of the same record. `contradiction`: both
 * cannot be true of one log, so both must be kept. `undecided`: something to judge by is missing;
 * the old receipt stays as it is.
 */
export type Upgrade =
  | { readonly outcome: 'upgraded'; readonly receipt: Json }
  | { readonly outcome: 'complete' | 'pending' }
  | { readonly outcome: 'contradiction' | 'undecided'; readonly code: string };

/**
 * The steps that a newer receipt must not fail before it is taken over. No node is asked, so no
 * more than a failure can be known.
 */
const CHAIN_STEPS: readonly StepName[] = ['anchor', 'endorsement', 'not-before'];
/** Block and event of the anchor, and the earlier block that the record refers to. */
const ALL_PROOFS = 2;

/** A receipt with the steps that can be judged without asking anyone. */
interface JudgedReceipt {
  readonly receipt: ParsedReceipt;
  readonly steps: readonly Step[];
}

/**
 * Puts the anchor of `newer` into `older`, or whatever `newer` has more: proofs, endorsements, the
 * witnesses that the trust file requires. Both must have the same header and index and be signed by
 * a trusted key, and the tree of one must extend that of the other, which is computed from tiles.
 * What `older` withholds stays withheld, and no endorsement is lost that covers the anchor which is
 * taken over.
 *
 * @param older the receipt as its holder has it
 * @param newer the receipt as the service gives it now
 * @param chosen the trust file that both are judged by, and whose word it is
 * @param log reads the tiles that connect both trees
 * @param hasher computes the nodes of the tree
 * @param verifySignature verifies Ed25519; undefined: the portable implementation
 * @returns the outcome, with the receipt to keep where there is a better one
 * @throws ServiceProblem, ServiceUnreachable where `log` cannot read the tiles
 * @throws ProtocolError where one of both is not a receipt at all
 */
export async function upgradeReceipt(
  older: Json,
  newer: Json,
  chosen: ChosenTrust,
  log: LogClient,
  hasher: TreeHasher,
  verifySignature?: VerifySignature,
): Promise<Upgrade> {
  const { value: trust } = chosen;
  const judge = (json: Json): JudgedReceipt => {
    const receipt = readReceipt(json);
    return { receipt, steps: verifyReceipt({ receipt, trust: chosen, verifySignature }).steps };
  };
  const old = judge(older);
  // An anchor that came too late for a revoked key is worth no more than none.
  const anchored = isAnchoredTooLate(old.receipt, trust) ? null : anchorOf(old.receipt);
  if (isComplete(anchored, old, readReceipt(newer), chosen)) return { outcome: 'complete' };
  const fresh = judge(newer);
  const problem = logProblem(old, fresh, anchored, trust) ?? (await recordProblem(old, fresh, log, hasher));
  if (problem !== undefined) return problem;
  if ('error' in fresh.receipt.anchor) return { outcome: 'undecided', code: fresh.receipt.anchor.error.code };
  // After the trees: two of one log are the graver finding.
  const chain = fresh.steps.find(({ step, status }) => CHAIN_STEPS.includes(step) && status === 'fail');
  if (chain !== undefined) return { outcome: 'undecided', code: chain.code };
  const isBetterWitnessed = lacksWitnesses(old, chosen) && !lacksWitnesses(fresh, chosen);
  const anchor = chooseAnchor(anchored, fresh.receipt.anchor.value, isBetterWitnessed, trust);
  return typeof anchor === 'string'
    ? { outcome: anchor }
    : { outcome: 'upgraded', receipt: merge(older, newer, anchor) };
}

/**
 * Whether, by the block that its anchor states, no key of its size is valid any more. Whether the
 * anchor is in that block is decided by a verification.
 */
function isAnchoredTooLate(receipt: ParsedReceipt, trust: Trust): boolean {
  const anchor = anchorOf(receipt);
  if (anchor === null || keysForSize(trust, anchor.size).length === 0) return false;
  return keysValidAt(trust, anchor.size, anchor.blockNumber).length === 0;
}

/** Whether the older receipt has everything that a newer one could add. */
function isComplete(anchored: Anchor | null, old: JudgedReceipt, fresh: ParsedReceipt, chosen: ChosenTrust): boolean {
  const hasAllProofs = anchored !== null && countProofs(anchored) === ALL_PROOFS;
  return hasAllProofs && !lacksWitnesses(old, chosen) && addedEndorsements(anchored, anchorOf(fresh)).length === 0;
}

/** What each of both lacks as a receipt of this log. */
function logProblem(
  old: JudgedReceipt,
  fresh: JudgedReceipt,
  anchored: Anchor | null,
  trust: Trust,
): Upgrade | undefined {
  // A receipt that waits for its anchor may be replaced though its key was revoked meanwhile: the
  // tree of the newer one contains its own.
  const mayBeRevoked = anchored === null || hasTimelyAnchor(old.receipt, trust);
  return (
    failedLogStep(withoutRevocation(old.steps, mayBeRevoked)) ??
    failedLogStep(withoutRevocation(fresh.steps, hasTimelyAnchor(fresh.receipt, trust)))
  );
}

/** What keeps both from being receipts of one record in one append-only tree. */
async function recordProblem(
  old: JudgedReceipt,
  fresh: JudgedReceipt,
  log: LogClient,
  hasher: TreeHasher,
): Promise<Upgrade | undefined> {
  const [a, b] = [old.receipt, fresh.receipt];
  if (!('value' in a.record && 'value' in b.record && 'value' in a.proof && 'value' in b.proof)) {
    return { outcome: 'undecided', code: 'shape-wrong' };
  }
  const headers = [a.record.value.header, b.record.value.header].map((header) => canonicalJson({ ...header }));
  if (headers[0] !== headers[1]) return { outcome: 'contradiction', code: 'header-differs' };
  if (a.proof.value.index !== b.proof.value.index) return { outcome: 'contradiction', code: 'index-differs' };
  return treeProblem(a.proof.value, b.proof.value, log, hasher);
}

/**
 * The anchor that the upgraded receipt gets. Otherwise why there is no upgrade: `pending` where
 * neither receipt has an anchor, `complete` where the newer one adds nothing.
 */
function chooseAnchor(
  anchored: Anchor | null,
  newest: Anchor | null,
  isBetterWitnessed: boolean,
  trust: Trust,
): Anchor | 'pending' | 'complete' {
  if (newest === null) return anchored === null ? 'pending' : 'complete';
  if (anchored === null) return newest;
  const more = addedEndorsements(anchored, newest);
  const hasMoreProofs = countProofs(newest) > countProofs(anchored);
  const isBetter = hasMoreProofs || isBetterWitnessed;
  if (!isBetter && more.length === 0) return 'complete';
  if (!isSameEvent(anchored, newest)) return isBetter ? withCovering(newest, anchored, trust) : 'complete';
  return withEndorsements(hasMoreProofs ? newest : anchored, [...(anchored.endorsements ?? []), ...more]);
}

function hasTimelyAnchor(receipt: ParsedReceipt, trust: Trust): boolean {
  return anchorOf(receipt) !== null && !isAnchoredTooLate(receipt, trust);
}

function withoutRevocation(steps: readonly Step[], mayBeRevoked: boolean): readonly Step[] {
  return mayBeRevoked ? steps.filter(({ code }) => code !== 'key-revoked') : steps;
}

function failedLogStep(steps: readonly Step[]): Upgrade | undefined {
  const step = steps.find(({ step: name, status }) => LOG_STEPS.includes(name) && status !== 'pass');
  if (step === undefined) return undefined;
  return { outcome: step.status === 'fail' ? 'contradiction' : 'undecided', code: step.code };
}

/**
 * Why the signed trees of both are not proven to be one. They contradict each other only where the
 * hashes of the service lead to the larger root and to another smaller one; hashes that lead to
 * neither are wrong themselves. Either receipt may have the larger tree: the first anchor that
 * covers a record may be of a smaller one than its receipt.
 */
async function treeProblem(
  a: TlogProof,
  b: TlogProof,
  log: LogClient,
  hasher: TreeHasher,
): Promise<Upgrade | undefined> {
  const [older, newer] =
    a.checkpoint.size <= b.checkpoint.size ? [a.checkpoint, b.checkpoint] : [b.checkpoint, a.checkpoint];
  const differ: Upgrade = { outcome: 'contradiction', code: 'trees-differ' };
  if (older.size === newer.size) return equalBytes(older.root, newer.root) ? undefined : differ;
  const path = await log.rootWithinPath(older.size, newer.size);
  const found = rootWithin(hasher, older.size, newer.size, newer.root, path);
  if (found === undefined) return { outcome: 'undecided', code: 'tree-proof-wrong' };
  return equalBytes(found, older.root) ? undefined : differ;
}

/** A later anchor, or a later cosignature, may bring what the trust file requires. */
function lacksWitnesses({ receipt, steps }: JudgedReceipt, chosen: ChosenTrust): boolean {
  const isOutdated = steps.some(({ code }) => code === 'policy-outdated') && !isPolicyInTime(receipt, chosen);
  return isOutdated || steps.some(({ code }) => code === 'too-few-cosignatures');
}

/**
 * Whether, by the block that its anchor states, an earlier witness policy counts: then a later
 * anchor would only say less about when the record was made.
 */
function isPolicyInTime(receipt: ParsedReceipt, { source, value: trust }: ChosenTrust): boolean {
  const anchor = anchorOf(receipt);
  const lastBlock = anchor === null ? undefined : policyForSize(trust, anchor.size)?.untilBlock;
  return source === 'file' && lastBlock !== undefined && anchor!.blockNumber <= lastBlock;
}

function anchorOf({ anchor }: ParsedReceipt): Anchor | null {
  return 'value' in anchor ? anchor.value : null;
}

/** How many of the proofs that replace a node the anchor brings. */
function countProofs({ receiptProof, notBeforeHeader }: Anchor): number {
  return Number(receiptProof !== undefined) + Number(notBeforeHeader !== undefined);
}

/** Endorsements of the newer anchor by endorsers that the older one does not have. */
function addedEndorsements(older: Anchor, newer: Anchor | null): Endorsement[] {
  const known = new Set(older.endorsements?.map(({ endorser }) => endorser));
  return (newer?.endorsements ?? []).filter(({ endorser }) => !known.has(endorser));
}

/**
 * Another anchor, with those endorsements of the one before that cover it too: endorsements of a
 * larger tree, later under the same log id on the chain.
 */
function withCovering(newest: Anchor, before: Anchor, trust: Trust): Anchor {
  if (!isSameLog(newest, before)) return newest;
  const endorsements = addedEndorsements(newest, before).reduce((kept, endorsement) => {
    const more = [...kept, endorsement];
    return judgeEmbedded({ ...newest, endorsements: more }, trust).contradiction === undefined ? more : kept;
  }, newest.endorsements ?? []);
  return withEndorsements(newest, endorsements);
}

function withEndorsements(anchor: Anchor, endorsements: readonly Endorsement[]): Anchor {
  return endorsements.length === 0 ? anchor : { ...anchor, endorsements: endorsements.slice(0, MAX_ENDORSEMENTS) };
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

/** The record as its holder has it, the proof as it is now, and this anchor. */
function merge(older: Json, newer: Json, anchor: Anchor): Json {
  if (!isJsonObject(older) || !isJsonObject(newer)) return newer;
  return { ...older, proof: newer['proof']!, anchor: formatAnchor(anchor) };
}
