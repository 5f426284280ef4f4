import { baseName, type PathBytes, pathText } from './path-bytes.ts';

/** What systems and programs leave in folders, and nobody means to register with them. */
export const LEFT_BY_PROGRAMS: readonly string[] = ['Thumbs.db', 'ehthumbs.db', 'desktop.ini', '.DS_Store', '~$*'];

/**
 * Whether one of the patterns excludes a path. `*` stands for any characters but slashes, `?` for
 * one; a pattern without a slash is compared with the last part of the path, any other one with the
 * whole path as it is found: relative to the folder that was named.
 */
export function isExcluded(name: PathBytes, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const compared = pattern.includes('/') ? name : baseName(name);
    return expressionOf(pattern).test(pathText(compared).text.normalize('NFC'));
  });
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .normalize('NFC')
    .replace(/\/$/, '')
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`, 'u');
}
