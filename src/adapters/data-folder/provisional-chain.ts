import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataPaths } from '../../operations/ports.ts';
import { makeFolder } from '../files/make-folder.ts';

const MARK = 'unclaimed';

/**
 * Marks a chain folder outside the data folder as provisional. Such a folder cannot get its name in
 * one step with the ledger. Until the ledger that the chain was created for exists, a file in it
 * states that nothing uses this chain yet: an interrupted init or restore leaves it, and the next
 * one may start from scratch.
 */
export function markProvisional(chain: string): void {
  makeFolder(chain, 0o700);
  writeFileSync(join(chain, MARK), '', { flush: true });
}

/** Removes the mark once the ledger exists: from then on the chain belongs to it. */
export function confirmChain(paths: DataPaths): void {
  rmSync(join(paths.chain, MARK), { force: true });
}

/** Removes the chain of an interrupted init or restore, and no other. */
export function removeProvisionalChain(paths: DataPaths): void {
  if (!existsSync(join(paths.chain, MARK))) return;
  // the chain's process may outlive its killed parent for a moment, and still write
  rmSync(paths.chain, { recursive: true, maxRetries: 10, retryDelay: 100 });
}
