import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import type { ErrorEntry } from '../../src/text/error-entry.ts';
import { ERRORS } from '../../src/text/errors.ts';
import { STEP_CODES } from '../../src/text/step-codes.ts';
import { ROOT, VERSION } from './project.ts';

/** One script with all that it imports, and what is in it. */
export interface Bundle {
  readonly code: Uint8Array;
  /** Folders of the packages in it, relative to the project. */
  readonly packages: readonly string[];
}

/** A script in parts: modules named by their digests, of which some are loaded when first used. */
export interface BundleInParts {
  /** By their file names. */
  readonly parts: ReadonlyMap<string, string>;
  /** Name of the part to begin with. */
  readonly entry: string;
  /** The parts that it imports at once, and those that they import. */
  readonly needed: readonly string[];
  readonly packages: readonly string[];
}

/**
 * Bundles a script and its imports, minified; the same sources give the same bytes on every
 * machine. The catalogue of errors and the texts are cut down to what the other modules mention.
 *
 * @param entry path of the script, relative to the project
 * @param options of esbuild: platform, format, target …
 * @param rewrites what becomes of the source of a module, by its path
 */
export async function bundle(entry: string, options: BuildOptions, rewrites: Rewrites = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await buildWithTexts(entry, options, rewrites);
  return { code: outputFiles[0]!.contents, packages: packagesIn(metafile) };
}

/** Bundles a script as `bundle` does; what it imports by `import()` becomes parts of their own. */
export async function bundleInParts(entry: string, options: BuildOptions): Promise<BundleInParts> {
  const { outputFiles, metafile } = await buildWithTexts(entry, {
    ...options,
    format: 'esm',
    splitting: true,
    outdir: 'assets',
    entryNames: '[hash]',
    chunkNames: '[hash]',
  });
  const path = Object.keys(metafile.outputs).find((name) => metafile.outputs[name]!.entryPoint === entry)!;
  const needed = new Set<string>();
  const visit = (name: string) => {
    for (const { path: imported, kind } of metafile.outputs[name]!.imports) {
      if (kind !== 'import-statement' || needed.has(imported)) continue;
      needed.add(imported);
      visit(imported);
    }
  };
  visit(path);
  const parts = new Map(outputFiles.map(({ path: output, text }) => [basename(output), text]));
  const names = namesOf(parts);
  const renamed = (text: string) => text.replaceAll(PART_NAME, (name) => names.get(name) ?? name);
  return {
    parts: new Map([...parts].map(([name, text]) => [renamed(name), renamed(text)] as const).toSorted(byName)),
    entry: renamed(basename(path)),
    needed: [...needed].map((name) => renamed(basename(name))),
    packages: packagesIn(metafile),
  };
}

/** As esbuild names parts: its digests depend on where the project lies. */
const PART_NAME = /\b[0-9A-Z]{8}\.js\b/g;

/** A name for each part by the digest of all: parts name one another, also in circles. */
function namesOf(parts: ReadonlyMap<string, string>): Map<string, string> {
  const anonymous = [...parts].map(
    ([name, text]) => [name, text.replaceAll(PART_NAME, (one) => (parts.has(one) ? '' : one))] as const,
  );
  const all = anonymous
    .map(([, text]) => text)
    .toSorted()
    .join('\0');
  const names = new Map(
    anonymous.map(([name, text]) => [
      name,
      `${createHash('sha256').update(`${all}\0${text}`).digest('hex').slice(0, 16)}.js`,
    ]),
  );
  if (new Set(names.values()).size !== names.size) throw new Error('two parts of a bundle are equal');
  return names;
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

/** Builds twice: the first time shows which errors and texts the modules mention. */
async function buildWithTexts(entry: string, given: BuildOptions, rewrites: Rewrites = {}): Promise<Built> {
  const options = { ...given, plugins: [...(given.plugins ?? []), rewriting(rewrites)] };
  const { metafile } = await run([entry], options, {});
  // what is imported by `import()` is met in an order that depends on how busy the machine is
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint = [] }) => entryPoint);
  return run(entries.toSorted(), options, {
    ...(await mentionedTexts(metafile, rewrites)),
    'src/text/errors.ts': { ERRORS: mentionedErrors(metafile, options) },
    'src/text/step-codes.ts': { STEP_CODES: mentionedStepCodes(metafile) },
  });
}

interface Built {
  readonly metafile: Metafile;
  readonly outputFiles: readonly OutputFile[];
}

