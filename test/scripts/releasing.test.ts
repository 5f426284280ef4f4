import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shellBlocks } from '../document-blocks.ts';
import { isAvailable } from '../availability.ts';

/** The commands of docs/releasing.md, as they are written, on a release of two small files. */

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'evl-release-'));
const at = (...names: string[]) => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [bill, sign, check] = shellBlocks('docs/releasing.md');
const shell = (commands: string) =>
  spawnSync('bash', ['-eo', 'pipefail', '-c', commands], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, npm_config_offline: 'true' }, // the lock file has all that is asked for
  });
const hasProgram = (name: string) => spawnSync('bash', ['-c', `command -v ${name}`]).status === 0;

interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly { readonly alg: string }[];
  }[];
}

test('the bill of materials has every package that runs, with its digest', () => {
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(root, name), at(name));
  const made = shell(bill!);
  expect([made.status, made.status === 0 ? '' : made.stderr]).toEqual([0, '']);
  const read = (name: string) => JSON.parse(readFileSync(at('release', name), 'utf8')) as Bill;
  const all = read('sbom.cdx.json');
  expect([all.bomFormat, all.specVersion]).toEqual(['CycloneDX', '1.5']);
  const listed = new Set(all.components.map(({ name, version }) => `${name}@${version}`));
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Record<string, string>>;
  const named = (packages: Record<string, string>) => Object.entries(packages).map((each) => each.join('@'));
  const missing = named({ ...dependencies, ...optionalDependencies }).filter((each) => !listed.has(each));
  expect(missing).toEqual([]);
  expect(listed).not.toContain(`vitest@${devDependencies['vitest']}`);
  expect(all.components.filter(({ hashes }) => hashes?.[0]?.alg !== 'SHA-512')).toEqual([]);
  const lean = read('sbom-without-local-chain.cdx.json').components.map(({ name }) => name);
  expect(lean).not.toContain('hardhat');
  expect(lean).toContain('ethers');
});

test.runIf(isAvailable('ssh-keygen', hasProgram('ssh-keygen')))(
  'what is signed is checked, and a change is found',
  () => {
    mkdirSync(at('release'), { recursive: true });
    for (const name of ['evidence-ledger.tgz', 'evl-verify.mjs'])
      writeFileSync(at('release', name), `bytes of ${name}`);
    const newKey = (name: string) =>
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', at(name)]);
    newKey('release-key');
    const signer = (key: string) => `releases@example ${readFileSync(at(`${key}.pub`), 'utf8')}`;
    writeFileSync(at('release-signers'), signer('release-key'));
    expect(shell(sign!).status).toBe(0);
    const checked = shell(check!);
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    expect(checked.stdout).toContain('evl-verify.mjs: OK');

    appendFileSync(at('release', 'evl-verify.mjs'), 'more');
    expect(shell(check!).status).not.toBe(0);
    writeFileSync(at('release', 'evl-verify.mjs'), 'bytes of evl-verify.mjs');
    appendFileSync(at('release', 'SHA256SUMS'), '\n');
    expect(shell(check!).status).not.toBe(0);
    expect(shell(sign!.replace('-Y sign', '-q -Y sign')).status).toBe(0);
    newKey('another');
    writeFileSync(at('release-signers'), signer('another'));
    expect(shell(check!).status).not.toBe(0);
  },
);
