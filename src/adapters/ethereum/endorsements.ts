import type { JsonRpcProvider } from 'ethers';
import type { ChainBlock } from '../../log/model.ts';
import type { Endorsements } from '../../log/ports.ts';
import { equalBytes } from '../../protocol/encoding/bytes.ts';
import { provenLogs, readHeader } from '../../protocol/chain/block-proof.ts';
import { decodeEndorsed, ENDORSED_TOPIC, type EndorsedEvent, endorserTopic } from '../../protocol/chain/contract.ts';
import { type ChainLog, logsQuestion, parseLogs } from '../../protocol/chain/rpc.ts';
import type { Endorsement } from '../../protocol/chain/endorsement.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { receiptProofOf } from './block-proof.ts';
import { IdentifiedNode, type NodeOptions } from './identified-node.ts';
import { HeaderCache } from './header-cache.ts';

export interface EndorsementOptions extends NodeOptions {
  /** Accounts whose endorsements count, 0x-hex lower case. */
  readonly endorsers: readonly string[];
}

/** An endorsement in a final block; its proof is fetched when a receipt needs it. */
type Seen = EndorsedEvent & ChainLog;

/**
 * Nodes limit, each in its own way, how many blocks they search at once: a range that is refused is
 * halved, and the next one is wider again.
 */
const MAX_SPAN_BLOCKS = 10_000n;

/**
 * Reads the contract's `Endorsed` events of final blocks, in order, and keeps the first of each
 * endorser at each size. They are in memory only: after a restart the chain is read again.
 */
export class EthereumEndorsements implements Endorsements {
  readonly #options: EndorsementOptions;
  readonly #node: IdentifiedNode;
  /** By endorser, in ascending order of size. */
  readonly #seen = new Map<string, Seen[]>();
  readonly #proven = new HeaderCache((key) => this.#prove(key));
  /** The newest block that was read. */
  #last: ChainBlock | undefined;
  #spanBlocks = MAX_SPAN_BLOCKS;

  constructor(options: EndorsementOptions) {
    this.#options = options;
    this.#node = new IdentifiedNode(options);
  }

  async covering(size: bigint): Promise<Endorsement[]> {
    const first = [...this.#seen.values()].flatMap((seen) => seen.find((each) => each.size >= size) ?? []);
    const proven = await Promise.all(first.map((seen) => this.#proven.of(keyOf(seen))));
    return proven.filter((endorsement) => endorsement !== undefined);
  }

  /**
   * Reads one more range of blocks, the first time from `firstBlock` on. Resolves to whether there
   * is more to read now. Throws the errors of the chain.
   */
  async step(firstBlock: bigint): Promise<boolean> {
    const final = await this.#node.finalBlock();
    if (await this.#isOtherChain()) {
      this.#seen.clear();
      this.#last = undefined;
    }
    const from = this.#last === undefined ? firstBlock : this.#last.number + 1n;
    if (from > final.number) return false;
    const end = from + this.#spanBlocks - 1n;
    const to = end < final.number ? end : final.number;
    const read = await this.#read(from, to);
    if (read === undefined) return true;
    const wider = this.#spanBlocks * 2n;
    this.#spanBlocks = wider < MAX_SPAN_BLOCKS ? wider : MAX_SPAN_BLOCKS;
    for (const seen of read.seen) this.#remember(seen);
    this.#last = read.last;
    return to < final.number;
  }

  close(): void {
    this.#node.close();
  }

  /** Undefined where the node refused the range as too wide. */
  async #read(from: bigint, to: bigint): Promise<{ readonly seen: Seen[]; readonly last: ChainBlock } | undefined> {
    const { identity, endorsers } = this.#options;
    const topics = [ENDORSED_TOPIC, identity.logId, endorsers.map(endorserTopic)];
    const { method, params } = logsQuestion(identity.contract, topics, from, to);
    try {
      return await this.#node.ask(async (provider) => {
        const answer = (await provider.send(method, [...params])) as Json;
        const block = await provider.getBlock(Number(to));
        if (block === null) {
          throw new LedgerError('chain-unreachable', { reason: bilingual(CHAIN_REASONS.blockMissing, { block: to }) });
        }
        return { seen: this.#matching(answer, from, to), last: { number: to, hash: block.hash! } };
      });
    } catch (error) {
      const mayBeTooWide = error instanceof LedgerError && this.#spanBlocks > 1n;
      if (!mayBeTooWide) throw error;
      this.#spanBlocks = (this.#spanBlocks + 1n) / 2n;
      if (error.code !== 'chain-refused') throw error; // too long an answer may also not arrive
      return undefined;
    }
  }

  /** The matching events in the order of the chain; a node may answer with others. */
  #matching(answer: Json, from: bigint, to: bigint): Seen[] {
    const { identity, endorsers } = this.#options;
    return parseLogs(answer)
      .toSorted((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex)
      .flatMap((log) => {
        const event = log.address === identity.contract ? decodeEndorsed(log.topics, log.data) : undefined;
        const isMatching = event?.logId === identity.logId && endorsers.includes(event.endorser);
        return isMatching && log.blockNumber >= from && log.blockNumber <= to ? [{ ...log, ...event }] : [];
      });
  }

  #remember(seen: Seen): void {
    const known = this.#seen.get(seen.endorser) ?? [];
    this.#seen.set(seen.endorser, known);
    // a further endorsement of an older tree states nothing new
    if (seen.size > (known.at(-1)?.size ?? 0n)) known.push(seen);
  }

