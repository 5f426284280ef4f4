import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DefinedOperation } from './operation.ts';

const FOLDER = join(import.meta.dirname, 'api');

/**
 * All operations of the service: the default exports of the files in `api/`, sorted by path. A new
 * route is a new file there and nothing else.
 */
export const OPERATIONS: readonly DefinedOperation[] = (await Promise.all(routeFiles().map(operationsIn)))
  .flat()
  .toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));

/** Sources end in `.ts`, compiled files in `.js` with declarations next to them. */
function routeFiles(): string[] {
  return readdirSync(FOLDER).filter((name) => /^[a-z-]+\.[jt]s$/.test(name));
}

async function operationsIn(name: string): Promise<readonly DefinedOperation[]> {
  const module = (await import(pathToFileURL(join(FOLDER, name)).href)) as {
    readonly default: DefinedOperation | readonly DefinedOperation[];
  };
  return [module.default].flat();
}
