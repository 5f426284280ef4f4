import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { receiptJson, testLedger } from '../oracle/ledger.ts';
import { evl } from './evl.ts';
import { serveLedger, type ServedLedger } from './served-ledger.ts';
import { hasLinux, hasPosix, isAvailable } from '../availability.ts';

/** The program's surroundings: pipes, terminals, and folders that cannot be written. */

const PROGRAM = join(import.meta.dirname, '..', '..', 'scripts', 'evl.ts');
const hasTerminal = isAvailable('script of util-linux', spawnSync('script', ['--version']).status === 0);

let cwd: string;
let served: ServedLedger;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-terminal-'));
  const ledger = testLedger();
  served = await serveLedger(ledger, 5);
  writeFileSync(join(cwd, 'f'), ledger.fileBytes);
  writeFileSync(join(cwd, 'f.receipt.json'), JSON.stringify(receiptJson(ledger, 2, 5)));
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(cwd, { recursive: true, force: true });
});

/** Runs a line of bash in which `evl` is the program. */
function bash(line: string, env: Record<string, string> = {}): { exit: number | null; stdout: string; stderr: string } {
  const script = `evl() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    cwd,
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', EVL_HOME: join(cwd, 'home'), SHLVL: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { exit: status, stdout, stderr };
}

describe.runIf(hasPosix())('pipes', () => {
  test('a reader that goes away ends the output; the exit code stays correct', () => {
    const many = 'f '.repeat(3000);
    expect(bash(`evl hash ${many} | head -1; echo "\${PIPESTATUS[0]}" >&2`)).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^SHA256 \(f\) = [0-9a-f]{64}\n$/),
      stderr: '0\n',
    });
    expect(bash(`evl hash ${many} absent | head -1; echo "\${PIPESTATUS[0]}" >&2`).stderr).toMatch(
      /^(?:.*absent.*\n8|0)\n$/,
    );
    expect(bash(`evl verify f --offline | true; echo "\${PIPESTATUS[0]}" >&2`).stderr).toBe('6\n');
  });

  test.runIf(hasLinux())('data that cannot be written is a failure', () => {
    const { exit, stderr } = bash('evl hash f > /dev/full');
    expect([exit, stderr]).toEqual([2, expect.stringMatching(/^evl: stdout: .*ENOSPC.*\n$/)]);
  });

  test('no terminal: no control characters', () => {
    const { stdout, stderr } = bash('evl verify f --offline; evl nonsense');
    expect(stdout + stderr).not.toContain('\u001b');
  });
});

describe.runIf(hasTerminal)('a terminal', () => {
  /** What a terminal receives. */
  const shown = (env: Record<string, string>) =>
    bash(`export -f evl; script -qec 'bash -c "evl check f --offline"' /dev/null < /dev/null`, {
      SHELL: '/bin/bash',
      ...env,
    }).stdout;

  test('has colours and progress', () => {
    expect(shown({ TERM: 'xterm' })).toContain('\u001b[');
  });

  test('has none with NO_COLOR, and no control characters at all where TERM is dumb', () => {
    expect(shown({ TERM: 'xterm', NO_COLOR: '1' })).not.toMatch(/\u001b\[[0-9;]*m/);
    const dumb = shown({ TERM: 'dumb' });
    expect(dumb).toContain('INDETERMINATE');
    expect(dumb).not.toContain('\u001b');
  });
});

describe.runIf(hasLinux())('folders that cannot be written', () => {
  const env = () => ({ EVL_URL: served.url, EVL_HOME: '/dev/null/home' });

  test('a home: verified all the same, with a notice that trust is not remembered', async () => {
    for (const command of ['verify', 'check']) {
      const { exit, stderr } = await evl([command, 'f'], { cwd, env: env() });
      expect([exit, stderr]).toEqual([0, expect.stringContaining('cannot be remembered')]);
    }
    const { exit, stdout } = await evl(['check', 'f', '--json'], { cwd, env: env() });
    expect([exit, JSON.parse(stdout)]).toMatchObject([0, { ok: true }]);
  });

  test('the current one: verified all the same, and nothing is registered whose receipt would have no place', async () => {
    expect((await evl(['verify', join(cwd, 'f')], { cwd: '/proc', env: env() })).exit).toBe(0);
    const added = await evl(['add', '-', '--name', 'x', '--case', '1', '--json'], {
      cwd: '/proc',
      env: env(),
      input: 'x',
    });
    expect([added.exit, JSON.parse(added.stdout)]).toMatchObject([
      8,
      { items: [{ error: { code: 'file-unwritable' } }] },
    ]);
    expect(served.asked.filter(({ method, path }) => method === 'POST' && path !== '/rpc')).toEqual([]);
    expect(existsSync('/proc/x.receipt.json')).toBe(false);
  });
});
