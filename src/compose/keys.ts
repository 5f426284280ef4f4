import { existsSync } from 'node:fs';
import { completeKeyChange, nextKeyPath } from '../adapters/data-folder/key-change.ts';
import { handOver, openAgain } from '../adapters/ethereum/operator-change.ts';
import { acquireFileLock } from '../adapters/files/file-lock.ts';
import { readWitnessPolicy } from '../adapters/witness-client/policy-file.ts';
import { CleanupStack } from '../http/cleanup-stack.ts';
import type { ExternalHead } from '../log/external-head.ts';
import { newestFinalAnchor } from '../log/newest-anchor.ts';
import type { LedgerFolder, TornTail } from '../operations/ports.ts';
import {
  type ChainKeyParts,
  type ReopenedLog,
  reopenLog as reopen,
  type RotatedChainKey,
  rotateChainKey as rotateChain,
} from '../operations/rotate-chain-key.ts';
import { revokeLogKey as revoke, type RotatedLogKey, rotateLogKey as rotateLog } from '../operations/rotate-log-key.ts';
import type { Trust } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { UNCONFIRMED } from '../text/log.ts';
import { bilingual } from '../text/message.ts';
import { chainPlaces, connectChain, type LedgerChain, noNodeKnown, runLocalChain } from './chain.ts';
import { type OpenedLedger, openLedger, readPinnedNote } from './ledger.ts';
import { LEDGER_PARTS } from './parts.ts';

/** Changes of keys, while the service does not run. */
export interface KeySettings {
  readonly dataDir: string;
  readonly chainDir: string | undefined;
  /**
   * Nodes of an external chain; undefined: the local chain, or the nodes of the trust file's hint.
   */
  readonly rpcUrls: readonly string[] | undefined;
  /** Where `evl chain` runs the local chain, if it does. */
  readonly chainPort: number;
  /** File with a signed checkpoint that was kept elsewhere. */
  readonly pinnedCheckpoint: string | undefined;
  /** File with the tlog-policy that the service will offer with the trust file. */
  readonly witnessPolicy: string | undefined;
  readonly onTornTail: (tail: TornTail) => void;
}

/**
 * `completed`: an earlier change that was interrupted is complete now, and nothing else was done,
 * since it may be the one that is wanted. `trust` is what the service will offer.
 */
export type KeyChangeOutcome<T> =
  { readonly status: 'completed'; readonly trust: Trust } | { readonly status: 'changed'; readonly result: T };

/** A block of the chain, and the option that named it. */
export interface NamedBlock {
  readonly option: string;
  readonly number: bigint;
}

export interface LogKeyChange extends RotatedLogKey {
  readonly headSize: bigint;
  readonly contract: ExternalHead | LedgerError;
  readonly newestAnchor: { readonly size: bigint; readonly block: bigint } | undefined;
}

/** The folder under its lock, and what the trust file becomes with the witness policy. */
interface Change {
  readonly folder: LedgerFolder;
  readonly identity: Trust;
  readonly offered: (trust: Trust) => Trust;
}

/**
 * Replaces the log key. `onUnchecked` is called where the chain could not be asked whether the
 * block to revoke by is final.
 */
export function rotateLogKey(
  settings: KeySettings,
  options: {
    readonly revokeOldAt: NamedBlock | undefined;
    /** Change the key even where no external head could be compared with. */
    readonly acceptsUnchecked: boolean;
    readonly onUnchecked: (problem: LedgerError) => void;
  },
): Promise<KeyChangeOutcome<LogKeyChange>> {
  const { revokeOldAt, acceptsUnchecked, onUnchecked } = options;
  return changeKeys(settings, ({ folder, identity, offered }) =>
    withOpenLedger(settings, folder, async (opened) => {
      const headSize = opened.store.head().size;
      const contract = requireExternalAgreement(opened, acceptsUnchecked);
      if (revokeOldAt !== undefined) requireFinal(revokeOldAt, await finalBlockOf(opened), onUnchecked);
      const newestAnchor = await newestFinalAnchor(opened.store);
      const parts = { folder, identity, keys: LEDGER_PARTS.keys };
      const done = await rotateLog(parts, { headSize, revokedAtBlock: revokeOldAt?.number, nowMs: Date.now() });
      return { ...done, trust: offered(done.trust), headSize, contract, newestAnchor };
    }),
  );
}

/** Replaces the chain key for the same log id. */
export function rotateChainKey(settings: KeySettings): Promise<KeyChangeOutcome<RotatedChainKey>> {
  return changeKeys(settings, ({ folder }) =>
    withOpenLedger(settings, folder, (opened) => rotateChain(chainKeyParts(opened))),
  );
}

/** Opens another log id with another chain key, where the old key is lost. */
export function reopenLog(settings: KeySettings): Promise<KeyChangeOutcome<ReopenedLog>> {
  return changeKeys(settings, ({ folder, offered }) =>
    withOpenLedger(settings, folder, async (opened) => {
      const done = await reopen(chainKeyParts(opened));
      return { ...done, trust: offered(done.trust) };
    }),
  );
}

/** Has a former log key count only for what was anchored by a block; resolves to the trust file. */
export function revokeLogKey(
  settings: KeySettings,
  options: {
    readonly keyId: string;
    readonly at: NamedBlock;
    readonly onUnchecked: (problem: LedgerError) => void;
  },
): Promise<KeyChangeOutcome<Trust>> {
  const { keyId, at, onUnchecked } = options;
  return changeKeys(settings, async ({ folder, identity, offered }) => {
    requireFinal(at, await finalBlock(settings, folder, identity), onUnchecked);
    return offered(await revoke({ folder, identity }, { keyId, revokedAtBlock: at.number }));
  });
}

