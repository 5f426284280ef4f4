import { type Problem, unknown } from '../../src/audit/problem.ts';
import { compareTile, type ComputedTile, Recomputation } from '../../src/audit/recompute.ts';
import { type Service, ServiceProblem, ServiceUnreachable } from '../../src/client/http.ts';
import { fetchPage, inOrder } from '../../src/client/log-pages.ts';
import { keptConnections } from './kept-connections.ts';
import { withRetry } from '../../src/client/retry.ts';
import { TILE_WIDTH, type TileId, tilePath, tileWidth } from '../../src/protocol/merkle/tile.ts';
import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';

/** Bundle and tile of each are fetched together: so many that the service has work while this side hashes. */
const BUNDLES_AT_ONCE = 16;
const GIVE_UP_AFTER_MS = 15_000;

/** Fetches every bundle and every tile of the tree of `size`, and hashes all of it again. Ends early where a page cannot be had. */
export async function recomputeLog(
  service: Service,
  size: bigint,
  wanted: readonly bigint[],
  onEntries: (done: bigint) => void,
): Promise<{ readonly recomputation: Recomputation; readonly problems: Problem[] }> {
  const recomputation = new Recomputation(nodeTreeHasher, size, wanted);
  const pages = { ...service, get: keptConnections(2 * BUNDLES_AT_ONCE) };
  const problems: Problem[] = [];
  const check = async (tiles: readonly ComputedTile[]) => {
    for (const tile of tiles) problems.push(...compareTile(tile, await readPage(pages, tile)));
  };
  try {
    for await (const [bundle, tile] of inOrder(bundlesOf(size), BUNDLES_AT_ONCE, (page) => readPair(pages, page))) {
      const step = recomputation.addBundle(bundle, tile);
      problems.push(...step.problems);
      if (step.hasEnded) return { recomputation, problems };
      await check(step.completed);
      onEntries(recomputation.size);
    }
    await check(recomputation.partialTiles());
  } catch (error) {
    if (!(error instanceof PageMissing)) throw error;
    problems.push(error.problem);
  }
  return { recomputation, problems };
}

function* bundlesOf(size: bigint): Generator<TileId> {
  for (let index = 0n; index * BigInt(TILE_WIDTH) < size; index++) {
    yield { level: 'entries', index, width: tileWidth('entries', index, size) };
  }
}

async function readPair(service: Service, bundle: TileId): Promise<readonly [Uint8Array, Uint8Array]> {
  return Promise.all([readPage(service, bundle), readPage(service, { ...bundle, level: 0 })]);
}

async function readPage(service: Service, page: TileId): Promise<Uint8Array> {
  try {
    return await withRetry({ giveUpAfterMs: GIVE_UP_AFTER_MS }, () => fetchPage(service, page));
  } catch (error) {
    if (error instanceof ServiceUnreachable) throw new PageMissing(unknown('service-unreachable', tilePath(page)));
    if (!(error instanceof ServiceProblem)) throw error;
    throw new PageMissing(unknown('page-unavailable', tilePath(page), 'HTTP 200', error.code));
  }
}

class PageMissing extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}
