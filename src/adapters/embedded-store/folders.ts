import { join } from 'node:path';

/** The journal of the store in a data folder. */
export function journalFolder(dir: string): string {
  return join(dir, 'journal');
}

/** The index of the store in a data folder. */
export function indexFolder(dir: string): string {
  return join(dir, 'index');
}
