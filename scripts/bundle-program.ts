import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import type { ErrorEntry } from '../src/text/error-entry.ts';
import { VERIFIER } from '../src/cli/programs/verifier.ts';
import { ERRORS } from '../src/text/errors.ts';

export const ROOT = join(import.meta.dirname, '..');
export const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Package;

interface Package {
  readonly name: string;
  readonly version: string;
}

const VERIFIER_ENTRY = 'scripts/evl-verify.ts';

/** A program in one file, and what is in it. */
export interface BundledProgram {
  readonly code: Uint8Array;
  /** Folders of the packages in it, relative to the project. */
  readonly packages: readonly string[];
}

/**
 * Bundles a script into one file for Node >= 20, with the licences of what is in it at the end. The
 * catalogue of errors is cut down to the codes that the other modules mention.
 *
 * @param entry path of the script, relative to the project
 * @param alias packages that are replaced, by the path of a module
 */
export async function bundleProgram(
  entry: string,
  alias: Readonly<Record<string, string>> = {},
): Promise<BundledProgram> {
  const { metafile } = await run(entry, alias, ERRORS);
  const { metafile: inputs, code } = await run(entry, alias, mentionedErrors(metafile));
  const packages = packagesIn(inputs);
  return { code: Buffer.concat([code, Buffer.from(licencesOf(packages))]), packages };
}

/** The verifier of one file. It aligns its texts by a shorter measure of their width. */
export async function bundleVerifier(): Promise<BundledProgram> {
  return bundleProgram('scripts/evl-verify.ts', { 'string-width': join(ROOT, 'scripts', 'simple-width.ts') });
}

/** Modules in the older format of Node call it, and a module in the newer one has none. */
const REQUIRE = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;

async function run(
  entry: string,
  alias: Readonly<Record<string, string>>,
  errors: object,
): Promise<{ metafile: Metafile; code: Uint8Array }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    alias: { ...alias },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    metafile: true,
    banner: { js: `// evidence-ledger ${VERSION}, ${entry.replace(/^scripts\/|\.ts$/g, '')}\n${REQUIRE}` },
    plugins: [
      withoutMeanings(entry),
      constants({ 'src/text/errors.ts': { ERRORS: errors }, 'src/server/version.ts': { VERSION } }),
    ],
  });
  return { metafile, code: outputFiles[0]!.contents };
}

/** What settings mean is left out of the verifier, but for those that its help lists. */
function withoutMeanings(entry: string): Plugin {
  const shown: readonly string[] = VERIFIER.settings ?? [];
  const setting = /^  ([a-zA-Z]+): \{\n(?:    .*\n)+  \},$/gm;
  const meaning = /^    (?:zh|en):\s.*,\n/gm;
  return {
    name: 'meanings',
    setup(bundler) {
      if (entry !== VERIFIER_ENTRY) return;
      bundler.onLoad({ filter: /settings-table\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8').replace(setting, (text, name: string) =>
          shown.includes(name) ? text : text.replace(meaning, ''),
        );
        return { contents, loader: 'ts' };
      });
    },
  };
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

/**
 * The licences of bundled packages as comments, equal texts once: their terms ask that copies carry
 * them.
 */
function licencesOf(folders: readonly string[]): string {
  const licences = Map.groupBy(folders.map(licenceOf), ({ terms }) => terms.replace(/[\s“”"]+/g, ' ').toLowerCase());
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
