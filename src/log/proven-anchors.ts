import type { Anchor } from '../protocol/chain/anchor.ts';
import { provenLogs, readHeader } from '../protocol/chain/block-proof.ts';
import { decodeAnchored } from '../protocol/chain/contract.ts';
import { equalBytes, toHex } from '../protocol/encoding/bytes.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';

const REMEMBERED = 256;

/** Whether anchors are what their own proofs lead to; remembers those that were checked last. */
export class ProvenAnchors {
  readonly #proven = new Set<string>();

  /**
   * True where the anchor has no proof, or block header and receipt proof hold an event with all
   * that it states.
   */
  isProven(anchor: Anchor): boolean {
    const { header, receiptProof } = anchor;
    if (header === undefined || receiptProof === undefined) return true;
    const facts = [anchor.blockHash, anchor.blockNumber, anchor.logId, anchor.size, anchor.anchorIndex];
    const places = [anchor.contract, anchor.transactionIndex, anchor.logPosition];
    const key = [...facts, ...places, ...[anchor.root, header, ...receiptProof].map(toHex)].join();
    if (this.#proven.has(key)) return true;
    if (!isProvenBy(anchor, header, receiptProof)) return false;
    this.#proven.add(key);
    if (this.#proven.size > REMEMBERED) this.#proven.delete(this.#proven.values().next().value!);
    return true;
  }
}

function isProvenBy(anchor: Anchor, headerBytes: Uint8Array, receiptProof: readonly Uint8Array[]): boolean {
  try {
    const header = readHeader(headerBytes);
    if (header.hash !== anchor.blockHash || header.number !== anchor.blockNumber) return false;
    const log = provenLogs(header, anchor.transactionIndex, receiptProof)[anchor.logPosition];
    const event = log?.address === anchor.contract ? decodeAnchored(log.topics, log.data) : undefined;
    if (event === undefined || event.logId !== anchor.logId || event.size !== anchor.size) return false;
    return equalBytes(event.root, anchor.root) && event.anchorIndex === anchor.anchorIndex;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
