import { ProtocolError } from '../encoding/errors.ts';
import { TILE_WIDTH } from './tile.ts';
import type { TreeHasher } from './tree-hasher.ts';

export const MAX_ENTRY_BYTES = 0xffff;
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES);

/** The entries of C2SP tlog-tiles, each as its length (uint16, big endian) and its bytes. */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError(`entry of ${entry.length} bytes is too long`);
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

const LENGTH_BYTES = 2;

/** Whether the bundle has exactly `width` entries of `entryBytes` bytes each. */
export function isUniformBundle(bundle: Uint8Array, width: number, entryBytes: number): boolean {
  const stride = LENGTH_BYTES + entryBytes;
  if (bundle.length !== width * stride) return false;
  const [high, low] = [entryBytes >> 8, entryBytes & 0xff];
  for (let at = 0; at < bundle.length; at += stride) {
    if (bundle[at] !== high || bundle[at + 1] !== low) return false;
  }
  return true;
}

/**
 * The leaf hashes of a bundle, concatenated. Entries of equal length, as records have, are hashed
 * in place.
 */
export function hashBundle(hasher: TreeHasher, bundle: Uint8Array, width: number): Uint8Array {
  const entryBytes = bundle.length / width - LENGTH_BYTES;
  if (entryBytes >= 0 && Number.isInteger(entryBytes) && isUniformBundle(bundle, width, entryBytes)) {
    return hasher.spacedLeaves(bundle, LENGTH_BYTES, entryBytes);
  }
  return hasher.leaves(parseEntryBundle(bundle, width));
}

/**
 * Exactly `width` entries that take up all bytes, as views into `bundle`. Throws `bundle-too-short`
 * or `bundle-trailing-bytes`.
 */
export function parseEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < width; i++) {
    if (at + 2 > bundle.length) throw tooShort(i, width);
    const length = (bundle[at]! << 8) | bundle[at + 1]!;
    at += 2;
    if (at + length > bundle.length) throw tooShort(i, width);
    entries.push(bundle.subarray(at, at + length));
    at += length;
  }
  if (at !== bundle.length) {
    throw new ProtocolError('bundle-trailing-bytes', `bundle has ${bundle.length - at} bytes after entry ${width}`);
  }
  return entries;
}

function tooShort(index: number, width: number): ProtocolError {
  return new ProtocolError('bundle-too-short', `bundle ends within entry ${index}, should have ${width} entries`);
}
