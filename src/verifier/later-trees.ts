import { fetchListedAnchors, type ListedAnchor } from '../client/listed-anchors.ts';
import type { Service } from '../client/http.ts';
import type { LogClient } from '../client/log.ts';
import type { Trust } from '../protocol/trust.ts';
import type { LaterTree } from '../protocol/verify/later-tree.ts';
import { memoize } from './memoize.ts';

/** What a receipt lacks: the anchor that the chain has, or a checkpoint that meets the policy. */
export interface Lacking {
  readonly anchor: boolean;
  readonly cosignatures: boolean;
}

/**
 * Connects a tree with later ones by the tiles of the log. The service is asked for its anchors,
 * its checkpoint and tiles, none of which names a record: it learns the size of the receipt's tree
 * at most. What many receipts have in common is fetched once.
 */
export class LaterTrees {
  readonly #service: Service;
  readonly #log: LogClient;
  readonly #anchors = new Map<string, Promise<readonly ListedAnchor[]>>();
  readonly #proofs = new Map<string, Promise<Uint8Array[]>>();
  #checkpoint: ReturnType<LogClient['checkpoint']> | undefined;

  constructor(service: Service, log: LogClient) {
    this.#service = service;
    this.#log = log;
  }

  /**
   * The trees that may supply what is lacking; empty where there are none. Throws `ServiceProblem`
   * and `ServiceUnreachable`.
   */
  async of(size: bigint, trust: Trust, lacking: Lacking): Promise<readonly LaterTree[]> {
    const anchored = lacking.anchor ? await this.#anchoredFrom(size, trust) : undefined;
    const published = lacking.cosignatures ? await this.#publishedFrom(size) : undefined;
    const found = [anchored, published].filter((tree) => tree !== undefined);
    return Promise.all(found.map(async (tree) => ({ ...tree, proof: await this.#proof(size, tree.size) })));
  }

  /**
   * The smallest tree with a final anchor: it was anchored first. Where none is final, one whose
   * anchor is in a block, by which the record is pending.
   */
  async #anchoredFrom(size: bigint, { chain }: Trust): Promise<Omit<LaterTree, 'proof'> | undefined> {
    const anchors = await memoize(this.#anchors, chain.contract, () => fetchListedAnchors(this.#service, chain));
    const covering = anchors.filter(({ anchor }) => anchor.size >= size);
    const { anchor } = covering.find(({ isFinal }) => isFinal) ?? covering[0] ?? {};
    return anchor && { size: anchor.size, root: anchor.root, anchor };
  }

  async #publishedFrom(size: bigint): Promise<Omit<LaterTree, 'proof'> | undefined> {
    this.#checkpoint ??= this.#log.checkpoint();
    const { note, checkpoint } = await this.#checkpoint;
    return checkpoint.size >= size ? { size: checkpoint.size, root: checkpoint.root, note } : undefined;
  }

  #proof(from: bigint, to: bigint): Promise<Uint8Array[]> {
    return memoize(this.#proofs, `${from} ${to}`, async () =>
      from === to ? [] : this.#log.consistencyProof(from, to),
    );
  }
}