  /** Whether another block is in the place of one that was final: the chain must be read again. */
  async #isOtherChain(): Promise<boolean> {
    const last = this.#last;
    if (last === undefined) return false;
    const block = await this.#node.ask((provider) => provider.getBlock(Number(last.number)));
    return block !== null && block.hash !== last.hash; // a node without the block is behind
  }

  /**
   * The endorsement with header and proof, which are checked as a verifier would; without them
   * where the chain hashes its blocks in an unknown way.
   */
  async #prove(key: string): Promise<Endorsement | undefined> {
    const seen = [...this.#seen.values()].flat().find((each) => keyOf(each) === key);
    if (seen === undefined) return undefined;
    return this.#node.ask(async (provider) => {
      const { endorser, size, root, blockNumber, blockHash, transactionHash, transactionIndex, logIndex } = seen;
      if (!(await hasBlock(provider, { number: blockNumber, hash: blockHash }))) return undefined;
      const receipt = await provider.getTransactionReceipt(transactionHash);
      const logPosition = receipt?.logs.findIndex(({ index }) => index === logIndex) ?? -1;
      if (logPosition < 0) return undefined;
      const proof = await receiptProofOf(provider, blockHash, transactionIndex);
      if (proof !== undefined && !isProven(seen, logPosition, proof)) return undefined;
      const place = { blockNumber, blockHash, txHash: transactionHash, transactionIndex, logPosition };
      return { endorser, size, root, ...place, ...proof };
    });
  }
}

function isProven(
  seen: Seen,
  logPosition: number,
  { header, receiptProof }: { readonly header: Uint8Array; readonly receiptProof: readonly Uint8Array[] },
): boolean {
  const log = provenLogs(readHeader(header), seen.transactionIndex, receiptProof)[logPosition];
  const event = log?.address === seen.address ? decodeEndorsed(log.topics, log.data) : undefined;
  return (
    event?.logId === seen.logId &&
    event.endorser === seen.endorser &&
    event.size === seen.size &&
    equalBytes(event.root, seen.root)
  );
}

async function hasBlock(provider: JsonRpcProvider, { number, hash }: ChainBlock): Promise<boolean> {
  return (await provider.getBlock(Number(number)))?.hash === hash;
}

function keyOf({ blockHash, logIndex }: ChainLog): string {
  return `${blockHash} ${logIndex}`;
}
