import { checkCosignatures, type Cosignature } from '../note/cosignature.ts';
import type { TlogProof } from '../note/tlog-proof.ts';
import type { Trust } from '../trust.ts';
import { checkNote, type VerifySignature } from '../note/vkey.ts';
import { describeQuorum, isQuorumMet, type PolicyWitness } from '../note/witness-policy.ts';
import { fail, type StepResult, NOT_ASKED, PASS, unknown } from './report.ts';

/** The cosignatures of the checkpoint meet the quorum of the trust file's witness policy. */
export function judgeWitnesses(
  { note, checkpoint }: TlogProof,
  trust: Trust | undefined,
  verify?: VerifySignature,
): StepResult {
  const policy = trust?.witnessPolicy;
  if (trust === undefined || policy === undefined || policy.quorum === 'none') return NOT_ASKED;
  if (checkpoint.origin !== trust.log.origin) return unknown('origin-unknown');
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
