import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { Sha256 } from '../../protocol/encoding/hash.ts';

/** The journal of the store in a data folder. */
export function journalFolder(dir: string): string {
  return join(dir, 'journal');
}

/** The index of the store in a data folder. */
export function indexFolder(dir: string): string {
  return join(dir, 'index');
}

/** The SHA-256 of Node, the default of every function that hashes here. */
export const nodeSha256: Sha256 = (message) => hash('sha256', message, 'buffer');
