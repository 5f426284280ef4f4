import { createMerkleProof, createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { hexToBytes } from '@noble/hashes/utils.js';
import { keccak256 } from 'ethers';
import { anchorInterface, FakeChain } from './chain.ts';

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;
const bytes = (text: string) => hexToBytes(text.slice(2));
const EMPTY_ROOT = keccak256(RLP.encode(new Uint8Array(0)));
/**
 * The number of transactions in a block with an anchor, which is the third one: enough for branches
 * and extensions in the trie.
 */
const TRANSACTIONS = 140;

export interface FakeEndorsement {
  readonly logId: string;
  readonly endorser: string;
  readonly size: bigint;
  readonly root: string;
  readonly block: number;
}

/**
 * The fake chain with provable blocks: headers in RLP, and receipts in a trie that another library
 * makes.
 */
export class BlockChain extends FakeChain {
  /** Endorsements, each in its own block, at the place where other blocks have their anchor. */
  endorsements: FakeEndorsement[] = [];
  readonly #tries = new Map<number, MerklePatriciaTrie>();

  override blockHash(number: number): string {
    return keccak256(this.header(number));
  }

  /** The RLP of a header in Ethereum's form since Prague. */
  header(number: number): Uint8Array {
    const word = (text: string) => bytes(keccak256(Buffer.from(`${text} ${this.seed} ${number}`)));
    const trie = this.#tries.get(number);
    return RLP.encode([
      word('parent'),
      word('ommers'),
      new Uint8Array(20),
      word('state'),
      word('transactions'),
      trie === undefined ? bytes(EMPTY_ROOT) : trie.root(),
      new Uint8Array(256),
      0,
      number,
      30_000_000,
      21_000,
      1_700_000_000 + 12 * number,
      new Uint8Array(0),
      word('mix'),
      new Uint8Array(8),
      7,
      word('withdrawals'),
      0,
      0,
      word('beacon'),
      word('requests'),
    ]);
  }

  /** Puts the events of all blocks into their tries, which changes the hashes of these blocks. */
  async build(): Promise<void> {
    for (const anchor of this.anchors) await this.#fill(anchor.block, this.#anchorReceipt(anchor));
    for (const endorsement of this.endorsements) {
      await this.#fill(endorsement.block, this.#endorsementReceipt(endorsement));
    }
  }

  async #fill(block: number, third: Uint8Array): Promise<void> {
    const trie = await createMPT();
    for (let i = 0; i < TRANSACTIONS; i++) {
      await trie.put(RLP.encode(i), i === 2 ? third : receipt(i % 3, 1, []));
    }
    this.#tries.set(block, trie);
  }

  /** Header and trie nodes in the form of a receipt. */
  async proof(block: number, transaction: number): Promise<{ header: string; receiptProof: string[] }> {
    const nodes = await createMerkleProof(this.#tries.get(block)!, RLP.encode(transaction));
    return { header: hex(this.header(block)), receiptProof: nodes.map(hex) };
  }

  #anchorReceipt(anchor: FakeChain['anchors'][number]): Uint8Array {
    const { logId, size, root, previousSize, anchorIndex } = anchor;
    return this.#receiptOf(anchorInterface.encodeEventLog('Anchored', [logId, size, root, previousSize, anchorIndex]));
  }

  #endorsementReceipt({ logId, endorser, size, root }: FakeEndorsement): Uint8Array {
    return this.#receiptOf(anchorInterface.encodeEventLog('Endorsed', [logId, endorser, size, root]));
  }

  /** The contract's event after another contract's. */
  #receiptOf({ topics, data }: { topics: string[]; data: string }): Uint8Array {
    const stranger = [new Uint8Array(20).fill(9), [new Uint8Array(32).fill(8)], new Uint8Array(0)];
    return receipt(2, 1, [stranger, [bytes(this.contract), topics.map(bytes), bytes(data)]]);
  }
}

/** EIP-2718: the type, and the RLP of status, gas, bloom and logs. */
export function receipt(type: number, status: number, logs: Parameters<typeof RLP.encode>[0]): Uint8Array {
  const content = RLP.encode([status, 21_000, new Uint8Array(256), logs]);
  return type === 0 ? content : Uint8Array.from([type, ...content]);
}
