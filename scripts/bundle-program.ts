import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { VERIFIER } from '../src/cli/programs/verifier.ts';
import { bundle, type Bundle } from './bundler/bundle.ts';
import { licencesOf } from './bundler/licences.ts';
import { ROOT, VERSION } from './bundler/project.ts';

/** Modules in the older format of Node call it, and a module in the newer one has none. */
const REQUIRE = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;

/**
 * Bundles a script into one file for Node >= 20, with the licences of what is in it at the end.
 *
 * @param entry path of the script, relative to the project
 * @param options of the bundler, in addition
 */
export async function bundleProgram(entry: string, options: BuildOptions = {}): Promise<Bundle> {
  const name = entry.replace(/^scripts\/|\.ts$/g, '');
  const { code, packages } = await bundle(entry, {
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: `// evidence-ledger ${VERSION}, ${name}\n${REQUIRE}` },
    ...options,
  });
  return { code: Buffer.concat([code, Buffer.from(licencesOf(packages))]), packages };
}

/** The verifier of one file. It aligns its texts by a shorter measure of their width. */
export async function bundleVerifier(): Promise<Bundle> {
  return bundleProgram('scripts/evl-verify.ts', {
    alias: {
      'string-width': join(ROOT, 'scripts', 'simple-width.ts'),
      '@scure/base': join(ROOT, 'src/web/verify/encodings.ts'),
    },
    plugins: [withoutMeanings(), withoutSummaries()],
  });
}

/**
 * What settings mean and default to, in words, is left out of the verifier, but for those that its
 * help lists.
 */
function withoutMeanings(): Plugin {
  const shown: readonly string[] = VERIFIER.settings ?? [];
  const setting = /^  ([a-zA-Z]+): \{\n(?:    .*\n)+  \},$/gm;
  const meaning = /^    (?:(?:zh|en):\s.*|fallbackText: (?:.*|\{\n(?:      .*\n)+    \})),\n/gm;
  return {
    name: 'meanings',
    setup(bundler) {
      bundler.onLoad({ filter: /settings-table\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8').replace(setting, (text, name: string) =>
          shown.includes(name) ? text : text.replace(meaning, ''),
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** The summaries of commands that the verifier does not have are left out of it. */
function withoutSummaries(): Plugin {
  const summaries = /(?<=^export const COMMANDS = \{\n)[^]*?(?=^\} as const)/m;
  const summary = /^  '?([a-z-]+)'?: \{(?: .*\},|\n(?:    .*\n)+  \},)\n/gm;
  return {
    name: 'summaries',
    setup(bundler) {
      bundler.onLoad({ filter: /[\\/]text[\\/]help\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8').replace(summaries, (all) =>
          all.replace(summary, (text, name: string) => (Object.hasOwn(VERIFIER.commands, name) ? text : '')),
        );
        return { contents, loader: 'ts' };
      });
    },
  };
}
