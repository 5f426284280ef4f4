import { equalBytes } from '../encoding/bytes.ts';
import { ProtocolError } from '../encoding/errors.ts';
import { keccak256 } from './abi.ts';
import { decodeRlp, rlpBytes, type RlpItem, rlpList } from './rlp.ts';

const BRANCH_ITEMS = 17;
const HASH_BYTES = 32;

/**
 * The value at `key` in the Merkle Patricia trie with this root (Yellow Paper, appendix D), by the
 * RLP nodes on the path from the root. Every node must have the hash that its parent states, and no
 * node may be left over. Throws `trie-proof-invalid` or `rlp-invalid`; the absence of a key cannot
 * be proven.
 */
export function trieValue(root: Uint8Array, key: Uint8Array, nodes: readonly Uint8Array[]): Uint8Array {
  const path = nibblesOf(key);
  let rest = [...nodes];
  /** A reference is the hash of a node of 32 bytes or more, or a smaller node itself. */
  const nodeOf = (reference: RlpItem): readonly RlpItem[] => {
    if (!(reference instanceof Uint8Array)) return reference;
    const [bytes, ...others] = rest;
    if (bytes === undefined) throw invalid('a node is missing');
    if (reference.length !== HASH_BYTES || !equalBytes(keccak256(bytes), reference)) {
      throw invalid('a node does not have the hash that the one above it names');
    }
    rest = others;
    return rlpList('trie node', decodeRlp('trie node', bytes), 2, BRANCH_ITEMS);
  };

  let node = nodeOf(root);
  let at = 0;
  for (;;) {
    if (node.length === BRANCH_ITEMS) {
      if (at === path.length) return ended(node[BRANCH_ITEMS - 1], rest);
      node = nodeOf(node[path[at++]!]!);
      continue;
    }
    if (node.length !== 2) throw invalid(`a node has ${node.length} items`);
    const { isLeaf, nibbles } = compactPath(rlpBytes('trie path', node[0]));
    if (!nibbles.every((nibble, i) => nibble === path[at + i])) throw invalid('the path leads elsewhere');
    at += nibbles.length;
    if (isLeaf) {
      if (at !== path.length) throw invalid('a leaf ends before its key');
      return ended(node[1], rest);
    }
    node = nodeOf(node[1]!);
  }
}

function ended(value: RlpItem | undefined, rest: readonly Uint8Array[]): Uint8Array {
  const bytes = rlpBytes('trie value', value);
  if (bytes.length === 0) throw invalid('there is no value at the key');
  if (rest.length > 0) throw invalid(`${rest.length} nodes are not needed`);
  return bytes;
}

/** The nibbles of a leaf or extension in their canonical encoding, and which of the two it is. */
function compactPath(bytes: Uint8Array): { readonly isLeaf: boolean; readonly nibbles: readonly number[] } {
  const [flags, ...nibbles] = nibblesOf(bytes);
  if (flags === undefined || flags > 3) throw invalid('a path has unknown flags');
  const isLeaf = flags >= 2;
  const isOdd = (flags & 1) === 1;
  if (!isOdd && nibbles.shift() !== 0) throw invalid('a path has padding other than zero');
  if (!isLeaf && nibbles.length === 0) throw invalid('an extension leads nowhere');
  return { isLeaf, nibbles };
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 0x0f]);
}

function invalid(reason: string): ProtocolError {
  return new ProtocolError('trie-proof-invalid', `trie proof: ${reason}`);
}
