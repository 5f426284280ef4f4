import { isBuiltin } from 'node:module';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

/**
 * What pages load is bundled for a browser and measured. A limit is about a tenth above the size of
 * today: raise it only for something that a page needs. esbuild is here as a part of other tools.
 */

const root = join(import.meta.dirname, '..');

interface Bundle {
  /** Minified, not compressed. */
  readonly bytes: number;
  /** The packages in it, and the modules of Node that it would load. */
  readonly packages: ReadonlySet<string>;
  readonly builtins: readonly string[];
}

describe.each([
  // two kinds, of which one names the role and the organisation of who registered
  { name: 'the views of kinds', files: 'src/kinds/{views.ts,**/view.ts,paths.ts}', limitBytes: 7_900 },
  { name: 'the verifier', files: 'src/verifier/*.ts', limitBytes: 270_000 },
  { name: 'the client', files: 'src/sdk/client.ts', limitBytes: 208_000 },
  { name: 'the auditor', files: 'src/sdk/auditor.ts', limitBytes: 208_000 },
])('$name', ({ files, limitBytes }) => {
  test(`is at most ${limitBytes} bytes, without zod and modules of Node`, async () => {
    const paths = globSync(files, { cwd: root });
    expect(paths).not.toEqual([]);
    const { bytes, packages, builtins } = await bundle(paths.map((file) => `export * from './${file}';`).join('\n'));
    expect(builtins).toEqual([]);
    expect(packages).not.toContain('zod');
    expect(bytes).toBeLessThan(limitBytes);
    expect(bytes).toBeGreaterThan(limitBytes / 2);
  });
});

test('zod and modules of Node are found where they are', async () => {
  const { packages, builtins } = await bundle(
    `export * from './src/kinds/schemas.ts'; export * from './src/compose/hashes.ts';`,
  );
  expect(packages).toContain('zod');
  expect(builtins).toContain('node:crypto');
});

async function bundle(contents: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    charset: 'utf8',
    minify: true,
    write: false,
    metafile: true,
    external: ['node:*'],
  });
  const packageOf = (path: string) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return {
    bytes: outputFiles[0]!.contents.length,
    packages: new Set(Object.keys(metafile.inputs).flatMap((path) => packageOf(path) ?? [])),
    builtins: imported.filter((path) => isBuiltin(path)),
  };
}
