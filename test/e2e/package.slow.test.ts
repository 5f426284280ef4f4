import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import { type Finished, Service, Workplace } from './program.ts';

/**
 * The packed program on a machine without this repository: `npm pack`, installed elsewhere, run
 * with the Node that npm itself runs on.
 */

const root = join(import.meta.dirname, '..', '..');
const elsewhere = mkdtempSync(join(tmpdir(), 'evl-elsewhere-'));
const workplace = new Workplace();
const service = new Service(workplace);
const at = (name: string) => join(workplace.dir, name);

beforeAll(async () => {
  await expectOk(run('npm', ['pack', '--pack-destination', elsewhere], root));
  const tarball = readdirSync(elsewhere).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(elsewhere, 'package.json'), '{ "private": true, "type": "module" }');
  await expectOk(run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], elsewhere));
  cpSync(join(root, 'docs', 'examples'), join(elsewhere, 'examples'), { recursive: true });
  await service.start();
  writeFileSync(at('letter.txt'), 'a letter');
  expect(await workplace.json(['add', at('letter.txt'), '--wait', 'final'])).toMatchObject({ exit: 0 });
  writeFileSync(at('trust.json'), await (await fetch(`${service.url}/trust.json`)).text());
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

describe('evl, installed elsewhere', () => {
  const evl = (...args: string[]) => run(join(elsewhere, 'node_modules', '.bin', 'evl'), args, workplace.dir);

  test('verifies', async () => {
    const asked = ['verify', 'letter.txt', '--trust', 'trust.json', '--rpc', service.chainUrl, '--json'];
    const verified = await evl(...asked);
    expect([verified.exit, JSON.parse(verified.stdout)]).toMatchObject([0, { verdict: 'VERIFIED' }]);
    writeFileSync(at('other.txt'), 'another letter');
    const mismatch = await evl('verify', 'other.txt', 'letter.txt.receipt.json', '--trust', 'trust.json', '--json');
    expect([mismatch.exit, JSON.parse(mismatch.stdout)]).toMatchObject([1, { verdict: 'MISMATCH' }]);
  });

  test('checks many', async () => {
    const checked = await evl(
      'check',
      '.',
      '--ignore-extra',
      '--trust',
      'trust.json',
      '--rpc',
      service.chainUrl,
      '--json',
    );
    expect([checked.exit, checked.stderr]).toEqual([0, '']);
  });

  test('audits', async () => {
    const audited = await evl(
      'audit',
      '--url',
      service.url,
      '--rpc',
      service.chainUrl,
      '--trust',
      'trust.json',
      '--json',
    );
    expect([audited.exit, JSON.parse(audited.stdout)]).toMatchObject([0, { ok: true, size: '1' }]);
  });

  test('makes a certificate with the fonts of the package, which verifies', async () => {
    const judged = ['--trust', 'trust.json', '--rpc', service.chainUrl, '--json'];
    const made = await evl('cert', 'letter.txt.receipt.json', '-o', 'letter.pdf', ...judged);
    expect([made.exit, JSON.parse(made.stdout)]).toMatchObject([0, { items: [{ file: 'letter.pdf' }] }]);
    const verified = await evl('verify', 'letter.pdf', 'letter.txt', ...judged);
    expect([verified.exit, JSON.parse(verified.stdout)]).toMatchObject([0, { verdict: 'VERIFIED', scope: 'file' }]);
    expect(existsSync(join(elsewhere, 'node_modules', 'evidence-ledger', 'fonts', 'OFL.txt'))).toBe(true);
    rmSync(at('letter.pdf'));
  });

  test('ends with a usage error where it should', async () => {
    expect((await evl('verify')).exit).toBe(2);
  });
});

