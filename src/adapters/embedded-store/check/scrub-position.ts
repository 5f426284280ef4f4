import { createHash } from 'node:crypto';
import { fromBase64, fromHex, toBase64, toHex } from '../../../protocol/encoding/bytes.ts';
import { HASH_BYTES } from '../../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import type { IndexState } from '../index/apply.ts';
import { treeOf } from '../index/state.ts';

/**
 * The position of a scrub as text: the last frame, and what is needed to make the rows of the next
 * one. Not the whole state: the newest checkpoint and the open anchors only go into rows that later
 * frames replace. The text may be lost or damaged by its keeper.
 */
export function formatScrubPosition({ place, head, edge, entries, anchorCount }: IndexState): string {
  const { seq, segment, begin, end, hash } = place!;
  const position: Position = {
    place: { seq, segment, begin, end, hash: toHex(hash) },
    size: head.size.toString(),
    lastTimeMs: head.lastTimeMs,
    anchorCount,
    edge: edge.map((hashes) => hashes.map(toBase64)),
    entries: entries.map(toBase64),
  };
  const text = JSON.stringify(position);
  return `${digestOf(text)} ${text}`;
}

interface Position {
  readonly place: Omit<FramePlace, 'hash'> & { readonly hash: string };
  readonly size: string;
  readonly lastTimeMs: number;
  readonly anchorCount: number;
  readonly edge: readonly (readonly string[])[];
  readonly entries: readonly string[];
}

/** Undefined where the text is not, bit for bit, one that was formatted here. */
export function parseScrubPosition(text: string, hasher: TreeHasher): (IndexState & { place: FramePlace }) | undefined {
  const [digest, json] = [text.slice(0, 64), text.slice(65)];
  if (text[64] !== ' ' || digestOf(json) !== digest) return undefined;
  const { place, size: sizeText, lastTimeMs, anchorCount, edge: edgeText, entries } = JSON.parse(json) as Position;
  const size = BigInt(sizeText);
  const edge = edgeText.map((hashes) => hashes.map((hash) => fromBase64('hash', hash, HASH_BYTES)));
  const tree = treeOf(hasher, size, edge);
  return {
    place: { ...place, hash: fromHex('hash', place.hash, HASH_BYTES) },
    head: { size, root: tree.root(), note: '', lastTimeMs },
    tree,
    edge,
    entries: entries.map((entry) => fromBase64('entry', entry)),
    anchorCount,
    openAnchors: [],
  };
}

/** Covers the version of this format, so that the position of another program does not parse. */
function digestOf(text: string): string {
  return createHash('sha256').update('scrub-position/v1\n').update(text).digest('hex');
}
