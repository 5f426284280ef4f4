import { LedgerError } from '../text/ledger-error.ts';
import type { DataPaths } from '../adapters/data-folder/data-folder.ts';
import type { QuorumAnchorChain } from '../adapters/ethereum/quorum-anchor-chain.ts';
import { type LevelStore, openStore } from '../adapters/embedded-store/store.ts';
import type { TornTail } from '../adapters/embedded-store/recover.ts';
import { nodeSha256, nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';
import { requireAgreement, contractHead } from '../log/external-head.ts';
import type { Store } from '../log/ports.ts';
import { requireSigned } from '../log/signed-head.ts';
import { TreeReader } from '../log/tree-reader.ts';
import { keysForSize, type Trust } from '../protocol/trust.ts';
import { type ChainPlace, withLedgerChain } from './ledger-chain.ts';
import { fetchExternalHeads, type ExternalSources } from './external-heads.ts';

/** A ledger whose keys are about to change: its log, and its chain, or why that does not answer. */
export interface OpenedLedger {
  readonly store: LevelStore;
  readonly reader: TreeReader;
  readonly chain: { readonly chain: QuorumAnchorChain; readonly url: string } | LedgerError;
  /** What the contract holds; or why it was not heard. */
  readonly contract: { readonly size: bigint; readonly root: Uint8Array } | { readonly problem: LedgerError };
  /** A pinned checkpoint or a witness's cosigned one agrees with the log; none contradicts it. */
  readonly isRemembered: boolean;
  readonly newestAnchor: { readonly size: bigint; readonly block: bigint } | undefined;
}

export interface KeysPlace extends ChainPlace, ExternalSources {
  readonly onTornTail: (tail: TornTail) => void;
}

type OpenedStore = Pick<OpenedLedger, 'store' | 'reader' | 'isRemembered' | 'newestAnchor'>;

/**
 * Those outside are asked before the store is opened, as at the start of the service: a torn tail
 * is not cut where they have seen more, and no key is changed in a log that a pinned checkpoint or
 * a witness contradicts.
 */
export async function openForKeys(
  paths: DataPaths,
  identity: Trust,
  place: KeysPlace,
  body: (opened: OpenedLedger) => Promise<void>,
): Promise<void> {
  const external = await fetchExternalHeads(identity, place);
  const withStore = (contractSize: bigint, use: (opened: OpenedStore) => Promise<void>) =>
    withComparedStore({ paths, identity, place, external, contractSize }, use);
  let isHeard = false;
  try {
    await withLedgerChain(paths, identity, place, async (chain, url) => {
      const contract = await chain.head();
      isHeard = true;
      await withStore(contract.size, (opened) => body({ ...opened, chain: { chain, url }, contract }));
    });
  } catch (error) {
    if (isHeard || !(error instanceof LedgerError)) throw error;
    const silent = { chain: error, contract: { problem: error } };
    await withStore(0n, (opened) => body({ ...opened, ...silent }));
  }
}

/**
 * An older copy of the log must not say where its old key ended: somebody outside is to agree that
 * it is none.
 */
export async function requireExternalAgreement(
  { store, reader, contract, isRemembered }: OpenedLedger,
  { isUncheckedAccepted }: { readonly isUncheckedAccepted: boolean },
): Promise<void> {
  if ('root' in contract) return requireAgreement(store.head(), reader, contractHead(contract));
  if (isRemembered || isUncheckedAccepted) return;
  const why = `the chain was not heard (${contract.problem.message}), and no pinned checkpoint or witness agrees`;
  const anyway = '--accept-unheard changes the key all the same';
  throw new LedgerError('outside-head-missing', { detail: `this may be an older copy of the log: ${why}; ${anyway}` });
}

interface ComparedParts {
  readonly paths: DataPaths;
  readonly identity: Trust;
  readonly place: Pick<KeysPlace, 'onTornTail'>;
  readonly external: Awaited<ReturnType<typeof fetchExternalHeads>>;
  readonly contractSize: bigint;
}

async function withComparedStore(
  { paths: { dir }, identity, place: { onTornTail }, external, contractSize }: ComparedParts,
  use: (opened: OpenedStore) => Promise<void>,
): Promise<void> {
  const { pinned, witnessed } = external;
  const heads = [...pinned, ...witnessed];
  const externalSize = heads.reduce((most, { size }) => (size > most ? size : most), contractSize);
  const store = await openStore({ dir, externalSize, onTornTail, hash: nodeSha256, hasher: nodeTreeHasher });
  try {
    const head = store.head();
    requireSigned(head, keysForSize(identity, head.size));
    const reader = new TreeReader(store, nodeTreeHasher);
    for (const externalHead of heads) await requireAgreement(head, reader, externalHead);
    const isRemembered = pinned.length > 0 || witnessed.some(({ isCosigned }) => isCosigned);
    await use({ store, reader, isRemembered, newestAnchor: await newestFinal(store) });
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
