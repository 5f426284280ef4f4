import type { DataPaths } from '../../src/adapters/data-folder/data-folder.ts';
import type { AgreeingAnchorChains } from '../../src/adapters/ethereum/agreeing-chains.ts';
import { type LevelStore, openStore } from '../../src/adapters/leveldb/store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { demandAgreement } from '../../src/log/outside-head.ts';
import { PortError, type Store } from '../../src/log/ports.ts';
import { demandSigned } from '../../src/log/signed-head.ts';
import { TreeReader } from '../../src/log/tree-reader.ts';
import { keysForSize, type Trust } from '../../src/protocol/trust.ts';
import { type ChainPlace, withLedgerChain } from './ledger-chain.ts';

/** A ledger whose keys are about to change: its log, and its chain, or why that does not answer. */
export interface OpenedLedger {
  readonly store: LevelStore;
  readonly reader: TreeReader;
  readonly chain: { readonly chain: AgreeingAnchorChains; readonly url: string } | PortError;
  /** What the contract holds; or why it was not heard. */
  readonly contract: { readonly size: bigint; readonly root: Uint8Array } | { readonly problem: PortError };
  readonly newestAnchor: { readonly size: bigint; readonly block: bigint } | undefined;
}

/** The chain is asked before the store is opened, as at the start of the service: a torn tail is not cut where the contract has seen more. */
export async function openForKeys(
  paths: DataPaths,
  identity: Trust,
  place: ChainPlace,
  body: (opened: OpenedLedger) => Promise<void>,
): Promise<void> {
  let isHeard = false;
  try {
    await withLedgerChain(paths, identity, place, async (chain, url) => {
      const contract = await chain.head();
      isHeard = true;
      await withStore(paths, identity, contract.size, (opened) => body({ ...opened, chain: { chain, url }, contract }));
    });
  } catch (error) {
    if (isHeard || !(error instanceof PortError)) throw error;
    const silent = { chain: error, contract: { problem: error } };
    await withStore(paths, identity, 0n, (opened) => body({ ...opened, ...silent }));
  }
}

/** An older copy of the log must not say where its old key ended. */
export async function demandContractAgrees({ store, reader, contract }: OpenedLedger): Promise<void> {
  if ('root' in contract) await demandAgreement(store.head(), reader, { who: 'the contract', ...contract });
}

async function withStore(
  { dir }: DataPaths,
  identity: Trust,
  outsideSize: bigint,
  body: (opened: Pick<OpenedLedger, 'store' | 'reader' | 'newestAnchor'>) => Promise<void>,
): Promise<void> {
  const store = await openStore({ dir, outsideSize, hash: nodeSha256, hasher: nodeTreeHasher });
  try {
    const head = store.head();
    demandSigned(head, keysForSize(identity, head.size));
    await body({ store, reader: new TreeReader(store, nodeTreeHasher), newestAnchor: await newestFinal(store) });
  } finally {
    await store.close();
  }
}

/** The newest checkpoint of the log that is final on the chain. */
export async function newestFinal(store: Store): Promise<OpenedLedger['newestAnchor']> {
  for (let id = store.anchorCount() - 1; id >= 0; id--) {
    const job = await store.anchor(id);
    if (job?.state === 'final') return { size: job.size, block: job.inclusion!.blockNumber };
  }
  return undefined;
}
