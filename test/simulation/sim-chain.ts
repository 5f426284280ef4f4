import { LedgerError } from '../../src/text/ledger-error.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { AnchorCall, ChainBlock, SignedTransaction, TransactionState } from '../../src/log/model.ts';
import type { AnchorChain } from '../../src/log/ports.ts';
import type { Anchor } from '../../src/protocol/chain/anchor.ts';
import { equalBytes, toHex, toHex0x, utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import type { SeededRandom } from './random.ts';
import type { Life, Scheduler } from './scheduler.ts';

/** A transaction of the operator's key; without a call it belongs to another program. */
interface Transaction {
  readonly txHash: string;
  readonly nonce: number;
  readonly call?: AnchorCall;
}

interface Included {
  readonly transaction: Transaction;
  readonly isOk: boolean;
  readonly anchorIndex: bigint;
}

/** A block with the state after it. */
interface Block extends ChainBlock {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly count: bigint;
  readonly nonce: number;
  readonly included: readonly Included[];
}

/**
 * The possible outcome of a transaction. `dead`: it failed in a final block, or a final block used
 * its nonce for another.
 */
export type Fate = 'open' | 'final' | 'dead';

/**
 * A chain with one contract and one key, whose blocks are final after `depthBlocks` more. The
 * contract accepts what EvidenceAnchor.sol accepts. The simulation breaks the rest: the chain
 * stalls, goes down, forgets transactions that it was sent, and reorganises blocks that are not
 * final.
 */
export class SimChain {
  readonly #random: SeededRandom;
  readonly #depthBlocks: number;
  readonly #blocks: Block[] = [
    { number: 0n, hash: '0xb0', size: 0n, root: nodeTreeHasher.empty, count: 0n, nonce: 0, included: [] },
  ];
  /** All transactions that were ever signed, as a recipient of their bytes knows them. */
  readonly #signed = new Map<string, Transaction>();
  readonly #pool = new Map<string, Transaction>();
  #serial = 0;
  isDown = false;
  isStalled = false;

  constructor(random: SeededRandom, depthBlocks: number) {
    this.#random = random;
    this.#depthBlocks = depthBlocks;
  }

  get #tip(): Block {
    return this.#blocks.at(-1)!;
  }

  get #final(): Block {
    return this.#blocks[Math.max(0, this.#blocks.length - 1 - this.#depthBlocks)]!;
  }

  get anchoredSize(): bigint {
    return this.#tip.size;
  }

  /**
   * The chain as one life of the program sees it. `onSend` is called before a transaction is sent.
   */
  port(life: Life, scheduler: Scheduler, onSend: (transaction: SignedTransaction) => void): AnchorChain {
    const read = <T>(name: string, answer: () => T) =>
      scheduler.read(life, 'chain-read', name, () => this.#whenUp(answer));
    return {
      finalBlock: () => read('final block', () => ({ number: this.#final.number, hash: this.#final.hash })),
      head: () => read('contract head', () => ({ size: this.#tip.size, root: this.#tip.root })),
      prepare: (call) => read('prepare', () => this.#prepare(call)),
      state: ({ txHash }) => read('transaction state', () => this.#state(txHash)),
      bumpFees: (transaction) => read('raise', () => this.#raise(transaction)),
      header: () => Promise.resolve(undefined),
      hasBlock: ({ number, hash }) =>
        read('block', () => this.#blocks.some((block) => block.number === number && block.hash === hash)),
      isNonceUsed: ({ nonce }) => read('nonce used', () => this.#final.nonce > nonce),
      send: (transaction) => {
        onSend(transaction);
        return scheduler.write(life, 'chain-write', 'send', () => this.#whenUp(() => this.#send(transaction)));
      },
    };
  }

  mine(): void {
    const before = this.#tip;
    let { size, root, count, nonce } = before;
    const included: Included[] = [];
    for (let next = this.#next(nonce); next !== undefined && this.#random.chance(0.8); next = this.#next(nonce)) {
      this.#pool.delete(next.txHash);
      const isOk = next.call === undefined || doesContractTake(next.call, size, root);
      included.push({ transaction: next, isOk, anchorIndex: count });
      nonce++;
      if (isOk && next.call !== undefined) {
        ({ newSize: size, newRoot: root } = next.call);
        count++;
      }
    }
    for (const [txHash, transaction] of this.#pool) if (transaction.nonce < nonce) this.#pool.delete(txHash);
    const hash = `0xb${before.number + 1n}-${this.#serial++}`;
    this.#blocks.push({ number: before.number + 1n, hash, size, root, count, nonce, included });
  }

  /**
   * Replaces some of the blocks that are not final by a longer branch; their transactions return to
   * the pool or, where they are ours, are forgotten.
   */
  reorganize(): void {
    const depth = Math.min(this.#depthBlocks, this.#blocks.length - 1);
    if (depth === 0) return;
    const dropped = this.#blocks.splice(-(1 + this.#random.below(depth)));
    for (const { transaction } of dropped.flatMap(({ included }) => included)) {
      if (transaction.call === undefined || this.#random.chance(0.6)) this.#pool.set(transaction.txHash, transaction);
    }
    if (this.#random.chance(0.3)) this.burnNonce();
    for (let i = 0; i <= dropped.length; i++) this.mine();
  }

  /**
   * Restarts the node with an empty pool; other programs send their transactions again, we must do
   * it ourselves.
   */
  forgetPool(): void {
    for (const [txHash, { call }] of this.#pool) if (call !== undefined) this.#pool.delete(txHash);
  }

  /** Another program sends a transaction with the operator's key. */
  burnNonce(): void {
    const txHash = `0xf${this.#serial++}`;
    this.#pool.set(txHash, { txHash, nonce: this.#tip.nonce });
  }

  fate({ txHash, nonce }: SignedTransaction): Fate {
    const found = this.#find(txHash);
    if (found !== undefined && found.block.number <= this.#final.number) return found.isOk ? 'final' : 'dead';
    return this.#final.nonce > nonce ? 'dead' : 'open';
  }

  /** Whether a receipt's anchor is an event in a final block of this chain. */
  hasFinal(anchor: Anchor): boolean {
    const found = this.#find(anchor.txHash);
    return (
      found !== undefined &&
      found.isOk &&
      found.block.number <= this.#final.number &&
      found.block.number === anchor.blockNumber &&
      found.block.hash === anchor.blockHash &&
      found.position === anchor.transactionIndex &&
      found.anchorIndex === anchor.anchorIndex &&
      found.transaction.call?.newSize === anchor.size &&
      equalBytes(found.transaction.call.newRoot, anchor.root)
    );
  }

  /** The anchored sizes in final blocks, in order. */
  finalSizes(): bigint[] {
    return this.#blocks
      .filter(({ number }) => number <= this.#final.number)
      .flatMap(({ included }) => included)
      .flatMap(({ isOk, transaction }) => (isOk && transaction.call !== undefined ? [transaction.call.newSize] : []));
  }

  #prepare(call: AnchorCall): SignedTransaction {
    const { size, root, nonce } = this.#tip;
    if (!doesContractTake(call, size, root))
      throw new LedgerError('chain-refused', { reason: { zh: '调用会回退', en: 'the call would revert' } });
    const rawTransaction = `${nonce} ${this.#serial++} ${call.oldSize} ${call.newSize} ${toHex(call.newRoot)}`;
    const txHash = toHex0x(nodeSha256(utf8Bytes(rawTransaction)));
    this.#signed.set(txHash, { txHash, nonce, call });
    return { nonce, rawTransaction, txHash };
  }

  #raise({ txHash, nonce }: SignedTransaction): SignedTransaction {
    const { call } = this.#signed.get(txHash)!;
    const rawTransaction = `${nonce} ${this.#serial++} raised`;
    const raised = toHex0x(nodeSha256(utf8Bytes(rawTransaction)));
    this.#signed.set(raised, { txHash: raised, nonce, ...(call !== undefined && { call }) });
    return { nonce, rawTransaction, txHash: raised };
  }

  #send({ txHash, nonce }: SignedTransaction): void {
    if (this.#find(txHash) !== undefined) return;
    if (nonce < this.#tip.nonce)
      throw new LedgerError('chain-refused', { reason: { zh: 'nonce 过低', en: 'nonce too low' } });
    this.#pool.set(txHash, this.#signed.get(txHash)!);
  }

  #state(txHash: string): TransactionState {
    const found = this.#find(txHash);
    if (found === undefined) return { state: 'unknown' };
    const { block, isOk, position, anchorIndex } = found;
    const isFinal = block.number <= this.#final.number;
    if (!isOk) return { state: isFinal ? 'reverted' : 'unknown' };
    const place = { blockNumber: block.number, blockHash: block.hash, blockTimeMs: Number(block.number) * 1000 };
    const inclusion = { ...place, transactionIndex: position, logPosition: 0, anchorIndex };
    return { state: isFinal ? 'final' : 'mined', inclusion };
  }

  #find(txHash: string): (Included & { readonly block: Block; readonly position: number }) | undefined {
    for (const block of this.#blocks) {
      const position = block.included.findIndex(({ transaction }) => transaction.txHash === txHash);
      if (position >= 0) return { ...block.included[position]!, block, position };
    }
    return undefined;
  }

  #next(nonce: number): Transaction | undefined {
    const candidates = [...this.#pool.values()].filter((transaction) => transaction.nonce === nonce);
    return candidates.length === 0 ? undefined : this.#random.pick(candidates);
  }

  #whenUp<T>(answer: () => T): T {
    if (this.isDown)
      throw new LedgerError('chain-unreachable', { reason: { zh: '区块链中断', en: 'the chain is down' } });
    return answer();
  }
}

function doesContractTake({ oldSize, newSize, newRoot, proof }: AnchorCall, size: bigint, root: Uint8Array): boolean {
  if (oldSize !== size || newSize <= oldSize) return false;
  return verifyConsistency(nodeTreeHasher, oldSize, newSize, root, newRoot, proof);
}
