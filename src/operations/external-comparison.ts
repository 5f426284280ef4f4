import { LedgerError } from '../text/ledger-error.ts';
import { type DataPaths, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { QuorumAnchorChain } from '../adapters/ethereum/quorum-anchor-chain.ts';
import { openStore } from '../adapters/embedded-store/store.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import {
  requireAgreement,
  isContradiction,
  type ExternalHead,
  pinnedHead,
  contractHead,
} from '../log/external-head.ts';
import { TreeReader } from '../log/tree-reader.ts';
import { currentLogId, type Trust } from '../protocol/trust.ts';

/** What those who remember said of a restored log. */
export interface ExternalComparison {
  /** A pinned checkpoint agrees, and nobody contradicts. */
  readonly isPinned: boolean;
  readonly isPinContradicted: boolean;
  /** Both heads are in its message. */
  readonly contradiction?: LedgerError;
  /**
   * Why the contract was not heard; undefined where it was, or where there is none to ask before
   * the local chain runs.
   */
  readonly chainProblem?: LedgerError;
}

/**
 * Compares the log in a folder that nobody uses yet with the pinned checkpoint and the contract.
 */
export async function compareExternally(
  paths: DataPaths,
  { pinned, rpcUrls }: { readonly pinned: string | undefined; readonly rpcUrls: readonly string[] | undefined },
): Promise<ExternalComparison> {
  const identity = readIdentity(paths);
  const pin = pinned === undefined ? undefined : pinnedHead(pinned, identity);
  const contract = await readContractHead(identity, rpcUrls ?? identity.chain.rpcUrls);
  const chainProblem = contract instanceof LedgerError ? { chainProblem: contract } : {};
  const pinSays = pin === undefined ? undefined : await contradictionOf(paths, pin);
  const chainSays =
    contract === undefined || contract instanceof LedgerError ? undefined : await contradictionOf(paths, contract);
  const contradiction = pinSays ?? chainSays;
  return {
    isPinned: pin !== undefined && contradiction === undefined,
    isPinContradicted: pinSays !== undefined,
    ...(contradiction && { contradiction }),
    ...chainProblem,
  };
}

async function readContractHead(
  { chain }: Trust,
  urls: readonly string[],
): Promise<ExternalHead | LedgerError | undefined> {
  if (urls.length === 0) return undefined;
  const { chainId, genesisHash, contract, codeHash, finality, sources } = chain;
  const identity = { chainId, genesisHash, contract, codeHash, logId: currentLogId(chain) };
  // a key is for signing alone, and nothing is signed here
  const nodes = [...new Set(urls)].map((url) => () => url);
  const nobody = { privateKey: '', identity, finality };
  const asked = new QuorumAnchorChain({ nodes, required: sources, ...nobody });
  try {
    return contractHead(await asked.head());
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  } finally {
    asked.close();
  }
}

async function contradictionOf({ dir }: DataPaths, external: ExternalHead): Promise<LedgerError | undefined> {
  const store = await openStore({ dir, hash: nodeSha256, hasher: nodeTreeHasher });
  try {
    await requireAgreement(store.head(), new TreeReader(store, nodeTreeHasher), external);
    return undefined;
  } catch (error) {
    if (error instanceof LedgerError && isContradiction(error)) return error;
    throw error;
  } finally {
    await store.close();
  }
}
