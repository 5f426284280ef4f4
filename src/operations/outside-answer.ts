import { type DataPaths, readIdentity } from '../adapters/data-folder/data-folder.ts';
import { AgreeingAnchorChains } from '../adapters/ethereum/agreeing-chains.ts';
import { openStore } from '../adapters/embedded-store/store.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { demandAgreement, isContradiction, type OutsideHead, pinnedHead } from '../log/outside-head.ts';
import { PortError } from '../log/ports.ts';
import { TreeReader } from '../log/tree-reader.ts';
import { presentLogId, type Trust } from '../protocol/trust.ts';

/** What those who remember said of a restored log. */
export interface OutsideAnswer {
  /** A pinned checkpoint agrees, and nobody contradicts. */
  readonly isPinned: boolean;
  readonly isPinContradicted: boolean;
  /** Both heads are in its message. */
  readonly contradiction?: PortError;
  /** Why the contract was not heard; undefined where it was, or where there is none to ask before the local chain runs. */
  readonly chainProblem?: PortError;
}

/** Compares the log in a folder that nobody uses yet with the pinned checkpoint and the contract. */
export async function askOutside(
  paths: DataPaths,
  { pinned, rpcUrls }: { readonly pinned: string | undefined; readonly rpcUrls: readonly string[] | undefined },
): Promise<OutsideAnswer> {
  const identity = readIdentity(paths);
  const pin = pinned === undefined ? undefined : pinnedHead(pinned, identity);
  const contract = await contractHead(identity, rpcUrls ?? identity.chain.rpcUrls);
  const chainProblem = contract instanceof PortError ? { chainProblem: contract } : {};
  const pinSays = pin === undefined ? undefined : await contradictionOf(paths, pin);
  const chainSays =
    contract === undefined || contract instanceof PortError ? undefined : await contradictionOf(paths, contract);
  const contradiction = pinSays ?? chainSays;
  return {
    isPinned: pin !== undefined && contradiction === undefined,
    isPinContradicted: pinSays !== undefined,
    ...(contradiction && { contradiction }),
    ...chainProblem,
  };
}

async function contractHead({ chain }: Trust, urls: readonly string[]): Promise<OutsideHead | PortError | undefined> {
  if (urls.length === 0) return undefined;
  const { chainId, genesisHash, contract, codeHash, finality, sources } = chain;
  const identity = { chainId, genesisHash, contract, codeHash, logId: presentLogId(chain) };
  // a key is for signing alone, and nothing is signed here
  const nodes = [...new Set(urls)].map((url) => () => url);
  const nobody = { privateKey: '', identity, finality };
  const asked = new AgreeingAnchorChains({ nodes, demanded: sources, ...nobody });
  try {
    return { who: 'the contract', ...(await asked.head()) };
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  } finally {
    asked.close();
  }
}

async function contradictionOf({ dir }: DataPaths, outside: OutsideHead): Promise<PortError | undefined> {
  const store = await openStore({ dir, hash: nodeSha256, hasher: nodeTreeHasher });
  try {
    await demandAgreement(store.head(), new TreeReader(store, nodeTreeHasher), outside);
    return undefined;
  } catch (error) {
    if (error instanceof PortError && isContradiction(error)) return error;
    throw error;
  } finally {
    await store.close();
  }
}
