import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../../server/version.ts';

/** What a report says about the program that made it. */
export interface ProgramIdentity {
  readonly name: 'evidence-ledger';
  readonly version: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

let identity: ProgramIdentity | undefined;

/**
 * The running program. A program of one file has the SHA-256 of that file. Otherwise it is that of
 * the list of its sources as `sha256sum` prints it, sorted by name:
 * `find src -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`. Installed dependencies are not
 * part of it.
 */
export function thisProgram(): ProgramIdentity {
  return (identity ??= { name: 'evidence-ledger', version: VERSION, sha256: digestOfProgram() });
}

function digestOfProgram(): string {
  const file = fileURLToPath(import.meta.url);
  const isBundled = !/^this-program\.[jt]s$/.test(basename(file));
  return sha256(isBundled ? readFileSync(file) : listOf(join(dirname(file), '..', '..')));
}

/** The checksum list of a folder `src`; names begin with `src/`. */
function listOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [`src${path.slice(folder.length).replaceAll('\\', '/')}`, path] as const)
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, path]) => `${sha256(readFileSync(path))}  ${name}\n`)
    .join('');
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
