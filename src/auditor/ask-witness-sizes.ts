import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import type { Service } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import { submitCheckpoint, type WitnessAnswer } from '../client/witness-note.ts';
import { sizeQuestion } from '../protocol/note/add-checkpoint.ts';
import { checkCosignatures } from '../protocol/note/cosignature.ts';
import { formatNote } from '../protocol/note/note.ts';
import type { PolicyWitness } from '../protocol/note/witness-policy.ts';
import type { Platform } from './ports.ts';
import type { SignedCheckpoint } from './read-checkpoint.ts';
import { serviceProblem } from './service-problem.ts';

/** Longer than a log takes to publish a checkpoint after its witnesses have cosigned it. */
const PUBLICATION_MS = 2000;

/**
 * Asks the witnesses that show no checkpoint for the size that they remember of the log.
 *
 * - One that remembers a larger tree than the log shows, also a moment later, has seen what the log
 *   has lost or hides.
 * - To one that remembers a smaller tree it is proven, by the tiles, that the log extends it: one
 *   that was put back and has grown again does not.
 * - One that cosigned the shown checkpoint and remembers none, or a smaller one, has no memory that
 *   can be compared.
 */
export async function askPagelessWitnesses(
  service: Service,
  witnesses: readonly PolicyWitness[],
  signed: SignedCheckpoint,
  { hasher, clock }: Platform,
): Promise<AuditProblem[]> {
  const log = new LogClient(service, hasher);
  const { size } = signed.checkpoint;
  const note = formatNote(signed.note);
  const submit = async (url: string, oldSize: bigint): Promise<WitnessAnswer> => {
    if (oldSize === size) return submitCheckpoint(url, { ...sizeQuestion({ size, note }), size }, service.signal);
    const proof = await log.consistencyProof(oldSize, size);
    return submitCheckpoint(url, { oldSize, proof, note, size }, service.signal);
  };
  const ask = async (witness: PolicyWitness): Promise<AuditProblem[]> => {
    const where = `witness ${witness.name}`;
    const answer = await submit(witness.url!, size);
    if (answer.outcome === 'unreachable') return [unknown('witness-unreachable', where)];
    if (answer.outcome === 'disagrees') return [unknown('witness-disagrees', where)];
    const remembered = 'size' in answer ? answer.size : 0n;
    if (remembered < size && hasCosigned(witness, signed)) return [unknown('witness-shows-nothing', where)];
    if (remembered === size || remembered === 0n) return [];
    if (remembered < size) {
      const extended = await submit(witness.url!, remembered);
      return extended.outcome === 'disagrees' ? [unknown('witness-disagrees', where)] : [];
    }
    await clock.pause(PUBLICATION_MS, service.signal);
    const published = (await log.checkpoint()).checkpoint.size;
    return remembered <= published ? [] : [unknown('witness-ahead', where, `>= ${remembered}`, published.toString())];
  };
  const orProblem = async (witness: PolicyWitness): Promise<AuditProblem[]> => {
    try {
      return await ask(witness);
    } catch (error) {
      return [serviceProblem(error, 'page-unavailable', `witness ${witness.name}`)];
    }
  };
  return (await Promise.all(witnesses.map(orProblem))).flat();
}

function hasCosigned({ key }: PolicyWitness, { note }: SignedCheckpoint): boolean {
  const check = checkCosignatures(note, [key]);
  return check.status === 'checked' && check.cosignatures.length > 0;
}
