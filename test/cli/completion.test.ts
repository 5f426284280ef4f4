import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { evl } from './evl.ts';
import { isAvailable } from '../availability.ts';

const hasBash = isAvailable('bash', spawnSync('bash', ['--version']).status === 0);
const shells = ['bash', 'zsh', 'fish'] as const;
const script = async (shell: string) => (await evl(['completion', shell])).stdout;

/** What bash offers for the last of these words. */
function offered(source: string, ...words: string[]): string[] {
  const run = `${source}
    complete -p evl > /dev/null || exit 9
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _evl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', run, 'bash', ...words], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe.runIf(hasBash)('completion in bash', () => {
  test('knows commands, their own commands, options and choices', async () => {
    const source = await script('bash');
    expect(offered(source, 'evl', '')).toEqual(expect.arrayContaining(['add', 'check', 'verify', 'rebuild-index']));
    expect(offered(source, 'evl', 'ver')).toEqual(['verify']);
    expect(offered(source, 'evl', 'receipt', '')).toEqual(['get', 'upgrade']);
    expect(offered(source, 'evl', 'receipt', 'upgrade', '--t')).toEqual(['--trust']);
    expect(offered(source, 'evl', 'add', 'a file', '--wait', '')).toEqual([
      'registered',
      'published',
      'anchored',
      'final',
    ]);
    expect(offered(source, 'evl', '--lang', '')).toEqual(['zh', 'en']);
    expect(offered(source, 'evl', 'add', '--js')).toEqual(['--json']);
  });

  test('leaves files to bash', async () => {
    const source = await script('bash');
    expect(offered(source, 'evl', 'add', '')).toEqual([]);
    expect(offered(source, 'evl', 'verify', '--trust', 'tr')).toEqual([]);
    expect(source).toContain('complete -o default');
  });
});

test('every shell hears of every command and option; other shells are refused', async () => {
  const help = (await evl(['check', '--help'])).stdout;
  const flags = [...help.matchAll(/--([a-z-]+)/g)].map((match) => match[1]!);
  expect(flags.length).toBeGreaterThan(10);
  for (const shell of shells) {
    const text = await script(shell);
    for (const flag of flags) expect([shell, flag, text.includes(flag)]).toEqual([shell, flag, true]);
  }
  expect((await evl(['completion', 'csh'])).exit).toBe(2);
});
