import { formatEntryBundle } from '../../src/protocol/merkle/entry-bundle.ts';
import { Recomputation, compareTile } from '../../src/audit/recompute.ts';
import type { AuditProblem } from '../../src/audit/audit-problem.ts';
import { tilePath, tileWidth } from '../../src/protocol/merkle/tile.ts';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { leafHash, sha256 } from '../oracle/merkle.ts';
import { tilesOf } from '../oracle/tiles.ts';

/** Entries of 33 bytes, as records make them. */
export function recordEntries(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.concat([Buffer.of(0x01), sha256(`record ${i}`)]));
}

/** A log as it is served: the bytes of every bundle and tile by path, which a test may modify. */
export function servedLog(entries: readonly Buffer[]): Map<string, Uint8Array> {
  const size = BigInt(entries.length);
  const pages = new Map<string, Uint8Array>();
  for (let at = 0; at < entries.length; at += 256) {
    const index = BigInt(at / 256);
    const path = tilePath({ level: 'entries', index, width: tileWidth('entries', index, size) });
    pages.set(path, formatEntryBundle(entries.slice(at, at + 256)));
  }
  for (const [name, tile] of tilesOf(entries.map(leafHash))) {
    const [level, index] = name.split('/') as [string, string];
    pages.set(tilePath({ level: Number(level), index: BigInt(index), width: tile.length / 32 }), tile);
  }
  return pages;
}

/** Recomputes a whole served log, as the auditor does. */
export function recompute(
  pages: ReadonlyMap<string, Uint8Array>,
  size: bigint,
  sizes: readonly bigint[] = [],
): { recomputation: Recomputation; problems: AuditProblem[] } {
  const recomputation = new Recomputation(nodeTreeHasher, size, sizes);
  const problems: AuditProblem[] = [];
  for (let index = 0n; 256n * index < size; index++) {
    const width = tileWidth('entries', index, size);
    const bundle = pages.get(tilePath({ level: 'entries', index, width }))!;
    const step = recomputation.addBundle(bundle, pages.get(tilePath({ level: 0, index, width }))!);
    problems.push(...step.problems);
    if (step.hasEnded) return { recomputation, problems };
    for (const tile of step.completed) problems.push(...compareTile(tile, pages.get(tilePath(tile))!));
  }
  for (const tile of recomputation.partialTiles()) problems.push(...compareTile(tile, pages.get(tilePath(tile))!));
  return { recomputation, problems };
}
