import { LedgerError } from '../text/ledger-error.ts';
import type { DataPaths } from '../adapters/data-folder/data-folder.ts';
import type { Trust } from '../protocol/trust.ts';
import { type ChainPlace, withLedgerChain } from './ledger-chain.ts';
import type { OpenedLedger } from './open-for-keys.ts';

/**
 * Number of the newest final block while the service does not run; or why the chain does not say
 * it.
 */
export async function finalBlock(paths: DataPaths, identity: Trust, place: ChainPlace): Promise<bigint | LedgerError> {
  try {
    return await withLedgerChain(paths, identity, place, async (chain) => (await chain.finalBlock()).number);
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
}

/** The same where the chain was asked before. */
export async function finalBlockOf({ chain }: OpenedLedger): Promise<bigint | LedgerError> {
  return chain instanceof LedgerError ? chain : (await chain.chain.finalBlock()).number;
}
