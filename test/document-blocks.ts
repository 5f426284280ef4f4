import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * The fenced blocks of a document in one language, as they stand there. Fences within lists are not
 * looked for.
 */
function fencedBlocks(document: string, language: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)];
  return blocks.filter(([, info]) => info === language).map(([, , block]) => block!);
}

/** What a reader is to run, and a test runs. */
export function shellBlocks(document: string): string[] {
  return fencedBlocks(document, 'sh');
}

/** What a reader is to run, but no test can. */
export function consoleBlocks(document: string): string[] {
  return fencedBlocks(document, 'console');
}
