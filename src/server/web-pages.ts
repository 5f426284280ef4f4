import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('evidence-ledger/package.json')), 'dist', 'web');
/** Named by a digest: of SHA-256, or as the bundler names parts. */
const ASSET_NAME = /^(?:[0-9a-f]{16}|[0-9A-Z]{8})\.(?:css|js|txt)$/;

/** The pages that scripts/build-web.ts has made. */
export interface WebPages {
  readonly verify: string;
  readonly offline: Buffer;
  /** Of the offline page, in lower-case hex. */
  readonly offlineSha256: string;
}

/** Undefined where the pages were not made: the service runs without them. */
export function readWebPages(): WebPages | undefined {
  const names = readOrUndefined('pages.json');
  if (names === undefined) return undefined;
  const { verify, offline, offlineSha256 } = JSON.parse(names.toString('utf8')) as Record<string, string>;
  return {
    verify: readFileSync(join(FOLDER, verify!), 'utf8'),
    offline: readFileSync(join(FOLDER, offline!)),
    offlineSha256: offlineSha256!,
  };
}

/** A script or style sheet of the pages; `isCompressed`: as gzip. Undefined: there is none. */
export function readAsset(name: string, isCompressed: boolean): Buffer | undefined {
  return ASSET_NAME.test(name) ? readOrUndefined(isCompressed ? `${name}.gz` : name) : undefined;
}

function readOrUndefined(name: string): Buffer | undefined {
  try {
    return readFileSync(join(FOLDER, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
