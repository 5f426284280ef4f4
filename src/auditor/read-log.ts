import { type AuditProblem, contradiction } from '../audit/audit-problem.ts';
import type { AuditState } from '../audit/audit-state.ts';
import type { RootAt } from '../audit/judge.ts';
import { ProblemList } from '../audit/problem-list.ts';
import { compareTile, type ComputedTile, Recomputation } from '../audit/recompute.ts';
import { edgeTiles, type StartingPoint, startingPoint } from '../audit/resume.ts';
import type { Service } from '../client/http.ts';
import { LogClient } from '../client/log.ts';
import { pMapIterable } from 'p-map';
import { fetchPage } from '../client/log-pages.ts';
import { withRetry } from '../client/retry.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import { TILE_WIDTH, type TileId, tilePath, tileWidth } from '../protocol/merkle/tile.ts';
import type { Platform } from './ports.ts';
import { serviceProblem } from './service-problem.ts';

/**
 * Bundles that are fetched ahead, each together with its tile, so that the service works while the
 * auditor hashes.
 */
const BUNDLES_AT_ONCE = 16;
const GIVE_UP_AFTER_MS = 15_000;

/** The log to read, up to one size. */
export interface LogSource {
  readonly service: Service;
  readonly size: bigint;
  readonly platform: Platform;
  /** Called with the number of entries that are read and hashed. */
  readonly onProgress: (done: bigint) => void;
}

/** The result of reading a log. */
export interface ReadLog {
  readonly problems: readonly AuditProblem[];
  readonly rootAt: RootAt;
  /** Roots of the complete subtrees of the whole tree; undefined if it was not read to its end. */
  readonly peaks: readonly Uint8Array[] | undefined;
}