test('the service, installed elsewhere without what makes the pages, serves them', async () => {
  const installed = join(elsewhere, 'node_modules', 'evidence-ledger');
  for (const name of ['preact', 'marked', 'hash-wasm'])
    expect(existsSync(join(elsewhere, 'node_modules', name))).toBe(false);
  const place = new Workplace(undefined, join(installed, 'scripts', 'evl.mjs'));
  const packed = new Service(place);
  onTestFinished(async () => {
    await packed.stop();
    place.remove();
  });
  await packed.start();
  const get = async (path: string) => {
    const answer = await fetch(`${packed.url}${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.text();
  };
  expect(await get('/?lang=en')).not.toContain('npm run build:web');
  for (const path of ['/verify', '/handbook', '/handbook/court?lang=zh', '/evl-verify.mjs.sha256']) await get(path);
  for (const [, asset] of (await get('/verify')).matchAll(/"(\/assets\/[^"]+)"/g)) await get(asset!);
  const own = (await webPages()).get('verify.html')!;
  const digest = createHash('sha256').update(own).digest('hex');
  expect(await get('/verify.html.sha256')).toBe(`${digest}  verify.html\n`);
  expect(await get('/verify.html')).toBe(String(own));
});

/** With the Node that runs npm, which may be older than that of the project. */
describe('programs of one file, on the Node of npm', () => {
  const npmsNode = process.env['npm_node_execpath'] ?? 'node';
  const trusted = ['--trust', 'trust.json', '--json'];

  test('the verifier of the package', async () => {
    const program = join(elsewhere, 'node_modules', 'evidence-ledger', 'dist', 'evl-verify.mjs');
    const evlVerify = (...args: string[]) => run(npmsNode, [program, ...args], workplace.dir);
    const verified = await evlVerify('verify', 'letter.txt', '--rpc', service.chainUrl, ...trusted);
    expect([verified.exit, JSON.parse(verified.stdout)]).toMatchObject([0, { verdict: 'VERIFIED' }]);
    writeFileSync(at('changed.txt'), 'a changed letter');
    const mismatch = await evlVerify('verify', 'changed.txt', 'letter.txt.receipt.json', ...trusted);
    expect([mismatch.exit, JSON.parse(mismatch.stdout)]).toMatchObject([1, { verdict: 'MISMATCH' }]);
    rmSync(at('changed.txt'));
    const checked = await evlVerify('check', '.', '--ignore-extra', '--rpc', service.chainUrl, ...trusted);
    expect(checked.exit).toBe(0);
    expect((await evlVerify('show', 'letter.txt.receipt.json')).exit).toBe(0);
    expect((await evlVerify('hash', 'letter.txt')).stdout).toContain('SM3 (letter.txt)');
  });

  test('the client package, installed from its tarball without a registry', async () => {
    const client = mkdtempSync(join(tmpdir(), 'evl-client-'));
    onTestFinished(() => rmSync(client, { recursive: true, force: true }));
    const { writeClientPackage } = await import('../../scripts/client-package.ts');
    await writeClientPackage(join(client, 'package'));
    await expectOk(run('npm', ['pack', './package'], client));
    const tarball = readdirSync(client).find((name) => name.endsWith('.tgz'))!;
    expect(statSync(join(client, tarball)).size).toBeLessThanOrEqual(5_000_000);
    writeFileSync(join(client, 'package.json'), '{ "private": true }');
    await expectOk(run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], client));
    const program = join(client, 'node_modules', 'evidence-ledger-client', 'evl.mjs');
    const evl = (...args: string[]) => run(npmsNode, [program, ...args], workplace.dir);

    writeFileSync(at('second.txt'), 'a second letter');
    const added = await evl(
      'add',
      'second.txt',
      '--case',
      '（2026）浙01刑初2号',
      '--url',
      service.url,
      '--wait',
      'final',
    );
    expect([added.exit, added.stderr]).toEqual([0, expect.any(String)]);
    for (const args of [
      ['verify', 'second.txt', '--rpc', service.chainUrl, ...trusted],
      ['check', '.', '--ignore-extra', '--rpc', service.chainUrl, ...trusted],
      ['list', '--case', '（2026）浙01刑初2号', '--url', service.url],
      ['show', 'second.txt.receipt.json'],
      ['hash', 'second.txt'],
      ['trust', 'show', 'trust.json'],
      ['receipt', 'upgrade', 'second.txt.receipt.json', '--url', service.url],
      ['audit', '--url', service.url, '--rpc', service.chainUrl, ...trusted],
    ]) {
      const { exit, stderr } = await evl(...args);
      expect([args[0], exit, exit === 0 ? '' : stderr]).toEqual([args[0], 0, '']);
    }
  });
});

test('every entry point of the package can be imported', async () => {
  const program = join(elsewhere, 'entries.mjs');
  const entries = ['protocol', 'client', 'verifier', 'auditor'];
  const imports = entries.map((name) => `import * as ${name} from 'evidence-ledger/${name}';`).join('\n');
  writeFileSync(
    program,
    `${imports}\nconsole.log([${entries.join()}].map((entry) => Object.keys(entry).length > 0).join());`,
  );
  const { exit, stdout } = await run(join(elsewhere, 'node_modules', '.bin', 'node'), [program], elsewhere);
  expect([exit, stdout.trim()]).toEqual([0, 'true,true,true,true']);
});

describe('the examples of docs/examples', () => {
  const node = (name: string, ...args: string[]) => {
    const script = join(elsewhere, 'examples', name);
    return run(join(elsewhere, 'node_modules', '.bin', 'node'), [script, ...args], workplace.dir);
  };

  test('verify a receipt', async () => {
    const args = ['letter.txt', 'letter.txt.receipt.json', 'trust.json', service.chainUrl];
    const verified = await node('verify-receipt.mjs', ...args);
    expect([verified.exit, verified.stdout.trim().split('\n').at(-1)]).toEqual([0, 'VERIFIED']);
    const mismatch = await node('verify-receipt.mjs', 'trust.json', ...args.slice(1));
    expect(mismatch.exit).toBe(1);
  });

  test('register a file', async () => {
    const registered = await node('register-file.mjs', 'letter.txt', '（2026）浙01刑初1号', service.url);
    expect([registered.exit, JSON.parse(registered.stdout)]).toMatchObject([
      0,
      { format: 'evidence-ledger/receipt/v1' },
    ]);
    const again = await node('register-file.mjs', 'letter.txt', '（2026）浙01刑初1号', service.url);
    const record = ({ stdout }: Finished) => (JSON.parse(stdout) as { record: unknown }).record;
    expect(record(again)).toEqual(record(registered));
  });

  test('recompute the root', async () => {
    const recomputed = await node('recompute-root.mjs', 'trust.json', service.url);
    expect([recomputed.exit, recomputed.stdout]).toEqual([0, expect.stringContaining('as signed')]);
  });
});

async function expectOk(finished: Promise<Finished>): Promise<void> {
  const { exit, stderr } = await finished;
  expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
}

/** Without any user's settings, as on another machine. */
function run(program: string, args: readonly string[], cwd: string): Promise<Finished> {
  const settings = Object.entries(process.env).filter(([name]) => !/^(?:EVL_|npm_)/i.test(name));
  const child = spawn(program, args, { cwd, env: Object.fromEntries(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, stdout, stderr })));
}