/**
 * Runs a change under the lock of the folder. A change that was decided before is completed, and
 * then nothing else is done.
 */
async function changeKeys<T>(
  { dataDir, chainDir, witnessPolicy }: KeySettings,
  change: (change: Change) => Promise<T>,
): Promise<KeyChangeOutcome<T>> {
  const folder = LEDGER_PARTS.folderAt(dataDir, chainDir);
  const { paths } = folder;
  folder.requireLedger();
  // before anything is changed: a policy that cannot be read must not stop a change half-way
  const asking = witnessPolicy === undefined ? undefined : readWitnessPolicy(witnessPolicy, folder.readIdentity());
  const offered = (trust: Trust) => (asking === undefined ? trust : { ...trust, witnessPolicies: asking.policies });
  const lock = acquireFileLock(paths.lock);
  try {
    if (existsSync(paths.keyChange)) {
      await completeKeyChange(paths);
      return { status: 'completed', trust: offered(folder.readIdentity()) };
    }
    if (folder.readPendingExternalCheck() !== undefined) {
      throw new LedgerError('outside-head-missing', { reason: UNCONFIRMED.restored });
    }
    return { status: 'changed', result: await change({ folder, identity: folder.readIdentity(), offered }) };
  } finally {
    lock.release();
  }
}

async function withOpenLedger<T>(
  settings: KeySettings,
  folder: LedgerFolder,
  body: (opened: OpenedLedger) => Promise<T>,
): Promise<T> {
  const { witnessPolicy, onTornTail } = settings;
  const source = { folder, pinnedNote: readPinnedNote(settings.pinnedCheckpoint), witnessPolicy };
  const cleanup = new CleanupStack();
  try {
    const connect = (identity: Trust) => connectForKeys(settings, folder, identity, cleanup);
    return await body(await openLedger(source, { purpose: 'change-keys', onTornTail }, connect, cleanup));
  } finally {
    await cleanup.run();
  }
}

/** With the key that is in use. Runs the local chain, where the ledger has one, until `cleanup`. */
async function connectForKeys(
  { rpcUrls, chainPort }: KeySettings,
  folder: LedgerFolder,
  identity: Trust,
  cleanup: CleanupStack,
): Promise<LedgerChain> {
  const { paths } = folder;
  const places = await chainPlaces(folder, identity, rpcUrls, () => runLocalChain(paths.chain, chainPort, cleanup));
  if (places.length === 0) throw noNodeKnown(paths);
  const privateKey = LEDGER_PARTS.keys.readChainKey(paths.chainKey);
  return connectChain(identity, places, { privateKey }, cleanup);
}

/**
 * An older copy of the log must not say where its old key ended: the contract, a pinned checkpoint
 * or a witness must agree with it. Returns what the contract holds, or why it could not be asked.
 */
function requireExternalAgreement(opened: OpenedLedger, acceptsUnchecked: boolean): ExternalHead | LedgerError {
  const { contradictions, isRemembered } = opened;
  if (contradictions.contract !== undefined) throw contradictions.contract;
  const contract = opened.contract!; // without a node the chain is an error
  if (!(contract instanceof LedgerError) || isRemembered || acceptsUnchecked) return contract;
  const reason = bilingual(UNCONFIRMED.unchecked, { problem: contract.text });
  throw new LedgerError('outside-head-missing', { reason });
}

function chainKeyParts({ folder, identity, store, reader, ...opened }: OpenedLedger): ChainKeyParts {
  const { keys } = LEDGER_PARTS;
  const { contract: chain, urls } = requireChain(opened);
  const { chainId, contract } = identity.chain;
  const { chainKey } = folder.paths;
  const operatorChange = {
    url: urls()[0]!,
    chainId,
    contract,
    chain,
    newKeyPath: nextKeyPath(chainKey),
    // on a chain of its own the ledger has no other funds
    fundingKey: folder.hasLocalChain() ? keys.readChainKey(chainKey) : undefined,
  };
  return {
    folder,
    identity,
    keys,
    store,
    reader,
    chain,
    operatorChange: {
      handOver: (logId, oldKey, newKey) => handOver({ ...operatorChange, newKey }, logId, oldKey),
      openAgain: (vkey, newKey) => openAgain({ ...operatorChange, newKey }, vkey),
    },
  };
}

function requireChain({ chain, contract }: Pick<OpenedLedger, 'chain' | 'contract'>): LedgerChain {
  if (contract instanceof LedgerError) throw contract;
  return chain!;
}

/** Number of the newest final block; or why the chain could not be asked. */
async function finalBlock(settings: KeySettings, folder: LedgerFolder, identity: Trust): Promise<bigint | LedgerError> {
  const cleanup = new CleanupStack();
  try {
    const { contract } = await connectForKeys(settings, folder, identity, cleanup);
    return (await contract.finalBlock()).number;
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  } finally {
    await cleanup.run();
  }
}

/** The same where the chain was asked before. */
async function finalBlockOf({ chain, contract }: OpenedLedger): Promise<bigint | LedgerError> {
  return contract instanceof LedgerError ? contract : (await chain!.contract.finalBlock()).number;
}

/**
 * A block that is still to come must not decide what a stolen key counts for. Where the chain
 * cannot be asked the operator's number is taken: a revocation must not wait.
 */
function requireFinal(
  { option, number }: NamedBlock,
  final: bigint | LedgerError,
  onUnchecked: (problem: LedgerError) => void,
): void {
  if (final instanceof LedgerError) onUnchecked(final);
  else if (number > final) throw new LedgerError('block-not-final', { name: option, block: number, final });
}
