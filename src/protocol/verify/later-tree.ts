import type { Anchor } from '../chain/anchor.ts';
import type { Sha256 } from '../encoding/hash.ts';
import { verifyConsistency } from '../merkle/consistency.ts';
import { treeHasher } from '../merkle/tree-hasher.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import type { Note } from '../note/note.ts';

/**
 * A later tree of the log, or the same one, which extends that of the receipt: what is shown of it
 * holds for the record too, without a proof that names the record.
 */
export interface LaterTree {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** Consistency proof (RFC 9162, section 2.1.4) from the receipt's tree to this one. */
  readonly proof: readonly Uint8Array[];
  /** The log's checkpoint of this tree, with its cosignatures; undefined where it is not known. */
  readonly note?: Note;
  /** Its anchor; undefined where none is known. */
  readonly anchor?: Anchor;
}

/** The later trees of which it is proven that they extend the tree of this checkpoint. */
export function extendingTrees(
  hash: Sha256,
  checkpoint: Checkpoint,
  trees: readonly LaterTree[] | undefined,
): readonly LaterTree[] {
  const hasher = treeHasher(hash);
  const { size, root } = checkpoint;
  return (trees ?? []).filter(
    (later) => later.size >= size && verifyConsistency(hasher, size, later.size, root, later.root, later.proof),
  );
}
