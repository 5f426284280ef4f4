import type { AuditProblem } from '../audit/audit-problem.ts';
import type { WitnessNote } from '../audit/witness-notes.ts';
import type { Service } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import type { Checkpoint } from '../protocol/note/checkpoint.ts';
import type { Note } from '../protocol/note/note.ts';
import type { Platform } from './ports.ts';
import { serviceProblem } from './service-problem.ts';

/** A checkpoint of the log, with its signatures. */
export interface SignedCheckpoint {
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/** Longer than a log takes to publish a checkpoint after its witnesses have cosigned it. */
const PUBLICATION_MS = 2000;

/**
 * Reads the newest checkpoint of the log. A log submits a checkpoint to its witnesses before it
 * publishes it, so where a witness is ahead the checkpoint is read once more after a short pause.
 */
export async function readCheckpoint(
  service: Service,
  notes: readonly WitnessNote[],
  { hasher, clock }: Platform,
): Promise<SignedCheckpoint | AuditProblem> {
  const client = new LogClient(service, hasher);
  try {
    const signed = await client.checkpoint();
    if (!notes.some(({ checkpoint }) => checkpoint.size > signed.checkpoint.size)) return signed;
    await clock.pause(PUBLICATION_MS, service.signal);
    return await client.checkpoint();
  } catch (error) {
    return serviceProblem(error, 'checkpoint-unavailable', 'checkpoint');
  }
}
