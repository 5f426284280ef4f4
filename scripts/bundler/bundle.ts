import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import type { ErrorEntry } from '../../src/text/error-entry.ts';
import { ERRORS } from '../../src/text/errors.ts';
import { ROOT, VERSION } from './project.ts';

/** One script with all that it imports, and what is in it. */
export interface Bundle {
  readonly code: Uint8Array;
  /** Folders of the packages in it, relative to the project. */
  readonly packages: readonly string[];
}

/**
 * Bundles a script and its imports, minified; the same sources give the same bytes on every
 * machine. The catalogue of errors is cut down to the codes that the other modules mention.
 *
 * @param entry path of the script, relative to the project
 * @param options of esbuild: platform, format, target …
 */
export async function bundle(entry: string, options: BuildOptions): Promise<Bundle> {
  const { metafile } = await run(entry, options, ERRORS);
  const { metafile: inputs, code } = await run(entry, options, mentionedErrors(metafile));
  return { code, packages: packagesIn(inputs) };
}

async function run(
  entry: string,
  options: BuildOptions,
  errors: object,
): Promise<{ metafile: Metafile; code: Uint8Array }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    // stated here, so that the bytes do not depend on whether tsconfig.json is there, as in an image
    tsconfigRaw: { compilerOptions: { target: 'es2024', strict: true, verbatimModuleSyntax: true } },
    bundle: true,
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    ...options,
    plugins: [
      ...(options.plugins ?? []),
      constants({ 'src/text/errors.ts': { ERRORS: errors }, 'src/server/version.ts': { VERSION } }),
    ],
    write: false,
    metafile: true,
  });
  return { metafile, code: outputFiles[0]!.contents };
}

/** Modules that a bundle has as values, by their paths. */
function constants(modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Plugin {
  return {
    name: 'constants',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const module = modules[relative(ROOT, path)];
        if (module === undefined) return undefined;
        const lines = Object.entries(module).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`);
        return { contents: lines.join('\n') };
      });
    },
  };
}

/** The entries whose codes stand in the modules of a bundle, without what only a server answers. */
function mentionedErrors({ inputs }: Metafile): object {
  const sources = Object.keys(inputs)
    .filter((path) => path.startsWith('src/') && (!path.startsWith('src/text/') || path === 'src/text/ledger-error.ts'))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');
  const literals = new Set(sources.match(/(?<=['"`])[a-z][a-z0-9/-]*(?=['"`])/g));
  const mentioned = Object.entries<ErrorEntry>(ERRORS).filter(([code]) => literals.has(code));
  return Object.fromEntries(mentioned.map(([code, { http: _http, ...entry }]) => [code, entry]));
}

function packagesIn({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders)].filter((folder) => folder !== undefined).toSorted();
}
