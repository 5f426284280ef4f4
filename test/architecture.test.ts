import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { FILES_RUN_IN_PART } from './extent.ts';

/**
 * The import rules of ARCHITECTURE.md as a test. A rule names folders (never single files other
 * than the ports and the model that a folder publishes), the libraries, and whether Node's own
 * modules may be used.
 */
interface Rule {
  /**
   * Folders, and the published files of a folder, that may be imported besides the rule's own
   * folder.
   */
  readonly from: readonly string[];
  readonly packages?: readonly string[];
  readonly node?: boolean;
}

const NOBLE = ['@noble/hashes', '@noble/curves', '@scure/base'];
/** What an adapter implements: the ports and the data that they exchange. */
const PORTS = ['log', 'witness', 'people', 'operations', 'documents'].flatMap((folder) => [
  `src/${folder}/ports.ts`,
  `src/${folder}/model.ts`,
]);
const HTTP = ['express', 'express-rate-limit', 'helmet', 'pino', 'prom-client', 'zod', 'zod-openapi'];

const RULES: Readonly<Record<string, Rule>> = {
  // 1
  'src/text': { from: [] },
  // 2
  'src/protocol': { from: [], packages: NOBLE },
  // 3
  'src/kinds': { from: ['src/protocol', 'src/text'], packages: ['zod'] },
  'src/people': { from: ['src/protocol', 'src/text'] },
  'src/documents': { from: ['src/protocol', 'src/text', 'src/kinds'], packages: ['qr'] },
  'src/log': { from: ['src/protocol', 'src/text'] },
  'src/audit': { from: ['src/protocol'] },
  // 4: a witness that shares the operator's code shares its faults
  'src/witness': { from: ['src/protocol', 'src/text'] },
  // 5
  'src/http': { from: ['src/text', 'src/protocol'], packages: HTTP, node: true },
  // 6
  'src/adapters': {
    from: ['src/text', 'src/protocol', ...PORTS, 'src/adapters/files'],
    packages: [
      '@ethereumjs/mpt',
      '@ethereumjs/rlp',
      '@myriaddreamin/typst-ts-node-compiler',
      '@node-rs/crc32',
      'ethers',
      'hardhat',
      'level',
      'zod',
    ],
    node: true,
  },
  // 7
  'src/client': { from: ['src/protocol', 'src/text', 'src/kinds'] },
  // 8
  'src/verifier': { from: ['src/protocol', 'src/text', 'src/kinds', 'src/client'] },
  'src/auditor': {
    from: ['src/protocol', 'src/text', 'src/audit', 'src/client', 'src/verifier'],
    packages: ['p-map'],
  },
  'src/registrar': { from: ['src/protocol', 'src/text', 'src/kinds', 'src/client', 'src/verifier'] },
  'src/operations': {
    from: ['src/protocol', 'src/text', 'src/people', 'src/log', 'src/client', 'src/verifier'],
    node: true,
  },
  // 9
  'src/server': {
    from: [
      'src/protocol',
      'src/text',
      'src/kinds',
      'src/people',
      'src/log',
      'src/http',
      'src/verifier',
      'src/documents',
    ],
    packages: [
      ...HTTP,
      '@simplewebauthn/server',
      '@zxcvbn-ts/core',
      '@zxcvbn-ts/language-common',
      'openid-client',
      'swagger-ui-dist',
    ],
    node: true,
  },
  'src/witness-server': { from: ['src/protocol', 'src/text', 'src/witness', 'src/http'], packages: HTTP, node: true },
  // 10
  'src/compose': {
    from: [
      'src/protocol',
      'src/text',
      'src/kinds',
      'src/people',
      'src/documents',
      'src/log',
      'src/witness',
      'src/audit',
      'src/http',
      'src/adapters',
      'src/client',
      'src/verifier',
      'src/auditor',
      'src/registrar',
      'src/operations',
      'src/server',
      'src/witness-server',
    ],
    packages: ['pino'],
    node: true,
  },
  // 11
  'src/cli': {
    from: [
      'src/protocol',
      'src/text',
      'src/kinds',
      'src/documents',
      'src/log',
      'src/witness',
      'src/audit',
      'src/http',
      'src/adapters/files',
      'src/client',
      'src/verifier',
      'src/auditor',
      'src/registrar',
      'src/operations',
      'src/server',
      'src/witness-server',
      'src/compose',
    ],
    packages: ['commander', 'mime', 'p-map', 'prom-client', 'string-width', 'yaml'],
    node: true,
  },
  'src/web': {
    from: ['src/protocol', 'src/text', 'src/kinds', 'src/client', 'src/verifier'],
    packages: ['preact', 'hash-wasm', 'qr'],
  },
  'src/sdk': {
    from: ['src/protocol', 'src/kinds', 'src/audit', 'src/client', 'src/verifier', 'src/auditor', 'src/registrar'],
  },
};
// 12: scripts, tests and benchmarks may import anything.

