import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isAvailable } from '../availability.ts';
import { cleanEnv, evl, PROGRAM } from './evl.ts';

const hasBash = isAvailable('bash', spawnSync('bash', ['--version']).status === 0);
const shells = ['bash', 'zsh', 'fish'] as const;
const script = async (shell: string) => (await evl(['completion', shell])).stdout;

/** What `evl complete` offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const { exit, stdout, stderr } = await evl(['complete', '--', ...words]);
  expect([exit, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0]!);
}

describe('complete', () => {
  test('knows commands, their own commands, options and choices', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['add', 'check', 'verify', 'rebuild-index']));
    expect(await offered('ver')).toEqual(['verify']);
    expect(await offered('receipt', '')).toEqual(['get', 'upgrade']);
    expect(await offered('receipt', 'upgrade', '--t')).toEqual(['--trust']);
    expect(await offered('add', 'a file', '--wait', '')).toContain('final');
    expect(await offered('--lang', '')).toEqual(['zh', 'en']);
    expect(await offered('--lang', 'en', 'ver')).toEqual(['verify']);
    expect(await offered('add', '--js')).toEqual(['--json']);
    expect(await offered('completion', '')).toEqual([...shells]);
  });

  test('leaves file names to the shell, and does not offer what is hidden', async () => {
    expect(await offered('add', '')).toEqual([]);
    expect(await offered('verify', '--trust', 'tr')).toEqual([]);
    expect(await offered('comp')).toEqual(['completion']);
    expect((await evl(['--help'])).stdout).not.toMatch(/^ {2}(complete|reference) /m);
  });

  test('describes what it offers in the language of the reader', async () => {
    const { stdout } = await evl(['complete', '--', 'ver'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect(stdout).toBe('verify\t核验文件与回执\n');
  });

  test('offers every option of a command', async () => {
    const help = (await evl(['check', '--help'])).stdout;
    const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag!);
    expect(flags.length).toBeGreaterThan(10);
    expect(await offered('check', '--')).toEqual(expect.arrayContaining(flags));
  });
});

describe('completion', () => {
  test('prints a script for each shell that asks the program; other shells are refused', async () => {
    for (const shell of shells) expect(await script(shell)).toContain('evl complete --');
    expect((await evl(['completion', 'csh'])).exit).toBe(2);
  });

  test.runIf(hasBash)('bash offers what the program prints, and file names where that is nothing', async () => {
    const source = await script('bash');
    expect(source).toContain('complete -o default');
    const run = `evl() { "${process.execPath}" "${PROGRAM}" "$@"; }
      ${source}
      complete -p evl > /dev/null || exit 9
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _evl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const bash = (...words: string[]) => {
      const options = { encoding: 'utf8', env: cleanEnv() } as const;
      const { stdout, stderr, status } = spawnSync('bash', ['-c', run, 'bash', ...words], options);
      expect([status, stderr]).toEqual([0, '']);
      return stdout.split('\n').filter((line) => line !== '');
    };
    expect(bash('evl', 'receipt', '')).toEqual(['get', 'upgrade']);
    expect(bash('evl', 'add', 'a file', '--lang', '')).toEqual(['zh', 'en']);
    expect(bash('evl', 'add', '')).toEqual([]);
  });
});
