import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

/**
 * The folder table of ARCHITECTURE.md as a test: who may import what, and nothing else. A folder is the longest entry that a file lies under.
 * `folders` are the other folders of ours, `packages` the libraries; `node` allows Node's own modules.
 */
interface Rule {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

/** What keeps hostile clients from the service, and from a witness in the same way. */
const HARDENING = [
  'body',
  'body-watch',
  'ended-requests',
  'last-requests',
  'listening',
  'local-host',
  'logging',
  'method-guard',
  'own-origin',
  'problem',
  'rate-limits',
  'safe-headers',
  'undo-stack',
].map((name) => `src/server/${name}.ts`);

const RULES: Readonly<Record<string, Rule>> = {
  'src/text': { folders: [], packages: [], node: false },
  'src/protocol': {
    folders: [],
    packages: ['@noble/hashes', '@noble/curves', '@scure/base'],
    node: false,
  },
  'src/audit': { folders: ['src/protocol'], packages: [], node: false },
  'src/evidence': { folders: ['src/protocol', 'src/text'], packages: ['zod'], node: false },
  'src/log': { folders: ['src/protocol'], packages: [], node: false },
  // A witness that shares the operator's code shares its faults.
  'src/witness': { folders: ['src/protocol'], packages: [], node: false },
  'src/client': { folders: ['src/protocol', 'src/evidence'], packages: ['zod'], node: false },
  'src/server': {
    folders: ['src/protocol', 'src/evidence', 'src/text', 'src/log'],
    packages: ['express', 'zod', 'helmet', 'express-rate-limit', 'pino', 'prom-client'],
    node: true,
  },
  // The hardening is that of the service; the log is not known here.
  'src/server/witness': {
    folders: ['src/protocol', 'src/text', 'src/witness', ...HARDENING],
    packages: ['express', 'prom-client'],
    node: true,
  },
  'src/server/witness/main.ts': {
    folders: ['src/protocol', 'src/witness', 'src/server', 'src/adapters'],
    packages: [],
    node: true,
  },
  // The composition root, and the parts that it puts together, are all of the server that knows adapters.
  'src/server/main.ts': composing(),
  'src/server/compose': composing(),
  'src/adapters/memory': adapter(),
  'src/adapters/leveldb': adapter('level', '@node-rs/crc32'),
  'src/adapters/contents': adapter(),
  'src/adapters/data-folder': { ...adapter(), folders: [...adapter().folders, 'src/log/disk-reserve.ts'] },
  'src/adapters/ethereum': adapter('ethers', '@ethereumjs/mpt', '@ethereumjs/rlp'),
  'src/adapters/file-lock': adapter(),
  'src/adapters/keyfile': { ...adapter(), folders: [...adapter().folders, 'src/witness/ports.ts'] },
  'src/adapters/witness-state': {
    folders: ['src/protocol', 'src/witness/ports.ts', 'src/witness/one-at-a-time.ts', 'src/adapters/sync-folder.ts'],
    packages: [],
    node: true,
  },
  'src/adapters/local-chain': adapter('hardhat', 'ethers', 'zod'),
  // The entry point of the chain process puts that process together.
  'src/adapters/local-chain/child.ts': {
    folders: ['src/adapters/local-chain', 'src/adapters/file-lock'],
    packages: [],
    node: true,
  },
  'src/adapters/node-crypto': adapter(),
  'src/adapters/witness-client': adapter(),
  // No adapter: one call that several of them need.
  'src/adapters/sync-folder.ts': { folders: [], packages: [], node: true },
  scripts: {
    folders: [
      'src/protocol',
      'src/audit',
      'src/evidence',
      'src/text',
      'src/client',
      'src/adapters',
      'src/log/ports.ts',
      'src/witness/ports.ts',
      'hardhat.config.ts',
    ],
    packages: ['commander', 'yaml', 'mime', 'hardhat', 'ethers', 'zod', 'prom-client'],
    node: true,
  },
  // Making a ledger signs the first checkpoint, as the sequencer does; restoring one compares its head, as a start does.
  'scripts/ledger': {
    folders: [
      'scripts',
      'src/protocol',
      'src/text',
      'src/client',
      'src/adapters',
      'src/log/ports.ts',
      'src/log/disk-reserve.ts',
      'src/log/anchorer.ts',
      'src/log/signed-head.ts',
      'src/log/outside-head.ts',
      'src/log/tree-reader.ts',
      'src/log/witnessed-head.ts',
      'src/witness/ports.ts',
    ],
    packages: ['ethers'],
    node: true,
  },
  // `serve` is the one command that runs the service, and speaks for it.
  'scripts/commands/serve.ts': {
    folders: ['scripts', 'src/adapters', 'src/server/main.ts', 'src/server/logging.ts', 'src/text'],
    packages: ['commander'],
    node: true,
  },
  'scripts/witness': {
    folders: [
      'scripts',
      'src/protocol',
      'src/text',
      'src/adapters',
      'src/witness/ports.ts',
      'src/server/witness/main.ts',
      'src/server/witness/logging.ts',
      'src/server/ended-requests.ts',
    ],
    packages: [],
    node: true,
  },
  'scripts/cli/service-words.ts': {
    folders: [
      'scripts',
      'src/adapters',
      'src/server/main.ts',
      'src/server/compose/serve-options.ts',
      'src/server/ended-requests.ts',
      'src/text',
    ],
    packages: [],
    node: true,
  },
};

function composing(): Rule {
  return {
    folders: ['src/protocol', 'src/evidence', 'src/text', 'src/log', 'src/server', 'src/adapters'],
    packages: [],
    node: true,
  };
}

function adapter(...packages: string[]): Rule {
  return {
    folders: ['src/protocol', 'src/log/ports.ts', 'src/log/store-contract.ts', 'src/adapters/sync-folder.ts'],
    packages,
    node: true,
  };
}

const root = join(import.meta.dirname, '..');
const sources = ['src/**/*.ts', 'scripts/**/*.ts'].flatMap((pattern) => globSync(pattern, { cwd: root })).map(posix);

describe('imports point only where the folder table allows', () => {
  test.each(sources)('%s', (file) => {
    const name = ruleOf(file);
    expect(name, 'the file lies in no folder of the table').toBeDefined();
    const refused = importsOf(file).filter((specifier) => !isAllowed(file, name!, specifier));
    expect(refused).toEqual([]);
  });
});

test('the checker sees static, re-exporting, dynamic and type imports', () => {
  const source = `import a from 'a'; import type { B } from 'b'; export * from 'c'; const d = await import('d'); type E = import('e').E;`;
  expect(specifiers('x.ts', source)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('the pure folders read no clock', () => {
  const pure = sources.filter((file) => /^src\/(?:protocol|audit|log|witness|evidence|text)\//.test(file));
  const readers = pure.filter((file) => /\bDate\.now\b|new Date\(\)|Math\.random|performance\.now/.test(read(file)));
  expect(readers).toEqual([]);
});

function isAllowed(file: string, name: string, specifier: string): boolean {
  const rule = RULES[name]!;
  if (specifier.startsWith('.')) {
    const target = posix(relative(root, join(root, dirname(file), specifier)));
    return isUnder(target, name) || under(target, rule.folders);
  }
  if (isBuiltin(specifier)) return rule.node;
  return rule.packages.some((allowed) => specifier === allowed || specifier.startsWith(`${allowed}/`));
}

function under(target: string, folders: readonly string[]): boolean {
  return folders.some((folder) => isUnder(target, folder));
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function ruleOf(file: string): string | undefined {
  return Object.keys(RULES)
    .filter((folder) => isUnder(file, folder))
    .toSorted((a, b) => b.length - a.length)[0];
}

function importsOf(file: string): string[] {
  return specifiers(file, read(file));
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
