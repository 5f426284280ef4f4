/**
 * Makes the pages of the service: `dist/web`. Run before a start (`--if-changed`: only where its
 * inputs have changed, and nothing where the bundler is not installed). The same sources give the
 * same bytes on every machine.
 *
 *     node scripts/build-web.ts [--if-changed]
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'dist', 'web');
const stamp = join(folder, 'inputs.sha256');

if (process.argv.includes('--if-changed')) {
  if (!isInstalled('esbuild')) {
    console.log('the pages are not made: the bundler esbuild is not installed');
    process.exit();
  }
  if (readStamp() === inputsDigest()) process.exit();
}
const started = performance.now();
const { webPages } = await import('./web-pages.ts');
const files = await webPages();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, content] of files) writeFileSync(join(folder, name), content);
writeFileSync(stamp, inputsDigest());
console.log(`dist/web made in ${Math.round(performance.now() - started)} ms`);

/** Of everything that the pages are made of. */
function inputsDigest(): string {
  const hash = createHash('sha256');
  const sources = ['src/**/*.{ts,tsx,css}', 'scripts/{web-pages,handbook-pages,bundler/*}.ts', 'package-lock.json'];
  const documents = ['docs/handbook/*.md', 'docs/verify-by-hand*.md', 'docs/images/*'];
  const paths = globSync([...sources, ...documents], { cwd: root });
  for (const path of paths.toSorted()) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
