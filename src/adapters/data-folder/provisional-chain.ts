import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../operations/ports.ts';

/**
 * A chain folder outside the data folder cannot take its name together with it. Until the ledger
 * that it was made for is there, a file in it says that nobody has used this chain yet: an init or
 * a restore that was interrupted leaves it, and the next one may begin anew.
 */
const MARK = 'unclaimed';

export function markProvisional(chain: string): void {
  mkdirSync(chain, { recursive: true, mode: 0o700 });
  writeFileSync(join(chain, MARK), '', { flush: true });
}

/** The ledger is there: from now on the chain is its. */
export function confirmChain(paths: DataPaths): void {
  rmSync(join(paths.chain, MARK), { force: true });
}

/** Removes the chain of an interrupted init or restore, and no other. */
export function removeProvisionalChain(paths: DataPaths): void {
  if (!existsSync(join(paths.chain, MARK))) return;
  // the chain's process may outlive the one that was killed for a moment, and still write
  rmSync(paths.chain, { recursive: true, maxRetries: 10, retryDelay: 100 });
}
