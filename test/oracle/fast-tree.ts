import { sha256 } from './merkle.ts';
import { treeHasher, type TreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';

/** The tree hasher on node:crypto, for tests with too many hashes for the portable one. */
export const nodeHasher: TreeHasher = treeHasher((message) => sha256(message));
