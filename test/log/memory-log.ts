import { LedgerError } from '../../src/text/ledger-error.ts';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { Log, type WitnessParts } from '../../src/log/log.ts';
import type { AnchorPlace } from '../../src/log/receipts.ts';
import type { ExternalCheckPolicy } from '../../src/log/external-head.ts';
import type { AnchorCall, AnchorJob, OrphanedBlock, SignedTransaction, TransactionState } from '../../src/log/model.ts';
import type { AnchorChain, Endorsements, LogSigner, NewIdentifiers, Store } from '../../src/log/ports.ts';
import { signedHead } from '../../src/log/signed-head.ts';
import { verifierKey } from '../../src/protocol/note/vkey.ts';

const ORIGIN = 'memory.test/log';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
export const logKey = verifierKey(
  ORIGIN,
  new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
);
export const signer: LogSigner = {
  origin: ORIGIN,
  sign: (text) => ({ name: ORIGIN, keyId: logKey.keyId, signature: new Uint8Array(sign(null, text, privateKey)) }),
};

export const EMPTY_HEAD = signedHead(signer, 0n, nodeTreeHasher.empty, 0);

/**
 * A chain with one contract that tests can break: it forgets transactions, becomes unreachable, or
 * holds another root. It accepts what the contract would accept (the head must be the old size), so
 * a second effective anchor of one size cannot go unnoticed.
 */
export class ScriptedChain implements AnchorChain {
  isDown = false;
  /** Transactions stay in the pool and are not mined. */
  isStalled = false;
  isKilledBeforeSending = false;
  anchored: { readonly size: bigint; readonly root: Uint8Array; readonly txHash: string }[] = [];
  sent: string[] = [];
  readonly #calls = new Map<string, AnchorCall>();
  #nonce = 0;

  async finalBlock() {
    this.#requireUp();
    return { number: BigInt(this.anchored.length), hash: `0x${this.anchored.length}` };
  }

  async head() {
    this.#requireUp();
    return this.anchored.at(-1) ?? { size: 0n, root: nodeTreeHasher.empty };
  }

  async prepare(call: AnchorCall): Promise<SignedTransaction> {
    this.#requireUp();
    const txHash = `0x${randomBytes(32).toString('hex')}`;
    this.#calls.set(txHash, call);
    return { nonce: this.#nonce, rawTransaction: `raw ${txHash}`, txHash };
  }

  async send({ txHash }: SignedTransaction): Promise<void> {
    this.#requireUp();
    if (this.isKilledBeforeSending) throw new Error('killed here');
    this.sent.push(txHash);
    if (!this.isStalled) this.mine(txHash);
  }

  mine(txHash: string): void {
    const call = this.#calls.get(txHash)!;
    if ((this.anchored.at(-1)?.size ?? 0n) !== call.oldSize) throw new Error('StaleHead');
    this.anchored.push({ size: call.newSize, root: call.newRoot, txHash });
    this.#nonce++;
  }

  async state({ txHash }: SignedTransaction): Promise<TransactionState> {
    this.#requireUp();
    const at = this.anchored.findIndex((anchor) => anchor.txHash === txHash);
    if (at < 0) return { state: 'unknown' };
    const inclusion = { blockNumber: BigInt(at + 1), blockHash: `0x${at + 1}`, blockTimeMs: 0 };
    return {
      state: 'final',
      inclusion: { ...inclusion, transactionIndex: 0, logPosition: 0, anchorIndex: BigInt(at) },
    };
  }

  async bumpFees({ nonce, txHash }: SignedTransaction): Promise<SignedTransaction | undefined> {
    this.#requireUp();
    const call = this.#calls.get(txHash)!;
    const bumpFees = `0x${randomBytes(32).toString('hex')}`;
    this.#calls.set(bumpFees, call);
    return { nonce, rawTransaction: `raw ${bumpFees}`, txHash: bumpFees };
  }

  async hasBlock({ hash }: { hash: string }): Promise<boolean> {
    this.#requireUp();
    return this.anchored.some((_, at) => hash === `0x${at + 1}`);
  }

  /** Any block is reported as present. */
  async header(): Promise<undefined> {
    return undefined;
  }

  async isNonceUsed({ nonce }: SignedTransaction): Promise<boolean> {
    this.#requireUp();
    return nonce < this.#nonce;
  }

  /** Another program has used the key. */
  burnNonce(): void {
    this.#nonce++;
  }

  #requireUp(): void {
    if (this.isDown)
      throw new LedgerError('chain-unreachable', { reason: { zh: '区块链中断', en: 'the chain is down' } });
  }
}