/** Folders of adapters know one another only through src/adapters/files. */
const APART = 'src/adapters';

const root = join(import.meta.dirname, '..');
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !file.endsWith('.d.ts'))
  .map(posix);
const tests = globSync('test/**/*.ts', { cwd: root }).map(posix);
const imports = new Map([...sources, ...tests].map((file) => [file, specifiers(file, read(file))]));

describe('imports point only where the rules allow, type imports included', () => {
  test.each(sources)('%s', (file) => {
    const folder = file.split('/').slice(0, 2).join('/');
    expect(RULES, `no rule for ${folder}`).toHaveProperty([folder]);
    expect(imports.get(file)!.filter((specifier) => !isAllowed(file, folder, specifier))).toEqual([]);
  });
});

test('no import leads back to its own file', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of targetsOf(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test('no folder of src depends on a folder that depends on it', () => {
  const folderOf = (file: string) => file.split('/').slice(0, 2).join('/');
  const edges = new Map<string, Set<string>>();
  for (const file of sources) {
    const targets = edges.get(folderOf(file)) ?? new Set<string>();
    for (const target of targetsOf(file)) if (folderOf(target) !== folderOf(file)) targets.add(folderOf(target));
    edges.set(folderOf(file), targets);
  }
  // a port belongs to the folder that needs it, so an adapter's arrow to it is no dependency on
  // that folder
  const reach = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of edges.get(from) ?? []) if (!seen.has(next)) reach(next, seen.add(next));
    return seen;
  };
  expect([...edges.keys()].filter((folder) => reach(folder).has(folder))).toEqual([]);
});

test.each(sources.filter((file) => file.startsWith('src/sdk/')))(
  '%s runs in a browser: nothing behind it is a module of Node',
  (entry) => {
    const builtins = [...reachedFrom(entry)].flatMap((file) =>
      imports.get(file)!.filter((specifier) => isBuiltin(specifier)),
    );
    expect(builtins).toEqual([]);
  },
);

