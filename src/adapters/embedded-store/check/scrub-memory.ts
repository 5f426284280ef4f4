import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScrubMemory } from '../../../log/model.ts';
import { fromBase64, fromHex, toBase64, toHex } from '../../../protocol/encoding/bytes.ts';
import { HASH_BYTES } from '../../../protocol/encoding/hash.ts';
import type { TreeHasher } from '../../../protocol/merkle/tree-hasher.ts';
import type { FramePlace } from '../journal/frame-place.ts';
import type { IndexState } from '../index/apply.ts';
import { treeOf } from '../index/state.ts';

/** Nothing where there is no file, or it cannot be read: then everything is read from the front. */
export async function recallScrub(dir: string): Promise<ScrubMemory> {
  try {
    const { lastPassMs, position } = JSON.parse(await readFile(memoryPath(dir), 'utf8')) as Record<string, unknown>;
    return {
      ...(Number.isSafeInteger(lastPassMs) && { lastPassMs: lastPassMs as number }),
      ...(typeof position === 'string' && { position }),
    };
  } catch {
    return {};
  }
}

/** Best effort: the file is not synced, and half a file counts as none. */
export async function rememberScrub(dir: string, memory: ScrubMemory): Promise<void> {
  await writeFile(memoryPath(dir), JSON.stringify(memory)).catch(() => {});
}

function memoryPath(dir: string): string {
  return join(dir, 'scrub.json');
}

/**
 * The position of a scrub as text: the last frame, and what is needed to make the rows of the next
 * one. It is not the whole state: the newest checkpoint and the open anchors only go into rows that
 * later frames replace. A position that was damaged is detected by its digest.
 */
export function formatScrubPosition({ place, head, edge, entries, anchorCount, directory }: IndexState): string {
  const { seq, segment, begin, end, hash } = place!;
  const position: Position = {
    place: { seq, segment, begin, end, hash: toHex(hash) },
    size: head.size.toString(),
    lastTimeMs: head.lastTimeMs,
    anchorCount,
    edge: edge.map((hashes) => hashes.map(toBase64)),
    entries: entries.map(toBase64),
    directory: { count: directory.count, hash: toHex(directory.hash) },
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
  readonly directory: { readonly count: number; readonly hash: string };
}

/** Undefined unless the text is, bit for bit, one that `formatScrubPosition` made. */
export function parseScrubPosition(text: string, hasher: TreeHasher): (IndexState & { place: FramePlace }) | undefined {
  const [digest, json] = [text.slice(0, 64), text.slice(65)];
  if (text[64] !== ' ' || digestOf(json) !== digest) return undefined;
  const position = JSON.parse(json) as Position;
  const { place, size: sizeText, lastTimeMs, anchorCount, edge: edgeText, entries, directory } = position;
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
    directory: { count: directory.count, hash: fromHex('hash', directory.hash, HASH_BYTES) },
  };
}

/** Covers the version of the format, so that a position of another version is rejected. */
function digestOf(text: string): string {
  return createHash('sha256').update('scrub-position/v2\n').update(text).digest('hex');
}
