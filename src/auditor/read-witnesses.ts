import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { readWitnessNote, type WitnessNote } from '../audit/witness-notes.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { fetchWitnessNote, isPlainAddress } from '../client/witness-note.ts';
import type { Trust } from '../protocol/trust.ts';
import type { PolicyWitness } from '../protocol/note/witness-policy.ts';

/**
 * What the witnesses of the policy were shown. One that has seen nothing of this log says nothing.
 */
export async function readWitnesses(
  trust: Trust,
  signal?: AbortSignal,
): Promise<{ readonly notes: readonly WitnessNote[]; readonly problems: readonly AuditProblem[] }> {
  const answers = await Promise.all(
    (trust.witnessPolicy?.witnesses ?? []).map((witness) => readWitness(trust, witness, signal)),
  );
  const given = answers.filter((answer) => answer !== undefined);
  return {
    notes: given.filter((answer) => 'note' in answer),
    problems: given.filter((answer) => 'kind' in answer),
  };
}

async function readWitness(
  trust: Trust,
  { name, url }: PolicyWitness,
  signal: AbortSignal | undefined,
): Promise<WitnessNote | AuditProblem | undefined> {
  if (url === undefined) return undefined;
  if (!isPlainAddress(url)) return unknown('witness-unreachable', `witness ${name}`);
  try {
    const source = await fetchWitnessNote(url, trust.log.origin, signal);
    return source === undefined ? undefined : readWitnessNote(name, source, trust);
  } catch (error) {
    if (error instanceof ServiceUnreachable) return unknown('witness-unreachable', `witness ${name}`);
    if (error instanceof ServiceProblem) {
      return unknown('witness-answer-wrong', `witness ${name}`, undefined, error.code);
    }
    throw error;
  }
}
