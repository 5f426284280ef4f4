import type { AuditState } from '../audit/audit-state.ts';
import type { RootAt } from '../audit/judge.ts';
import { contradiction, type AuditProblem, unknown } from '../audit/audit-problem.ts';
import { ProblemList } from '../audit/problem-list.ts';
import { compareTile, type ComputedTile, Recomputation } from '../audit/recompute.ts';
import { edgeTiles, type StartingPoint, startingPoint } from '../audit/resume.ts';
import type { Service } from '../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { LogClient } from '../client/log.ts';
import { fetchPage, inOrder } from '../client/log-pages.ts';
import { keepAliveGet } from '../compose/keep-alive-get.ts';
import { withRetry } from '../client/retry.ts';
import { verifyConsistency } from '../protocol/merkle/consistency.ts';
import { TILE_WIDTH, type TileId, tilePath, tileWidth } from '../protocol/merkle/tile.ts';
import { nodeTreeHasher } from '../adapters/node-crypto/node-hashes.ts';

/**
 * Bundle and tile of each are fetched together: so many that the service has work while this side
 * hashes.
 */
const BUNDLES_AT_ONCE = 16;
const GIVE_UP_AFTER_MS = 15_000;

/** A log as it was read. */
export interface ReadLog {
  readonly problems: readonly AuditProblem[];
  readonly rootAt: RootAt;
  /** Of the whole tree; undefined where it could not be read to its end. */
  readonly peaks: readonly Uint8Array[] | undefined;
}

/** A root that somebody else states for a size of the log, to be compared with it. */
export interface StatedRoot {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/**
 * Fetches every bundle and every tile of the tree of `size`, and hashes all of it again. Ends early
 * where a page cannot be had.
 */
export async function readWholeLog(
  service: Service,
  size: bigint,
  wanted: readonly bigint[],
  onEntries: (done: bigint) => void,
): Promise<ReadLog> {
  return recomputeLog(service, new Recomputation(nodeTreeHasher, size, wanted), size, onEntries);
}

/**
 * Fetches what the log has got since it was remembered, and hashes that on top. A stated root of an
 * earlier size is compared by a consistency proof. Where the log does not continue the remembered
 * one there is a contradiction, which only the whole log can name.
 */
export async function readNewEntries(
  service: Service,
  size: bigint,
  stated: readonly StatedRoot[],
  remembered: AuditState,
  onEntries: (done: bigint) => void,
): Promise<ReadLog> {
  const before = remembered.checkpoint;
  try {
    const earlier = stated.filter((one) => one.size < before.size);
    const proven = await compareEarlier(service, earlier, before);
    const later = stated.map((one) => one.size).filter((at) => at >= before.size);
    const log = await continueLog(service, size, [...later, before.size], remembered, onEntries);
    return {
      ...log,
      problems: [...proven.problems, ...log.problems],
      rootAt: (at) => (at < before.size ? proven.roots.get(at) : log.rootAt(at)),
    };
  } catch (error) {
    return { problems: [missingPage(error)], rootAt: () => undefined, peaks: undefined };
  }
}

async function continueLog(
  service: Service,
  size: bigint,
  wanted: readonly bigint[],
  remembered: AuditState,
  onEntries: (done: bigint) => void,
): Promise<ReadLog> {
  const { checkpoint, peaks } = remembered;
  if (size === checkpoint.size) return { problems: [], rootAt: () => checkpoint.root, peaks };
  const start = await readStart(service, remembered, size);
  if (start !== undefined) {
    return recomputeLog(service, new Recomputation(nodeTreeHasher, size, wanted, start), size, onEntries);
  }
  return { problems: [contradiction('tile-differs', 'tile/1')], rootAt: () => undefined, peaks: undefined };
}

/**
 * Tiles of the remembered tree are the beginnings of those of the tree of `size`, which are sure to
 * be served.
 */
async function readStart(service: Service, remembered: AuditState, size: bigint): Promise<StartingPoint | undefined> {
  const tiles = edgeTiles(remembered).map(async ({ level, index, width }) => {
    if (width === 0) return new Uint8Array(0);
    const page = await readPage(service, { level, index, width: tileWidth(level, index, size) });
    return page.subarray(0, width * nodeTreeHasher.empty.length);
  });
  return startingPoint(nodeTreeHasher, remembered, await Promise.all(tiles));
}

/** Whether the remembered tree extends each of the stated ones. */
async function compareEarlier(
  service: Service,
  stated: readonly StatedRoot[],
  { size, root }: StatedRoot,
): Promise<{ readonly roots: ReadonlyMap<bigint, Uint8Array>; readonly problems: readonly AuditProblem[] }> {
  const client = new LogClient(service, nodeTreeHasher);
  const roots = new Map<bigint, Uint8Array>();
  const problems: AuditProblem[] = [];
  for (const one of stated) {
    const proof = await client.consistencyProof(one.size, size);
    if (verifyConsistency(nodeTreeHasher, one.size, size, one.root, root, proof)) roots.set(one.size, one.root);
    else problems.push(contradiction('root-differs', `size ${one.size}`));
  }
  return { roots, problems };
}

async function recomputeLog(
  service: Service,
  recomputation: Recomputation,
  size: bigint,
  onEntries: (done: bigint) => void,
): Promise<ReadLog> {
  const connections = keepAliveGet(2 * BUNDLES_AT_ONCE);
  const pages = { ...service, get: connections.get };
  const problems = new ProblemList();
  const check = async (tiles: readonly ComputedTile[]) => {
    for (const tile of tiles) problems.add(compareTile(tile, await readPage(pages, tile)));
  };
  const read = (peaks?: readonly Uint8Array[]) => ({
    problems: problems.all,
    rootAt: recomputation.rootAt.bind(recomputation),
    peaks,
  });
  try {
    const bundles = bundlesOf(recomputation.size, size);
    for await (const [bundle, tile] of inOrder(bundles, BUNDLES_AT_ONCE, (page) => readPair(pages, page))) {
      const step = recomputation.addBundle(bundle, tile);
      problems.add(step.problems);
      if (step.hasEnded) return read();
      await check(step.completed);
      onEntries(recomputation.size);
    }
    await check(recomputation.partialTiles());
  } catch (error) {
    problems.add([missingPage(error)]);
    return read();
  } finally {
    connections.close();
  }
  return read(recomputation.peaks);
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
    throw pageFailure(tilePath(page), error);
  }
}

/** What kept a page from being read, as it is told; anything else is a bug of ours. */
function missingPage(error: unknown): AuditProblem {
  const failure = pageFailure('tile', error);
  if (failure instanceof PageMissing) return failure.problem;
  throw failure;
}

function pageFailure(where: string, error: unknown): unknown {
  if (error instanceof ServiceUnreachable) return new PageMissing(unknown('service-unreachable', where));
  if (!(error instanceof ServiceProblem)) return error;
  return new PageMissing(unknown('page-unavailable', where, 'HTTP 200', error.code));
}

class PageMissing extends Error {
  readonly problem: AuditProblem;

  constructor(problem: AuditProblem) {
    super(problem.code);
    this.problem = problem;
  }
}
