import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { VERIFIER } from '../src/cli/programs/verifier.ts';
import { bundle, type Bundle, type Rewrites } from './bundler/bundle.ts';
import { licencesOf } from './bundler/licences.ts';
import { ROOT, VERSION } from './bundler/project.ts';

/** Modules in the older format of Node call it, and a module in the newer one has none. */
const REQUIRE = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;

/**
 * Bundles a script into one file for Node >= 20, with the licences of what is in it at the end.
 *
 * @param entry path of the script, relative to the project
 * @param options of the bundler, in addition
 * @param rewrites as of `bundle`
 */
export async function bundleProgram(
  entry: string,
  options: BuildOptions = {},
  rewrites: Rewrites = {},
): Promise<Bundle> {
  const name = entry.replace(/^scripts\/|\.ts$/g, '');
  const { code, packages } = await bundle(
    entry,
    {
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: `// evidence-ledger ${VERSION}, ${name}\n${REQUIRE}` },
      ...options,
    },
    rewrites,
  );
  return { code: Buffer.concat([code, Buffer.from(licencesOf(packages))]), packages };
}

/** The verifier of one file. It aligns its texts by a shorter measure of their width. */
export async function bundleVerifier(): Promise<Bundle> {
  const options = {
    alias: {
      'string-width': join(ROOT, 'scripts', 'simple-width.ts'),
      '@scure/base': join(ROOT, 'src/web/verify/encodings.ts'),
    },
    plugins: [withoutSummaries()],
  };
  return bundleProgram('scripts/evl-verify.ts', options, { 'src/cli/settings/settings-table.ts': shortSettings });
}

/** Settings that its help does not list, by which it finds the service of its machine. */
const OF_THE_SERVICE = ['port', 'tlsCert', 'publicHosts'];

/**
 * The table of settings without what documents say of them, but for the meanings that the
 * verifier's help lists. Of settings that the verifier does not use nothing but the names of their
 * variables is left.
 */
function shortSettings(source: string): string {
  const shown: readonly string[] = VERIFIER.settings ?? [];
  const setting = /^  ([a-zA-Z]+): \{\n(?:    .*\n)+  \},$/gm;
  const meaning = /^    (?:zh|en):\s.*,\n/gm;
  const fallback = /^    fallback(?:Text)?: .*,\n/gm;
  return source.replace(setting, (text, name: string) => {
    const used = text.replace(/^    fallbackText: .*,\n/gm, '');
    if (shown.includes(name)) return used;
    const unexplained = used.replace(meaning, '');
    if (OF_THE_SERVICE.includes(name)) return unexplained;
    return unexplained.replace(fallback, '').replace(/^    kind: .*,$/m, '    kind: text,');
  });
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
