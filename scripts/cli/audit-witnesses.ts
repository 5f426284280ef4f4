import { type Problem, unknown } from '../../src/audit/problem.ts';
import { readWitnessNote, type WitnessNote } from '../../src/audit/witness-notes.ts';
import { ServiceProblem, ServiceUnreachable } from '../../src/client/http.ts';
import { fetchWitnessNote, isPlainAddress } from '../../src/client/witness-note.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import type { PolicyWitness } from '../../src/protocol/witness-policy.ts';

/** What the witnesses of the policy were shown. One that has seen nothing of this log says nothing. */
export async function askWitnesses(
  trust: Trust,
  signal?: AbortSignal,
): Promise<{ readonly notes: readonly WitnessNote[]; readonly problems: readonly Problem[] }> {
  const answers = await Promise.all(
    (trust.witnessPolicy?.witnesses ?? []).map((witness) => askWitness(trust, witness, signal)),
  );
  const given = answers.filter((answer) => answer !== undefined);
  return {
    notes: given.filter((answer) => 'note' in answer),
    problems: given.filter((answer) => 'kind' in answer),
  };
}

async function askWitness(
  trust: Trust,
  { name, url }: PolicyWitness,
  signal: AbortSignal | undefined,
): Promise<WitnessNote | Problem | undefined> {
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
