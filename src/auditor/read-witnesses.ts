import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { readWitnessNote, type WitnessNote } from '../audit/witness-notes.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { fetchWitnessNote } from '../client/witness-note.ts';
import { isPlainAddress } from '../protocol/encoding/http.ts';
import type { PolicyWitness } from '../protocol/note/witness-policy.ts';
import { newestPolicy, type Trust } from '../protocol/trust.ts';

export interface WitnessNotes {
  readonly notes: readonly WitnessNote[];
  readonly problems: readonly AuditProblem[];
  /** Witnesses with an address that show no checkpoint of this log there. */
  readonly pageless: readonly PolicyWitness[];
}

/**
 * Reads from each witness of the policy that has an address the newest checkpoint it received. Not
 * every witness program shows it: `askPagelessWitnesses` asks the others for their size.
 */
export async function readWitnesses(trust: Trust, signal: AbortSignal | undefined): Promise<WitnessNotes> {
  const answers = await Promise.all(
    (newestPolicy(trust)?.policy.witnesses ?? []).map((witness) => readWitness(trust, witness, signal)),
  );
  const given = answers.filter((answer) => answer !== undefined);
  return {
    notes: given.filter((answer) => 'note' in answer),
    problems: given.filter((answer) => 'kind' in answer),
    pageless: given.filter((answer) => 'key' in answer),
  };
}

async function readWitness(
  trust: Trust,
  witness: PolicyWitness,
  signal: AbortSignal | undefined,
): Promise<WitnessNote | AuditProblem | PolicyWitness | undefined> {
  const { name, url } = witness;
  if (url === undefined) return undefined;
  if (!isPlainAddress(url)) return unknown('witness-unreachable', `witness ${name}`);
  try {
    const source = await fetchWitnessNote(url, trust.log.origin, signal);
    return source === undefined ? witness : readWitnessNote(name, source, trust);
  } catch (error) {
    if (error instanceof ServiceUnreachable) return unknown('witness-unreachable', `witness ${name}`);
    if (error instanceof ServiceProblem) {
      return unknown('witness-answer-wrong', `witness ${name}`, undefined, error.code);
    }
    throw error;
  }
}
