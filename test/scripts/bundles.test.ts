import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundleVerifier } from '../../scripts/bundle-program.ts';
import type { Bundle } from '../../scripts/bundler/bundle.ts';
import { ROOT } from '../../scripts/bundler/project.ts';
import { writeClientPackage } from '../../scripts/client-package.ts';
import { nodeSha256 } from '../../src/adapters/node-crypto/node-hashes.ts';
import { toHex } from '../../src/protocol/encoding/bytes.ts';
import { serveLedger, type ServedLedger } from '../cli/served-ledger.ts';
import { receiptJson, testLedger } from '../oracle/ledger.ts';

/** Programs of one file, run in a folder where nothing is installed. */

/** It verifies certificates, and asks a service in the name of an account. */
const MAX_VERIFIER_BYTES = 315 * 1024;
const MAX_CLIENT_BYTES = 5_000_000;

const dir = mkdtempSync(join(tmpdir(), 'evl-bundles-'));
const ledger = testLedger();
let served: ServedLedger;
let verifier: Uint8Array;

beforeAll(async () => {
  served = await serveLedger(ledger, 5);
  ({ code: verifier } = await bundleVerifier());
  writeFileSync(join(dir, 'evl-verify.mjs'), verifier);
  writeFileSync(join(dir, 'f'), ledger.fileBytes);
  writeFileSync(join(dir, 'other'), 'another file');
  writeFileSync(join(dir, 'f.receipt.json'), JSON.stringify(receiptJson(ledger, 2, 5)));
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

async function run(program: string, ...args: string[]) {
  const env = { EVL_HOME: join(dir, 'home'), EVL_URL: served.url, EVL_LANG: 'en', PATH: process.env['PATH'] };
  const child = spawn(process.execPath, [join(dir, program), ...args], { cwd: dir, env });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exit: await closed, stdout, stderr };
}

describe('the verifier of one file', () => {
  test(`is at most ${MAX_VERIFIER_BYTES} bytes, and carries the licences of what is in it`, () => {
    const source = Buffer.from(verifier).toString('utf8');
    expect(verifier.length).toBeLessThanOrEqual(MAX_VERIFIER_BYTES);
    for (const name of ['commander', '@noble/curves', '@noble/hashes']) {
      expect(source).toMatch(new RegExp(`^${name} [0-9.]+: Copyright`, 'm'));
    }
  });

  test('is the same from sources in another place', { timeout: 60_000 }, async () => {
    const copy = mkdtempSync(join(tmpdir(), 'evl-copy-'));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    for (const name of ['src', 'scripts', 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const other = (await import(join(copy, 'scripts', 'bundle-program.ts'))) as {
      bundleVerifier(): Promise<Bundle>;
    };
    const { code } = await other.bundleVerifier();
    expect(Buffer.compare(code, verifier)).toBe(0);
  });

  test('verifies, and names itself by its own digest', async () => {
    const verified = await run('evl-verify.mjs', 'verify', 'f', '--json');
    expect([verified.exit, JSON.parse(verified.stdout)]).toMatchObject([
      0,
      { verdict: 'VERIFIED', program: { sha256: toHex(nodeSha256(verifier)) } },
    ]);
    const mismatch = await run('evl-verify.mjs', 'verify', 'other', 'f.receipt.json', '--json');
    expect([mismatch.exit, JSON.parse(mismatch.stdout)]).toMatchObject([1, { verdict: 'MISMATCH' }]);
  });

  test('checks a folder, shows a receipt, hashes a file', async () => {
    expect(await run('evl-verify.mjs', 'check', 'f.receipt.json')).toMatchObject({ exit: 0, stderr: '' });
    expect(await run('evl-verify.mjs', 'show', 'f.receipt.json')).toMatchObject({ exit: 0 });
    expect((await run('evl-verify.mjs', 'hash', 'f')).stdout).toContain(toHex(nodeSha256(ledger.fileBytes)));
  });

  test.each([
    [['verify', 'absent', 'f.receipt.json'], 2, 'cannot read absent'],
    [['verify'], 2, 'name a file or a receipt'],
    [['add', 'f'], 2, 'there is no command "add"'],
    [['verify', 'f', '--no-such'], 2, 'see evl-verify.mjs verify --help'],
  ])('%j ends with %i and a sentence', async (args, exit, sentence) => {
    const ended = await run('evl-verify.mjs', ...args);
    expect(ended).toMatchObject({ exit, stderr: expect.stringContaining(sentence) as string });
    expect(ended.stderr).not.toContain('internal error');
  });

  test('lists the settings that its commands use, and no settings file', async () => {
    const { stdout } = await run('evl-verify.mjs', '--help');
    const names = [...stdout.matchAll(/^ {2}(EVL_[A-Z_]+)/gm)].map(([, name]) => name);
    expect(names).toEqual(['EVL_RPC_URL', 'EVL_URL', 'EVL_API_KEY_FILE', 'EVL_LANG', 'EVL_HOME']);
    expect(stdout).not.toMatch(/evl\.yaml|register, anchor/);
  });

  test('advises no command that it does not have', async () => {
    writeFileSync(join(dir, 'old.receipt.json'), JSON.stringify(receiptJson(ledger, 2, 4)));
    onTestFinished(() => rmSync(join(dir, 'old.receipt.json')));
    for (const args of [
      ['verify', 'f', 'old.receipt.json'],
      ['verify', 'f', '--offline', '--verbose'],
      ['check', 'old.receipt.json', '--no-service'],
      ['check', 'other'],
    ]) {
      const { stdout, stderr } = await run('evl-verify.mjs', ...args);
      expect(`${stdout}${stderr}`).not.toMatch(/evl (?:add|receipt|trust)/);
    }
  });

  test('reads no settings file', async () => {
    writeFileSync(join(dir, 'evl.yaml'), 'url: [');
    onTestFinished(() => rmSync(join(dir, 'evl.yaml')));
    expect(await run('evl-verify.mjs', 'verify', 'f')).toMatchObject({ exit: 0 });
  });
});

describe('the client package', () => {
  test(`is at most ${MAX_CLIENT_BYTES} bytes and has no dependencies`, { timeout: 60_000 }, async () => {
    const bytes = await writeClientPackage(join(dir, 'client'));
    expect(bytes).toBeLessThanOrEqual(MAX_CLIENT_BYTES);
    mkdirSync(join(dir, 'receipts'));
    const commands = ['add', 'verify', 'check', 'list', 'show', 'receipt', 'trust', 'hash', 'audit'];
    const { exit, stdout } = await run('client/evl.mjs', '--help');
    expect([exit, [...stdout.matchAll(/^ {2}([a-z]+) {2,}[a-z]/gm)].map(([, name]) => name)]).toEqual([
      0,
      [...commands, 'help'],
    ]);
    for (const command of commands) expect((await run('client/evl.mjs', command, '--help')).exit).toBe(0);
    expect(await run('client/evl.mjs', 'verify', 'f')).toMatchObject({ exit: 0 });
  });
});