test('the checker sees static, re-exporting, dynamic and type imports', () => {
  const source = `import a from 'a'; import type { B } from 'b'; export * from 'c'; const d = await import('d'); type E = import('e').E;`;
  expect(specifiers('x.ts', source)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('the pure folders read no clock', () => {
  const pure = sources.filter((file) => /^src\/(?:protocol|audit|log|witness|kinds|text|documents)\//.test(file));
  const readers = pure.filter((file) => /\bDate\.now\b|new Date\(\)|Math\.random|performance\.now/.test(read(file)));
  expect(readers).toEqual([]);
});

test('only a schema imports zod among the kinds: what verifies stays small', () => {
  const kinds = sources.filter((file) => file.startsWith('src/kinds/'));
  const users = kinds.filter((file) => imports.get(file)!.includes('zod'));
  expect(users.filter((file) => !file.endsWith('/schema.ts'))).toEqual([]);
});

test('what verifies and registers imports the views of kinds alone', () => {
  const files = sources.filter((file) => /^src\/(?:client|verifier|auditor|registrar|sdk)\//.test(file));
  const users = files.filter((file) => targetsOf(file).some((target) => /^src\/kinds\/.*schemas?\.ts$/.test(target)));
  expect(users).toEqual([]);
});

test('what registers, serves and verifies knows no single kind: it takes them from the registries', () => {
  const kinds = globSync('src/kinds/*/schema.ts', { cwd: root }).map((file) => posix(dirname(file)));
  const single = kinds.filter((folder) => folder !== 'src/kinds/sections');
  expect(single).not.toEqual([]);
  const files = sources.filter((file) => /^src\/(?:client|registrar|verifier|auditor|server|log)\//.test(file));
  const users = files.filter((file) => targetsOf(file).some((target) => single.some((kind) => isUnder(target, kind))));
  expect(users).toEqual([]);
  expect(files.filter((file) => /['"`]\/v1\/evidence/.test(read(file)))).toEqual([]);
});

test('npm run test:slow runs exactly the files again that npm test runs in part', () => {
  const inOneRun = /\.slow\.test\.ts$|^test\/faults\//;
  const files = tests.filter((file) => file.endsWith('.test.ts') && !inOneRun.test(file));
  const inPart = files.filter(
    (file) => file !== 'test/architecture.test.ts' && reachedFrom(file).has('test/extent.ts'),
  );
  expect(inPart.toSorted()).toEqual(FILES_RUN_IN_PART);
  const readers = tests.filter((file) => /process\.env\['EVL_TESTS'\]/.test(read(file)));
  expect(readers, 'the variable is read in one place').toEqual(['test/extent.ts']);
});

test('a test is left out only where isAvailable reports what is missing', () => {
  const wrong = /\.(?:skip|skipIf|only|todo)\(|\.runIf\((?!isAvailable\(|has[A-Z]|canMount\(|isTraceable)/;
  const files = tests.filter((file) => /\b(?:describe|test)\b/.test(read(file)) && wrong.test(read(file)));
  expect(files).toEqual([]);
});

function isAllowed(file: string, folder: string, specifier: string): boolean {
  const rule = RULES[folder]!;
  if (specifier.startsWith('.')) {
    const target = resolve(file, specifier);
    if (folder === APART) {
      const own = file.split('/').slice(0, 3).join('/');
      return isUnder(target, own) || rule.from.some((allowed) => isUnder(target, allowed));
    }
    return isUnder(target, folder) || rule.from.some((allowed) => isUnder(target, allowed));
  }
  if (isBuiltin(specifier)) return rule.node === true;
  return (rule.packages ?? []).some((allowed) => specifier === allowed || specifier.startsWith(`${allowed}/`));
}

function targetsOf(file: string): string[] {
  return imports
    .get(file)!
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(file, specifier))
    .filter((target) => imports.has(target));
}

/** The file itself, and all that it imports, directly or not. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set([file]);
  for (const each of reached) for (const target of targetsOf(each)) reached.add(target);
  return reached;
}

function resolve(file: string, specifier: string): string {
  return posix(relative(root, join(root, dirname(file), specifier)));
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function specifiers(file: string, source: string): string[] {
  const found: string[] = [];
  const { program, errors } = parseSync(file, source);
  expect(errors).toEqual([]);
  visit(program);
  return found;

  function visit(node: unknown): void {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { type, source: from } = node as { type?: string; source?: { value?: unknown } | null };
    const isImport =
      /^(?:ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration|ImportExpression|TSImportType)$/;
    if (type !== undefined && isImport.test(type) && typeof from?.value === 'string') found.push(from.value);
    Object.values(node).forEach(visit);
  }
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function posix(path: string): string {
  return path.split(sep).join('/');
}
