import { type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { LogClient } from '../client/log.ts';
import type { Service } from '../client/http.ts';
import { fetchWitnessSize } from '../client/witness-note.ts';
import { checkCosignatures } from '../protocol/note/cosignature.ts';
import { formatNote } from '../protocol/note/note.ts';
import type { PolicyWitness } from '../protocol/note/witness-policy.ts';
import type { Platform } from './ports.ts';
import type { SignedCheckpoint } from './read-checkpoint.ts';

/** Longer than a log takes to publish a checkpoint after its witnesses have cosigned it. */
const PUBLICATION_MS = 2000;

/**
 * Asks the witnesses that show no checkpoint for the size that they know of the log. One that knows
 * a larger tree than the log shows, also a moment later, has seen what the log has lost or hides.
 * One that cosigned the shown checkpoint and states no size, or a smaller one, is a witness whose
 * memory cannot be compared, and is reported.
 */
export async function askPagelessWitnesses(
  service: Service,
  witnesses: readonly PolicyWitness[],
  { note, checkpoint }: SignedCheckpoint,
  { hasher, clock }: Platform,
): Promise<AuditProblem[]> {
  const ask = async ({ name, key, url }: PolicyWitness): Promise<AuditProblem[]> => {
    const where = `witness ${name}`;
    const size = await fetchWitnessSize(url!, { size: checkpoint.size, note: formatNote(note) }, service.signal);
    if (size === 'unreachable') return [unknown('witness-unreachable', where)];
    if (size === checkpoint.size) return [];
    if (size === 'refused' || size < checkpoint.size) {
      const check = checkCosignatures(note, [key]);
      const isCosigner = check.status === 'checked' && check.cosignatures.length > 0;
      return isCosigner ? [unknown('witness-shows-nothing', where)] : [];
    }
    await clock.pause(PUBLICATION_MS, service.signal);
    const published = (await new LogClient(service, hasher).checkpoint()).checkpoint.size;
    return size <= published ? [] : [unknown('witness-ahead', where, `>= ${size}`, published.toString())];
  };
  return (await Promise.all(witnesses.map(ask))).flat();
}
