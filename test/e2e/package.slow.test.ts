import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

  test('ends with a usage error where it should', async () => {
    expect((await evl('verify')).exit).toBe(2);
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
