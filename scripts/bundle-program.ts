import { bundle, type Bundle } from './bundler/bundle.ts';
import { licencesOf } from './bundler/licences.ts';
import { VERSION } from './bundler/project.ts';

/** Modules in the older format of Node call it, and a module in the newer one has none. */
const REQUIRE = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;

/**
 * Bundles a script into one file for Node >= 20, with the licences of what is in it at the end.
 *
 * @param entry path of the script, relative to the project
 */
export async function bundleProgram(entry: string): Promise<Bundle> {
  const name = entry.replace(/^scripts\/|\.ts$/g, '');
  const { code, packages } = await bundle(entry, {
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: `// evidence-ledger ${VERSION}, ${name}\n${REQUIRE}` },
  });
  return { code: Buffer.concat([code, Buffer.from(licencesOf(packages))]), packages };
}
