import { PIN_FAULTS } from '../text/log.ts';
import { bilingual } from '../text/message.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { readFileSync } from 'node:fs';
import { readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { WitnessClient } from '../adapters/witness-client/witness-client.ts';
import { type ExternalHead, pinnedHead } from '../log/external-head.ts';
import { fetchWitnessHeads, type WitnessedHead } from '../log/witness-heads.ts';
import { type Trust, unrevokedKeys } from '../protocol/trust.ts';

/** Files that say who remembers the log, beside the contract. */
export interface ExternalSources {
  readonly pinnedCheckpoint: string | undefined;
  readonly witnessPolicy: string | undefined;
}

/**
 * The same that a start of the service hears: the pinned checkpoint, and what witnesses show within
 * their time.
 */
export async function fetchExternalHeads(
  identity: Trust,
  { pinnedCheckpoint, witnessPolicy }: ExternalSources,
): Promise<{ readonly pinned: readonly ExternalHead[]; readonly witnessed: readonly WitnessedHead[] }> {
  const { origin } = identity.log;
  const pinned = pinnedCheckpoint === undefined ? [] : [pinnedHead(readPin(pinnedCheckpoint), identity)];
  const witnesses = witnessPolicy === undefined ? [] : readWitnessPolicy(witnessPolicy, identity).witnesses;
  const cosigners = witnesses.map((witness) => new WitnessClient(witness, origin));
  return { pinned, witnessed: await fetchWitnessHeads(cosigners, { origin, keys: unrevokedKeys(identity) }) };
}

export function readPin(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new LedgerError('pin-wrong', { reason: bilingual(PIN_FAULTS.unreadableFile, { file: path }), cause });
  }
}
