import { nodeHash } from './merkle.ts';

/**
 * All tiles of a tree by tlog-tiles, by "level/index": each level is made from the one below by
 * hashing pairs eight times.
 */
export function tilesOf(leafHashes: readonly Buffer[]): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>();
  let hashes = leafHashes;
  for (let level = 0; hashes.length > 0; level++) {
    for (let at = 0; at < hashes.length; at += 256) {
      tiles.set(`${level}/${at / 256}`, Buffer.concat(hashes.slice(at, at + 256)));
    }
    const complete = hashes.slice(0, hashes.length - (hashes.length % 256));
    hashes = Array.from({ length: complete.length / 256 }, (_, i) => fold(complete.slice(i * 256, (i + 1) * 256)));
  }
  return tiles;
}

function fold(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!;
  return fold(Array.from({ length: hashes.length / 2 }, (_, i) => nodeHash(hashes[2 * i]!, hashes[2 * i + 1]!)));
}
