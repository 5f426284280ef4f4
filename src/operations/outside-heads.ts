import { readFileSync } from 'node:fs';
import { readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { WitnessClient } from '../adapters/witness-client/witness-client.ts';
import { type OutsideHead, pinnedHead } from '../log/outside-head.ts';
import { PortError } from '../log/ports.ts';
import { hearAll, type WitnessedHead } from '../log/witnessed-head.ts';
import { type Trust, unrevokedKeys } from '../protocol/trust.ts';

/** Files that say who remembers the log, beside the contract. */
export interface OutsidePlaces {
  readonly pinnedCheckpoint: string | undefined;
  readonly witnessPolicy: string | undefined;
}

/** The same that a start of the service hears: the pinned checkpoint, and what witnesses show within their time. */
export async function outsideHeads(
  identity: Trust,
  { pinnedCheckpoint, witnessPolicy }: OutsidePlaces,
): Promise<{ readonly pinned: readonly OutsideHead[]; readonly witnessed: readonly WitnessedHead[] }> {
  const { origin } = identity.log;
  const pinned = pinnedCheckpoint === undefined ? [] : [pinnedHead(readPin(pinnedCheckpoint), identity)];
  const witnesses = witnessPolicy === undefined ? [] : readWitnessPolicy(witnessPolicy, identity).witnesses;
  const cosigners = witnesses.map((witness) => new WitnessClient(witness, origin));
  return { pinned, witnessed: await hearAll(cosigners, { origin, keys: unrevokedKeys(identity) }) };
}

export function readPin(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PortError('pin-wrong', `the pinned checkpoint ${path} cannot be read`, { cause });
  }
}
