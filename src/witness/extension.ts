import { equalBytes } from '../protocol/encoding/bytes.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { Alarm, CosignedCheckpoint } from './ports.ts';
import type { Submission } from './submission.ts';

export interface ExtensionFault {
  /**
   * `proof-not-empty` concerns the request alone; the others are an alarm about the log.
   */
  readonly code: Alarm['code'] | 'proof-not-empty';
  readonly reason: string;
}

/**
 * Why a checkpoint that the log signed does not extend the one that was cosigned last, whose size
 * is the submission's old size. Undefined where it does.
 */
export function extensionFault(
  hasher: TreeHasher,
  stored: Pick<CosignedCheckpoint, 'root'> | undefined,
  { oldSize, proof, checkpoint: { size, root } }: Submission,
): ExtensionFault | undefined {
  const oldRoot = stored?.root ?? hasher.empty;
  if (size === oldSize && !equalBytes(root, oldRoot)) {
    return { code: 'root-differs', reason: `size ${size} has another root` };
  }
  if ((oldSize === 0n || oldSize === size) && proof.length > 0) {
    const reason = `the proof from ${oldSize} to ${size} has ${proof.length} hashes, should have none`;
    return { code: 'proof-not-empty', reason };
  }
  if (verifyConsistency(hasher, oldSize, size, oldRoot, root, proof)) return undefined;
  const reason = `the proof does not lead from the tree of ${oldSize} that was cosigned to this one of ${size}`;
  return { code: 'proof-wrong', reason };
}
