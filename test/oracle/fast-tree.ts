import { sha256 } from './merkle.ts';
import { treeHasher, type TreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';

/** The tree hashes on node:crypto, where a test hashes too much for the portable one. */
export const nodeHasher: TreeHasher = treeHasher((message) => sha256(message));
