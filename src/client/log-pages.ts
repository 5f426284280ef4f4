import { ProtocolError } from '../protocol/encoding/errors.ts';
import { HASH_BYTES } from '../protocol/encoding/hash.ts';
import { formatEntryBundle, MAX_BUNDLE_BYTES, parseEntryBundle } from '../protocol/merkle/entry-bundle.ts';
import { TILE_WIDTH, type TileId, tilePath } from '../protocol/merkle/tile.ts';
import { send, type Service } from './http.ts';
import { ServiceProblem } from './service-errors.ts';

const FULL_TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/**
 * Fetches one tile or entry bundle as the log serves it; the caller checks its length. A log may
 * drop a partial one once the full one exists; then the full one is fetched and cut to the width.
 * Throws `ServiceProblem` and `ServiceUnreachable`.
 */
export async function fetchPage(service: Service, page: TileId): Promise<Uint8Array> {
  try {
    return await fetchExactly(service, page);
  } catch (error) {
    if (page.width === TILE_WIDTH || !(error instanceof ServiceProblem) || error.status !== 404) throw error;
    const full = await fetchExactly(service, { ...page, width: TILE_WIDTH });
    if (page.level !== 'entries') return full.subarray(0, page.width * HASH_BYTES);
    return firstEntries(full, page.width);
  }
}

/** A full bundle that cannot be parsed is returned whole, so that the caller finds its fault. */
function firstEntries(bundle: Uint8Array, width: number): Uint8Array {
  try {
    return formatEntryBundle(parseEntryBundle(bundle, TILE_WIDTH).slice(0, width));
  } catch (error) {
    if (error instanceof ProtocolError) return bundle;
    throw error;
  }
}

async function fetchExactly(service: Service, page: TileId): Promise<Uint8Array> {
  const limitBytes = page.level === 'entries' ? MAX_BUNDLE_BYTES : FULL_TILE_BYTES;
  const { body } = await send(service, { method: 'GET', path: `/log/${tilePath(page)}`, limitBytes });
  return body;
}
