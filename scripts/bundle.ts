/**
 * Makes what is handed out apart from the repository: `dist/evl-verify.mjs`, the verifier of one
 * file, and `dist/client`, the folder of the package `evidence-ledger-client`. The same sources
 * give the same bytes on every machine.
 *
 *     node scripts/bundle.ts [evl-verify | client]... [--if-installed]
 *
 * With `--if-installed` nothing is made where the bundler was left out (`npm ci --omit=dev`).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '..', 'dist');
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isAsked = (name: string) => asked.length === 0 || asked.includes(name);

if (process.argv.includes('--if-installed') && !isInstalled('esbuild')) {
  console.log('evl-verify.mjs is not made: the bundler esbuild is not installed');
  process.exit();
}
const { bundleVerifier } = await import('./bundle-program.ts');
const { writeClientPackage } = await import('./client-package.ts');

mkdirSync(dist, { recursive: true });
if (isAsked('evl-verify')) {
  const { code } = await bundleVerifier();
  writeFileSync(join(dist, 'evl-verify.mjs'), code);
  console.log(`${createHash('sha256').update(code).digest('hex')}  dist/evl-verify.mjs  (${code.length} bytes)`);
}
if (isAsked('client')) {
  const bytes = await writeClientPackage(join(dist, 'client'));
  console.log(`dist/client  (${bytes} bytes)`);
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
