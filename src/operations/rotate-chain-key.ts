import { setTimeout as delay } from 'node:timers/promises';
import { Anchorer } from '../log/anchorer.ts';
import { contractHead, isContradiction, requireAgreement } from '../log/external-head.ts';
import { newestFinalAnchor } from '../log/newest-anchor.ts';
import type { AnchorChain, Store } from '../log/ports.ts';
import type { TreeReader } from '../log/tree-reader.ts';
import { formatVkey } from '../protocol/note/vkey.ts';
import { currentKeys, currentLogId, type Trust } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { KeyFiles, LedgerFolder } from './ports.ts';

/** The anchoring contract as its operator sees it. */
export interface OperatedChain extends AnchorChain {
  /** The account that operates the log now, 0x-hex lower case. */
  operator(): Promise<string>;
}

/**
 * The two ways in which another account becomes the log's operator; each waits until it is final.
 */
export interface OperatorChange {
  /** Offers the log from the old key's account and accepts it with the new one's. */
  handOver(logId: string, oldKey: string, newKey: string): Promise<void>;
  /** Opens the log once more with the new account; resolves to its new id. */
  openAgain(vkey: string, newKey: string): Promise<string>;
}

export interface ChainKeyParts {
  readonly folder: LedgerFolder;
  readonly identity: Trust;
  readonly keys: KeyFiles;
  readonly store: Store;
  readonly reader: TreeReader;
  readonly chain: OperatedChain;
  readonly operatorChange: OperatorChange;
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
 * Replaces the chain key for the same log id. First the anchors that are under way are completed,
 * since only the old key can complete them. Until the new key is in its place the service starts
 * with the old one, which anchors nothing once the log was handed over; running this again goes on
 * where it was interrupted.
 */
export async function rotateChainKey(parts: ChainKeyParts): Promise<RotatedChainKey> {
  const { folder, identity, keys, store, reader, chain, operatorChange } = parts;
  const oldKey = keys.readChainKey(folder.paths.chainKey);
  const logId = currentLogId(identity.chain);
  const anchorer = anchorerOf(parts);
  const newKey = await nextChainKey(parts);
  const [from, to] = [keys.accountOf(oldKey), keys.accountOf(newKey)];
  if ((await chain.operator()) === from) {
    // with a wrong head under it the id is of no use to any operator
    await requireAgreement(store.head(), reader, contractHead(await chain.head()));
    await until(store, () => anchorer.driveOpen());
  }
  await operatorChange.handOver(logId, oldKey, newKey);
  const before = folder.readRotations();
  const rotations = { ...before, chain: [...before.chain, { logId, from, to }] };
  await folder.changeKeys({ key: 'chain', rotations });
  return { from, to, logId };
}

/**
 * Opens another log id with another chain key, where the old key is lost: from the first size on
 * that the log itself never anchored. What others put under the old id from that size on does not
 * belong to the log any more.
 */
export async function reopenLog(parts: ChainKeyParts): Promise<ReopenedLog> {
  const { folder, identity, keys, store, operatorChange } = parts;
  const from = keys.accountOf(keys.readChainKey(folder.paths.chainKey));
  await requireLost(parts, from);
  const anchorer = anchorerOf(parts);
  await until(store, () => anchorer.abandonOpen());
  const fromSize = ((await newestFinalAnchor(store))?.size ?? 0n) + 1n;
  const newKey = await nextChainKey(parts);
  const vkey = formatVkey(currentKeys(identity)[0]!);
  const logId = await operatorChange.openAgain(vkey, newKey);
  // An id of the same first size was opened before and never anchored anything.
  const logs = [...identity.chain.logs.filter((log) => log.fromSize !== fromSize), { logId, fromSize }];
  const chain = { ...identity.chain, logs };
  const trust: Trust = { ...identity, chain };
  await folder.changeKeys({ key: 'chain', trust, rotations: folder.readRotations() });
  return { from, to: keys.accountOf(newKey), logId, fromSize, trust };
}

/**
 * An id that is still the operator's own, and holds nothing but this log, is not given up: changing
 * the key is enough.
 */
async function requireLost({ chain, store, reader }: ChainKeyParts, account: string): Promise<void> {
  if ((await chain.operator()) !== account) return;
  try {
    await requireAgreement(store.head(), reader, contractHead(await chain.head()));
  } catch (error) {
    if (error instanceof LedgerError && isContradiction(error)) return;
    throw error;
  }
  throw new LedgerError('operator-kept', { account });
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

/** Repeats the step until no transaction is under way. */
async function until(store: Store, step: () => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + MAX_WAIT_MS;
  while (store.openAnchors().length > 0) {
    if (performance.now() > endMs) throw new LedgerError('anchor-under-way');
    await step();
    if (store.openAnchors().length > 0) await delay(POLL_MS);
  }
}

/** Durable before its account receives anything. */
async function nextChainKey({ folder, keys }: ChainKeyParts): Promise<string> {
  return keys.readChainKey(await folder.makeNextKey('chain', (path) => keys.createChainKey(path)));
}
