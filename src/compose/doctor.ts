import { statSync } from 'node:fs';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { readEntries } from '../adapters/local-chain/journal.ts';
import { journalPath } from '../adapters/local-chain/settings.ts';
import { readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { WitnessClient } from '../adapters/witness-client/witness-client.ts';
import { diagnose } from '../operations/doctor/diagnose.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import type { DoctorContext, PolicyWitness } from '../operations/doctor/ports.ts';
import type { Trust } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { LedgerPlace } from './maintenance.ts';
import { LEDGER_PARTS } from './parts.ts';
import type { ServeOptions } from './serve-options.ts';
import { certificateOf } from './serving.ts';

/** `diagnose` of src/operations for the ledger in a data folder. */
export function diagnoseLedger({
  dataDir,
  chainDir,
  tlsCert,
  tlsKey,
  ...context
}: LedgerPlace & DoctorContext & Pick<ServeOptions, 'tlsCert' | 'tlsKey'>): Promise<Finding[]> {
  const folder = LEDGER_PARTS.folderAt(dataDir, chainDir);
  const { dir, lock, chain, access } = folder.paths;
  return diagnose(
    {
      folder,
      keys: LEDGER_PARTS.keys,
      engine: LEDGER_PARTS.engineIn(dir),
      access: LEDGER_PARTS.accessIn(access),
      hash: LEDGER_PARTS.hash,
      isLocked: () => isLocked(lock),
      countChainBlocks: async () => (await readEntries(journalPath(chain))).length,
      certificateEndMs: async () => (await certificateOf({ tlsCert, tlsKey }))?.notAfterMs,
      witnessesOf,
    },
    context,
  );
}

/** Takes the lock for a moment. Where the file does not exist, no service has ever run. */
function isLocked(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
  try {
    acquireFileLock(path).release();
    return false;
  } catch (error) {
    if (error instanceof LedgerError) return error.code === 'locked';
    throw error;
  }
}

function witnessesOf(policyFile: string, identity: Trust): PolicyWitness[] {
  return readWitnessPolicy(policyFile, identity).witnesses.map((witness) => ({
    name: witness.name,
    url: witness.url,
    isReachable: () => new WitnessClient(witness, identity.log.origin).isReachable(),
  }));
}
