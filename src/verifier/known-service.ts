import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { makeFolder } from '../cli/settings/home.ts';
import { isAbsent } from '../adapters/files/file-errors.ts';
import { readBounded } from '../adapters/files/read-bounded.ts';
import { writeWholeFile } from '../adapters/files/whole-file.ts';

/**
 * Which log a service had when it was first believed. The origin is a name that the service gives
 * itself: whoever remembered trust by that name alone would take a service that has changed it for
 * one that was never met before, and believe it anew.
 */
export type KnownOrigin = { readonly origin: string } | 'unreadable' | undefined;

const MAX_ORIGIN_BYTES = 1024;

export async function knownOrigin(path: string): Promise<KnownOrigin> {
  try {
    return {
      origin: Buffer.from(await readBounded(Buffer.from(path), MAX_ORIGIN_BYTES))
        .toString()
        .trimEnd(),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    return 'unreadable';
  }
}

export async function rememberOrigin(path: string, origin: string): Promise<void> {
  makeFolder(dirname(path));
  await writeWholeFile(Buffer.from(path), `${origin}\n`);
}

/** `<home>/services/<readable part of the address>-<hash of it>.txt`. */
export function knownServicePath(home: string, url: string): string {
  const readable = url.replaceAll(/[^a-zA-Z0-9.-]+/g, '_').slice(0, 60);
  const hash = createHash('sha256').update(url).digest('hex').slice(0, 16);
  return join(home, 'services', `${readable}-${hash}.txt`);
}
