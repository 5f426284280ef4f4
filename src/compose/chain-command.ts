import { sendEther } from '../adapters/ethereum/transfer.ts';
import { readChainKey } from '../adapters/keys/chain-key.ts';
import type { ChainReport } from '../adapters/local-chain/report.ts';
import { CHAIN_FAULTS } from '../text/chain.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual } from '../text/message.ts';
import { type ChainExitCode, runChainProcess } from './chain-process.ts';
import { LEDGER_PARTS } from './parts.ts';

export interface LocalChainPlace {
  readonly dataDir: string;
  readonly chainDir: string | undefined;
  readonly chainPort: number;
}

/** Runs the local chain of a ledger in this process; `runChainProcess` has the contract. */
export function runChainAlone(
  { dataDir, chainDir, chainPort }: LocalChainPlace,
  report: (event: ChainReport) => void,
): Promise<ChainExitCode> {
  const { chain } = LEDGER_PARTS.folderAt(dataDir, chainDir).paths;
  return runChainProcess({ dir: chain, port: chainPort, report });
}

/**
 * Sends ether of the ledger's account on its running local chain; returns the transaction's hash.
 * Throws `chain-missing` where the ledger has no local chain, `address-wrong`, and the errors of
 * the chain. The funds of accounts on other chains are not given away.
 */
export async function fundFromLocalChain(
  { dataDir, chainDir, chainPort }: LocalChainPlace,
  address: string,
  wei: bigint,
): Promise<string> {
  const folder = LEDGER_PARTS.folderAt(dataDir, chainDir);
  const { chain, chainKey } = folder.paths;
  if (!folder.hasLocalChain()) {
    throw new LedgerError('chain-missing', { reason: bilingual(CHAIN_FAULTS.noLocalChain, { dir: chain }) });
  }
  return sendEther(`http://127.0.0.1:${chainPort}`, readChainKey(chainKey), address, wei);
}
