import { checkCosignatures, type Cosignature } from '../note/cosignature.ts';
import { formatCheckpoint } from '../note/checkpoint.ts';
import type { Note } from '../note/note.ts';
import type { TlogProof } from '../note/tlog-proof.ts';
import { keysValidAt, newestPolicy, policyForSize, type SizedPolicy, type Trust } from '../trust.ts';
import { checkNote, type VerifySignature } from '../note/vkey.ts';
import { describeQuorum, isQuorumMet, type PolicyWitness, type WitnessPolicy } from '../note/witness-policy.ts';
import type { ChosenTrust } from './chosen-trust.ts';
import type { LaterTree } from './later-tree.ts';
import { fail, type StepResult, NOT_ASKED, PASS, unknown } from './report.ts';

/** What an earlier witness policy can rest on. */
export interface EarlierPolicyBasis {
  /** Number of the anchor's block where the step `anchor` passes. */
  readonly anchoredBlock: bigint | undefined;
  /** Trees that are proven to extend that of the receipt. */
  readonly later: readonly LaterTree[];
  readonly verify: VerifySignature | undefined;
}

/**
 * The cosignatures of the checkpoint meet the quorum of the witness policy that is in force or, for
 * a smaller size, of the one that was. The holder of the log key can sign a small size today, so an
 * earlier policy counts only in a trust file that is not the operator's word, and only
 *
 * - under an anchor in its last block or an earlier one, or
 * - where a checkpoint which meets the newest policy is proven to extend this one.
 */
export function judgeWitnesses(
  { note, checkpoint }: TlogProof,
  chosen: ChosenTrust | undefined,
  basis: EarlierPolicyBasis,
): StepResult {
  const newest = chosen && newestPolicy(chosen.value);
  if (newest === undefined) return NOT_ASKED;
  const { value: trust, source } = chosen!;
  const isInForce = checkpoint.size >= newest.fromSize;
  if (isInForce && newest.policy.quorum === 'none') return NOT_ASKED;
  if (checkpoint.origin !== trust.log.origin) return unknown('origin-unknown');
  const now = judgePolicy(note, newest.policy, basis.verify);
  if (isInForce || now.status !== 'unknown') return now;

  const earlier = policyForSize(trust, checkpoint.size);
  const then = earlier === undefined ? NOT_ASKED : judgePolicy(note, earlier.policy, basis.verify);
  if (then.status === 'fail' || then.status === 'unknown') return then;
  const { anchoredBlock } = basis;
  const lastBlock = earlier?.untilBlock;
  if (source === 'file') {
    const isInTime = lastBlock !== undefined && anchoredBlock !== undefined && anchoredBlock <= lastBlock;
    if (isInTime) return then;
    const later = basis.later.map((tree) => judgeLater(tree, trust, newest, basis.verify));
    const extended = later.find(({ status }) => status === 'pass');
    if (extended !== undefined) return extended;
  }
  return unknown('policy-outdated', lastBlock === undefined ? undefined : `<= ${lastBlock}`, anchoredBlock?.toString());
}

/** The log's checkpoint of a later tree meets the newest policy. */
function judgeLater(
  { note, size, root }: LaterTree,
  trust: Trust,
  { policy }: SizedPolicy,
  verify: VerifySignature | undefined,
): StepResult {
  if (note === undefined) return NOT_ASKED;
  const isOfTree = note.text === formatCheckpoint({ origin: trust.log.origin, size, root });
  const isSigned = isOfTree && checkNote(note, keysValidAt(trust, size, undefined), verify).status === 'signed';
  return isSigned ? judgePolicy(note, policy, verify) : NOT_ASKED;
}

/** `NOT_ASKED` where the policy requires no witness. */
function judgePolicy(note: Note, policy: WitnessPolicy, verify: VerifySignature | undefined): StepResult {
  if (policy.quorum === 'none') return NOT_ASKED;
  const logs = policy.logs.map(({ key }) => key);
  if (logs.length > 0 && checkNote(note, logs, verify).status !== 'signed') return unknown('log-not-in-policy');
  const keys = policy.witnesses.map(({ key }) => key);
  const check = checkCosignatures(note, keys, verify);
  if (check.status === 'forged') return fail('cosignature-wrong', undefined, check.key.name);
  const expected = describeQuorum(policy.quorum);
  const found = check.cosignatures.map((cosignature) => describe(cosignature, policy.witnesses)).join(',') || '-';
  const isMet = isQuorumMet(policy.quorum, new Set(check.cosignatures.map(({ key }) => key)));
  return isMet ? { ...PASS, expected, found } : unknown('too-few-cosignatures', expected, found);
}

/** The name of the witness in the policy and its time: `court@2026-11-26T06:00:00Z`. */
function describe({ key, timeSeconds }: Cosignature, witnesses: readonly PolicyWitness[]): string {
  const { name } = witnesses.find((witness) => witness.key === key)!;
  const time = new Date(Number(timeSeconds) * 1000);
  const text = Number.isNaN(time.getTime()) ? `${timeSeconds}s` : time.toISOString().replace('.000Z', 'Z');
  return `${name}@${text}`;
}