/** A root for a size of the log that another party states, to be compared with the log. */
export interface StatedRoot {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/**
 * Fetches every bundle and every tile, and recomputes the tree; the roots at `sizes` are known
 * afterwards. Ends early where a page is unavailable.
 */
export async function readWholeLog(source: LogSource, sizes: readonly bigint[]): Promise<ReadLog> {
  return recomputeLog(source, new Recomputation(source.platform.hasher, source.size, sizes));
}

/**
 * Fetches the entries after the remembered size, and continues the remembered tree with them. A
 * stated root of an earlier size is compared by a consistency proof. Where the log does not extend
 * the remembered one there is a contradiction, whose cause only reading the whole log can show.
 */
export async function readNewEntries(
  source: LogSource,
  stated: readonly StatedRoot[],
  remembered: AuditState,
): Promise<ReadLog> {
  const before = remembered.checkpoint;
  try {
    const earlier = stated.filter(({ size }) => size < before.size);
    const proven = await compareEarlierRoots(source, earlier, before);
    const later = stated.map(({ size }) => size).filter((size) => size >= before.size);
    const log = await continueLog(source, [...later, before.size], remembered);
    return {
      ...log,
      problems: [...proven.problems, ...log.problems],
      rootAt: (size) => (size < before.size ? proven.roots.get(size) : log.rootAt(size)),
    };
  } catch (error) {
    return { problems: [pageProblem(error)], rootAt: () => undefined, peaks: undefined };
  }
}

async function continueLog(source: LogSource, sizes: readonly bigint[], remembered: AuditState): Promise<ReadLog> {
  const { checkpoint, peaks } = remembered;
  if (source.size === checkpoint.size) return { problems: [], rootAt: () => checkpoint.root, peaks };
  const start = await readStartingPoint(source, remembered);
  if (start === undefined) {
    return { problems: [contradiction('tile-differs', 'tile/1')], rootAt: () => undefined, peaks: undefined };
  }
  return recomputeLog(source, new Recomputation(source.platform.hasher, source.size, sizes, start));
}

/**
 * The edge tiles of the remembered tree are prefixes of tiles of the current tree, which a log must
 * serve.
 */
async function readStartingPoint(source: LogSource, remembered: AuditState): Promise<StartingPoint | undefined> {
  const { service, size, platform } = source;
  const tiles = edgeTiles(remembered).map(async ({ level, index, width }) => {
    if (width === 0) return new Uint8Array(0);
    const page = await readPage(service, { level, index, width: tileWidth(level, index, size) });
    return page.subarray(0, width * HASH_BYTES);
  });
  return startingPoint(platform.hasher, remembered, await Promise.all(tiles));
}

/** Whether the remembered tree extends each of the stated ones. */
async function compareEarlierRoots(
  { service, platform: { hasher } }: LogSource,
  stated: readonly StatedRoot[],
  { size, root }: StatedRoot,
): Promise<{ readonly roots: ReadonlyMap<bigint, Uint8Array>; readonly problems: readonly AuditProblem[] }> {
  const client = new LogClient(service, hasher);
  const roots = new Map<bigint, Uint8Array>();
  const problems: AuditProblem[] = [];
  for (const earlier of stated) {
    const proof = await client.consistencyProof(earlier.size, size);
    const isConsistent = verifyConsistency(hasher, earlier.size, size, earlier.root, root, proof);
    if (isConsistent) roots.set(earlier.size, earlier.root);
    else problems.push(contradiction('root-differs', `size ${earlier.size}`));
  }
  return { roots, problems };
}

async function recomputeLog(
  { service, size, platform, onProgress }: LogSource,
  recomputation: Recomputation,
): Promise<ReadLog> {
  const connections = platform.openConnections?.(2 * BUNDLES_AT_ONCE);
  const pages = connections === undefined ? service : { ...service, get: connections.get };
  const problems = new ProblemList();
  const compare = async (tiles: readonly ComputedTile[]) => {
    for (const tile of tiles) problems.add(compareTile(tile, await readPage(pages, tile)));
  };
  const result = (peaks?: readonly Uint8Array[]) => ({
    problems: problems.all,
    rootAt: recomputation.rootAt.bind(recomputation),
    peaks,
  });
  try {
    const bundles = bundlesOf(recomputation.size, size);
    const pairs = pMapIterable(bundles, (page) => readPair(pages, page), { concurrency: BUNDLES_AT_ONCE });
    for await (const [bundle, tile] of pairs) {
      const step = recomputation.addBundle(bundle, tile);
      problems.add(step.problems);
      if (step.hasEnded) return result();
      await compare(step.completed);
      onProgress(recomputation.size);
    }
    await compare(recomputation.partialTiles());
  } catch (error) {
    problems.add([pageProblem(error)]);
    return result();
  } finally {
    connections?.close();
  }
  return result(recomputation.peaks);
}

function* bundlesOf(from: bigint, size: bigint): Generator<TileId> {
  for (let index = from / BigInt(TILE_WIDTH); index * BigInt(TILE_WIDTH) < size; index++) {
    yield { level: 'entries', index, width: tileWidth('entries', index, size) };
  }
}

async function readPair(service: Service, bundle: TileId): Promise<readonly [Uint8Array, Uint8Array]> {
  return Promise.all([readPage(service, bundle), readPage(service, { ...bundle, level: 0 })]);
}

async function readPage(service: Service, page: TileId): Promise<Uint8Array> {
  try {
    return await withRetry({ giveUpAfterMs: GIVE_UP_AFTER_MS, signal: service.signal }, () => fetchPage(service, page));
  } catch (error) {
    throw new PageUnavailable(serviceProblem(error, 'page-unavailable', tilePath(page)));
  }
}

/** Why a page of the log could not be read; throws every other error, which is a bug of ours. */
function pageProblem(error: unknown): AuditProblem {
  return error instanceof PageUnavailable ? error.problem : serviceProblem(error, 'page-unavailable', 'tile');
}

class PageUnavailable extends Error {
  readonly problem: AuditProblem;

  constructor(problem: AuditProblem) {
    super(problem.code);
    this.problem = problem;
  }
}
