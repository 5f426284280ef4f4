import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Package, ROOT } from './project.ts';

/**
 * The licences of bundled packages as comments, equal texts once: their terms ask that copies carry
 * them.
 */
export function licencesOf(folders: readonly string[]): string {
  const licences = Map.groupBy(folders.map(licenceOf), ({ terms }) => terms.replace(/[\s“”"']+/g, ' ').toLowerCase());
  return [...licences.values()]
    .map((same) => `/*!\n${same.map(({ heading }) => heading).join('\n')}\n\n${same[0]!.terms}\n*/\n`)
    .join('');
}

/** Name, version and copyright of a package, and the terms that follow. */
function licenceOf(folder: string): { readonly heading: string; readonly terms: string } {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Package;
  const [file] = globSync('{licen[cs]e,LICEN[CS]E}*', { cwd: join(ROOT, folder) });
  if (file === undefined) throw new Error(`${folder} has no file of its licence`);
  const lines = readFileSync(join(ROOT, folder, file), 'utf8')
    .replaceAll('*/', '* /')
    .trim()
    .split('\n');
  const isHeading = (line: string) => /^\s*(?:Copyright|\(?(?:The )?MIT License)/i.test(line);
  const copyright = lines.filter((line) => /^\s*Copyright/i.test(line)).map((line) => line.trim());
  const terms = lines
    .filter((line) => !isHeading(line))
    .join('\n')
    .trim();
  return { heading: `${name} ${version}: ${copyright.join('; ')}`, terms };
}
