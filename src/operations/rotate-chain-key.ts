import { LedgerError } from '../text/ledger-error.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { Wallet } from 'ethers';
import { type DataPaths, hasLocalChain } from '../adapters/data-folder/data-folder.ts';
import { changeKeys, makeNextKey, nextKeyPath, readRotations } from '../adapters/data-folder/key-change.ts';
import type { QuorumAnchorChain } from '../adapters/ethereum/quorum-anchor-chain.ts';
import { accountOf } from '../adapters/ethereum/operator.ts';
import { handOver, openAgain, type OperatorChangeParts } from '../adapters/ethereum/operator-change.ts';
import { createChainKey, readChainKey } from '../adapters/keys/chain-key.ts';
import { Anchorer } from '../log/anchorer.ts';
import { requireAgreement, isContradiction, contractHead } from '../log/external-head.ts';
import type { Store } from '../log/ports.ts';
import type { TreeReader } from '../log/tree-reader.ts';
import { newestFinal } from './open-for-keys.ts';
import { currentKeys, currentLogId, type Trust } from '../protocol/trust.ts';
import { formatVkey } from '../protocol/note/vkey.ts';

export interface ChainKeyParts {
  readonly paths: DataPaths;
  readonly identity: Trust;
  readonly store: Store;
  readonly reader: TreeReader;
  readonly chain: QuorumAnchorChain;
  readonly url: string;
}

export interface RotatedChainKey {
  readonly from: string;
  readonly to: string;
  readonly logId: string;
}

export interface ReopenedLog extends RotatedChainKey {
  /** The first size that is anchored under the new id. */
  readonly fromSize: bigint;
  readonly trust: Trust;
}

const POLL_MS = 500;
const MAX_WAIT_MS = 10 * 60_000;

/**
 * Another chain key for the same log id. First what is under way with the old key comes to its end,
 * since it takes effect by that key alone. Until the new key is in its place the service starts
 * with the old one, which anchors nothing any more once the log was handed over; running this again
 * goes on where it was.
 */
export async function rotateChainKey(parts: ChainKeyParts): Promise<RotatedChainKey> {
  const { paths, identity, store, reader, chain } = parts;
  const oldKey = readChainKey(paths.chainKey);
  const logId = currentLogId(identity.chain);
  const anchorer = anchorerOf(parts);
  const newKey = await nextChainKey(paths);
  const [from, to] = [accountOf(oldKey), accountOf(newKey)];
  if ((await chain.operator()) === from) {
    // with the wrong head under it the id is of no use, whoever operates it
    await requireAgreement(store.head(), reader, contractHead(await chain.head()));
    await until(store, () => anchorer.driveOpen());
  }
  await handOver(changeParts(parts, newKey), logId, oldKey);
  const before = readRotations(paths);
  const rotations = { ...before, chain: [...before.chain, { logId, from, to }] };
  await changeKeys(paths, { key: 'chain', rotations });
  return { from, to, logId };
}

/**
 * Another log id under another chain key, where the old one is lost: from the first size on that
 * the log itself never anchored. What others put under the old id from that size on is none of the
 * log's any more.
 */
export async function reopenLog(parts: ChainKeyParts): Promise<ReopenedLog> {
  const { paths, identity, store } = parts;
  const from = accountOf(readChainKey(paths.chainKey));
  await requireLost(parts, from);
  const anchorer = anchorerOf(parts);
  await until(store, () => anchorer.abandonOpen());
  const fromSize = ((await newestFinal(store))?.size ?? 0n) + 1n;
  const newKey = await nextChainKey(paths);
  const vkey = formatVkey(currentKeys(identity)[0]!);
  const logId = await openAgain(changeParts(parts, newKey), vkey);
  const chain = { ...identity.chain, logs: [...identity.chain.logs, { logId, fromSize }] };
  const trust: Trust = { ...identity, chain };
  await changeKeys(paths, { key: 'chain', trust, rotations: readRotations(paths) });
  return { from, to: accountOf(newKey), logId, fromSize, trust };
}

/**
 * An id that is still the operator's own, and holds nothing but this log, is not given up: the key
 * alone can be changed.
 */
async function requireLost({ chain, store, reader }: ChainKeyParts, account: string): Promise<void> {
  if ((await chain.operator()) !== account) return;
  try {
    await requireAgreement(store.head(), reader, contractHead(await chain.head()));
  } catch (error) {
    if (error instanceof LedgerError && isContradiction(error)) return;
    throw error;
  }
  throw new LedgerError('operator-kept', {
    detail: `${account} operates the log still, and the contract holds nothing that is not of it`,
  });
}

function anchorerOf({ store, reader, chain }: ChainKeyParts): Anchorer {
  const nothing = () => {};
  return new Anchorer({
    store,
    chain,
    reader,
    clock: Date.now,
    intervalMs: 0,
    onContradiction: nothing,
    onAgreement: nothing,
    onFailed: nothing,
    onReorged: nothing,
  });
}

/** Steps until no transaction is under way. */
async function until(store: Store, step: () => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + MAX_WAIT_MS;
  while (store.openAnchors().length > 0) {
    if (performance.now() > endMs) {
      throw new LedgerError('anchor-under-way', {
        detail: 'an anchor is under way and not final yet: run this again later',
      });
    }
    await step();
    if (store.openAnchors().length > 0) await delay(POLL_MS);
  }
}

function changeParts({ paths, identity, chain, url }: ChainKeyParts, newKey: string): OperatorChangeParts {
  const { chainId, contract } = identity.chain;
  const parts = { url, chainId, contract, chain, newKey, newKeyPath: nextKeyPath(paths.chainKey) };
  // on a chain of its own the ledger has no other purse
  return hasLocalChain(paths) ? { ...parts, fundingKey: readChainKey(paths.chainKey) } : parts;
}

/** Durable before it is sent anything. */
async function nextChainKey(paths: DataPaths): Promise<string> {
  const create = (draft: string) => createChainKey(draft, Wallet.createRandom().privateKey);
  return readChainKey(await makeNextKey(paths, paths.chainKey, create));
}