async function run(entries: readonly string[], options: BuildOptions, modules: ModuleValues): Promise<Built> {
  return build({
    entryPoints: entries.map((entry) => join(ROOT, entry)),
    absWorkingDir: ROOT,
    // stated here, so that the bytes do not depend on whether tsconfig.json is there, as in an
    // image
    tsconfigRaw: { compilerOptions: { target: 'es2024', strict: true, verbatimModuleSyntax: true } },
    preserveSymlinks: true, // parts are named by the paths in them, also where packages are linked
    bundle: true,
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    ...options,
    plugins: [...(options.plugins ?? []), constants({ ...modules, 'src/server/version.ts': { VERSION } })],
    write: false,
    metafile: true,
  });
}

/** How the sources of modules are changed before they are bundled, by the paths of the modules. */
export type Rewrites = Readonly<Record<string, (source: string) => string>>;

function rewriting(rewrites: Rewrites): Plugin {
  return {
    name: 'rewriting',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const rewrite = rewrites[relative(ROOT, path)];
        return rewrite && { contents: rewrite(readFileSync(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}

/** The exports of modules as JSON values, by the paths of the modules. */
type ModuleValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Modules that a bundle has as values. */
function constants(modules: ModuleValues): Plugin {
  return {
    name: 'constants',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const module = modules[relative(ROOT, path)];
        if (module === undefined) return undefined;
        const names = Object.keys(module).toSorted();
        const lines = names.map((name) => `export const ${name} = ${JSON.stringify(module[name])};`);
        return { contents: lines.join('\n') };
      });
    },
  };
}

/** The modules of src/text that export nothing but objects of texts, cut down. */
async function mentionedTexts(metafile: Metafile, rewrites: Rewrites): Promise<ModuleValues> {
  const paths = modulesIn(metafile);
  const sourceOf = (path: string) => {
    const source = readFileSync(join(ROOT, path), 'utf8');
    return (rewrites[path]?.(source) ?? source).replaceAll(NO_MENTIONS, '');
  };
  const sources = paths.map(sourceOf).join('\n');
  const modules: Record<string, Record<string, unknown>> = {};
  for (const path of paths.filter((each) => each.startsWith('src/text/') && each !== 'src/text/errors.ts')) {
    const exported = (await import(pathToFileURL(join(ROOT, path)).href)) as object;
    const values = Object.entries(exported).toSorted(([one], [other]) => (one < other ? -1 : 1));
    if (!values.every(([, value]) => isPlainObject(value))) continue;
    modules[path] = Object.fromEntries(values.map(([name, value]) => [name, mentionedMembers(sources, name, value)]));
  }
  return modules;
}

/** Imports, and the beginning of declarations: they name an object, and use nothing of it. */
const NO_MENTIONS = /^import [^;]*;$|^export const [A-Z_]+(?=\b)/gm;

/** The members that are named as `OBJECT.member`; all of an object that is also used otherwise. */
function mentionedMembers(sources: string, name: string, object: object): object {
  const mentions = [...sources.matchAll(new RegExp(`\\b${name}\\b(?:\\.([a-zA-Z0-9]+)\\b)?`, 'g'))];
  const members = new Set(mentions.map(([, member]) => member));
  if (members.has(undefined)) return object;
  return Object.fromEntries(Object.entries(object).filter(([member]) => members.has(member)));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * The entries whose codes stand in the modules of a bundle, without what only a server answers. In
 * pages only modules that throw errors count: the others have the codes of steps, many of which are
 * spelt alike, and which programs relay as errors.
 */
function mentionedErrors(metafile: Metafile, { platform }: BuildOptions): object {
  const literals = literalsIn(metafile, platform === 'browser' ? /\b(?:LedgerError|ServiceProblem)\b/ : /^/);
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

/** The sentences of the step codes that stand in the modules of a bundle. */
function mentionedStepCodes(metafile: Metafile): object {
  const literals = literalsIn(metafile);
  return Object.fromEntries(Object.entries(STEP_CODES).filter(([code]) => literals.has(code.split('/').at(-1)!)));
}

/**
 * All that looks like a code in the modules of a bundle that a pattern finds, without the tables of
 * texts.
 */
function literalsIn(metafile: Metafile, pattern = /^/): Set<string> {
  const sources = modulesIn(metafile)
    .filter((path) => !path.startsWith('src/text/') || path === 'src/text/ledger-error.ts')
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .filter((source) => pattern.test(source));
  return new Set(sources.join('\n').match(/(?<=['"`])[a-z][a-z0-9/-]*(?=['"`])/g));
}

/** The modules of src that something is left of: of what is imported much is used by nothing. */
function modulesIn({ outputs }: Metafile): string[] {
  const left = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return [...new Set(left)].filter((path) => path.startsWith('src/'));
}