const START_MS = 1_800_000_000_000;

export interface MemoryLog<Chain = ScriptedChain> {
  readonly log: Log;
  readonly store: Store;
  readonly chain: Chain;
  readonly halts: LedgerError[];
  /** Unix milliseconds of the injected clock. */
  nowMs: number;
  readonly register: (name: string) => Promise<bigint>;
}

/**
 * A real log on a memory store, a scripted chain and a settable clock. Opening it again on the same
 * store is a restart.
 */
export async function openMemoryLog<Chain extends AnchorChain = ScriptedChain>(
  options: {
    store?: Store;
    /** Short ones, and no UUIDs, where it is left out. */
    newIdentifiers?: NewIdentifiers;
    chain?: Chain;
    anchorIntervalMs?: number;
    external?: ExternalCheckPolicy;
    latestTimeMs?: () => number;
    /** Of a real contract; where it is left out, one that no anchor is in. */
    place?: AnchorPlace;
    witnesses?: WitnessParts;
    onAnchorFailed?: (job: AnchorJob) => void;
    endorsements?: Endorsements;
    onAnchorReorged?: (job: AnchorJob, block: OrphanedBlock) => void;
  } = {},
): Promise<MemoryLog<Chain>> {
  const store = options.store ?? new MemoryStore(EMPTY_HEAD);
  const chain = options.chain ?? (new ScriptedChain() as AnchorChain as Chain);
  const halts: LedgerError[] = [];
  let serial = 0;
  let opened: MemoryLog<Chain> | undefined;
  const log = await Log.open({
    store,
    chain,
    signer,
    clock: () => opened?.nowMs ?? START_MS,
    random: (length) => randomBytes(length),
    newIdentifiers:
      options.newIdentifiers ??
      (() => ({
        id: `id-${serial++}-${randomBytes(4).toString('hex')}`,
        number: `number-${serial}-${randomBytes(4).toString('hex')}`,
      })),
    hash: nodeSha256,
    hasher: nodeTreeHasher,
    place: options.place ?? {
      chainId: 1n,
      genesisHash: '0xgenesis',
      contract: '0xcontract',
      logs: [{ logId: '0xlog', fromSize: 0n }],
    },
    anchorIntervalMs: options.anchorIntervalMs ?? 60_000,
    onHalt: (reason) => halts.push(reason),
    latestTimeMs: options.latestTimeMs,
    ...(options.external && { external: options.external }),
    ...(options.endorsements && { endorsements: options.endorsements }),
    ...(options.witnesses && { witnesses: options.witnesses }),
    ...(options.onAnchorFailed && { onAnchorFailed: options.onAnchorFailed }),
    ...(options.onAnchorReorged && { onAnchorReorged: options.onAnchorReorged }),
  });
  opened = {
    log,
    store,
    chain,
    halts,
    nowMs: START_MS,
    register: async (name) => (await log.register(draftOf(name))).index,
  };
  return opened;
}

export function draftOf(name: string) {
  return { kind: 'evidence', sections: { file: { name } }, lookups: [{ by: 'name', value: name }] };
}

/** The place of the anchors of a log that is opened on a real chain. */
export function placeOf({ logId, ...chain }: Omit<AnchorPlace, 'logs'> & { readonly logId: string }): AnchorPlace {
  return { ...chain, logs: [{ logId, fromSize: 0n }] };
}
