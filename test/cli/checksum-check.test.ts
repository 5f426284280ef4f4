import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksumLines } from '../../src/cli/tasks/checksum-list.ts';
import { evl } from './evl.ts';
import { hasPosix, isAvailable } from '../availability.ts';

/** `evl check -c` compared with the real `sha256sum --check`. */

const cwd = mkdtempSync(join(tmpdir(), 'evl-sums-'));
const env = { LC_ALL: 'C', PATH: process.env['PATH']! };
const hasCoreutils = isAvailable(
  'coreutils 9',
  /coreutils\) 9/.test(spawnSync('sha256sum', ['--version'], { encoding: 'utf8' }).stdout ?? ''),
);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const sm3 = (text: string) => createHash('sm3').update(text).digest('hex');

const FILES: Readonly<Record<string, string>> = {
  a: 'content of a',
  'b c': 'content of b c',
  ' leading': 'x',
  'back\\slash': 'y',
  'new\nline': 'z',
  '*star': 's',
  '名 (1)': '名',
};

beforeAll(() => {
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(cwd, name), content);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Result {
  readonly exit: number | null;
  readonly stdout: string;
  /** The messages, without the name of the program. */
  readonly said: string[];
}

function coreutils(args: readonly string[], program = 'sha256sum'): Result {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  const said = stderr.split('\n').filter((line) => line !== '');
  return {
    exit: status,
    stdout,
    said: said.map((line) => line.replace(`${program}: `, '').replace('SHA256 checksum', 'checksum')),
  };
}

async function ours(args: readonly string[], input?: string): Promise<Result> {
  const { exit, stdout, stderr } = await evl(['check', ...args], {
    cwd,
    env: { PATH: env.PATH },
    ...(input !== undefined && { input }),
  });
  const said = stderr.split('\n').filter((line) => line !== '');
  return { exit, stdout, said: said.map((line) => line.replace('evl: ', '')) };
}

/** Errors of the operating system about a file have texts of our own. */
const warnings = ({ said }: Result) => said.filter((line) => !/No such file|cannot read|no such file/.test(line));

async function expectSame(list: string, ...options: readonly string[]): Promise<void> {
  writeFileSync(join(cwd, 'LIST'), list);
  const [theirs, mine] = [coreutils(['-c', ...options, 'LIST']), await ours(['-c', ...options, 'LIST'])];
  expect([mine.exit, mine.stdout, warnings(mine)]).toEqual([theirs.exit, theirs.stdout, warnings(theirs)]);
}

const good = `${sha256('content of a')}  a\n${sha256('content of b c')} *b c\n`;
const bad = `${'0'.repeat(64)}  a\n`;
const absent = `${'0'.repeat(64)}  absent\n`;
const torn = 'not a line\n';

describe.runIf(hasCoreutils)('check -c answers as sha256sum -c does', () => {
  test('for what it wrote itself, with every odd name', async () => {
    const names = Object.keys(FILES);
    const write = (...args: string[]) => execFileSync('sha256sum', [...args, ...names], { cwd, env, encoding: 'utf8' });
    const lists = [write(), write('-b'), write('--tag')];
    for (const list of lists) await expectSame(list);
  });

  test('for files that differ, are missing, and lines that are torn', async () => {
    await expectSame(good + bad + absent + torn);
    await expectSame(good + bad + bad + absent + absent + torn + torn, '--warn');
  });

  test('with --quiet, --status, --strict and --ignore-missing', async () => {
    for (const option of ['--quiet', '--status', '--strict', '--ignore-missing']) {
      await expectSame(good + absent, option);
    }
    await expectSame(good + torn);
    await expectSame(good + torn, '--strict');
    await expectSame(absent, '--ignore-missing');
    await expectSame(good + bad, '--quiet');
  });

  test('for an empty list, and one from standard input', async () => {
    await expectSame(torn);
    await expectSame(`# a comment\n\n${good}`.replaceAll('\n', '\r\n'));
    expect(await ours(['-c', '-'], good)).toEqual({ exit: 0, stdout: 'a: OK\nb c: OK\n', said: [] });
  });

  test('SM3 by its tag, as cksum does, and without one where it is named', async () => {
    const tagged = `SM3 (a) = ${sm3('content of a')}\nSHA256 (a) = ${sha256('content of a')}\n`;
    writeFileSync(join(cwd, 'LIST'), tagged);
    expect(await ours(['-c', 'LIST'])).toEqual(coreutils(['--check', 'LIST'], 'cksum'));
    expect((await ours(['-c', '-a', 'sm3', '-'], `${sm3('content of a')}  a\n`)).exit).toBe(0);
    expect((await ours(['-c', '-'], `${sm3('content of a')}  a\n`)).exit).toBe(1);
    const written = (await evl(['hash', 'a', 'back\\slash'], { cwd })).stdout;
    expect((await ours(['-c', '-'], written)).stdout).toBe('a: OK\na: OK\nback\\slash: OK\nback\\slash: OK\n');
  });

  test('--json counts, and claims no verdict that a checksum cannot give', async () => {
    writeFileSync(join(cwd, 'LIST'), good + bad + absent + torn);
    const failing = await ours(['-c', 'LIST', '--json']);
    expect([failing.exit, JSON.parse(failing.stdout)]).toMatchObject([
      1,
      { ok: false, verdict: 'MISMATCH', counts: { ok: 2, failed: 1, unreadable: 1, missing: 0, malformed: 1 } },
    ]);
    writeFileSync(join(cwd, 'LIST'), good);
    expect(JSON.parse((await ours(['-c', 'LIST', '--json'])).stdout)).toMatchObject({ ok: true, verdict: null });
    expect((await ours(['-c', 'NO-LIST'])).exit).toBe(2);
  });

  test.runIf(hasPosix())('a named pipe is refused and not waited for; what a shell has opened is read', async () => {
    execFileSync('mkfifo', [join(cwd, 'PIPE')]);
    for (const list of ['PIPE', '/dev/zero']) {
      expect(await ours(['-c', list])).toMatchObject({
        exit: 2,
        said: [expect.stringContaining('not a regular file')],
      });
    }
    rmSync(join(cwd, 'PIPE'));
    const list = openSync(join(cwd, 'a'), 'r');
    expect((await ours(['-c', `/dev/fd/${list}`])).exit).toBe(1);
    closeSync(list);
  });

  test('every mutated list is read alike', () => {
    const digest = fc.constantFrom(
      sha256('content of a'),
      sha256('x').toUpperCase(),
      '0'.repeat(64),
      '0'.repeat(63),
      'g'.repeat(64),
    );
    const name = fc.constantFrom(
      'a',
      'b c',
      ' leading',
      '*star',
      'back\\\\slash',
      'new\\nline',
      'bad\\t',
      'x)',
      '(a)',
      '',
    );
    const mark = fc.constantFrom('  ', ' *', ' ', '\t ', '\t', '   ', '');
    const lead = fc.constantFrom('', '', '', '\\', ' ', '\t', '#', ' \\');
    const end = fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n');
    const plain = fc.tuple(lead, digest, mark, name, end).map((parts) => parts.join(''));
    const tag = fc.constantFrom('SHA256 (', 'SHA256(', 'SHA256  (', 'SHA25 (', 'SHA256 ');
    const equals = fc.constantFrom(') = ', ')=', ')  =\t', ') ', ' = ');
    const tagged = fc.tuple(lead, tag, name, equals, digest, end).map((parts) => parts.join(''));
    const list = fc.array(fc.oneof(plain, tagged), { maxLength: 6 }).map((lines) => lines.join(''));
    fc.assert(
      fc.property(list, (text) => {
        writeFileSync(join(cwd, 'LIST'), text);
        const { said } = coreutils(['-c', '--warn', 'LIST']);
        const theirs = said.flatMap((line) => /^LIST: ([0-9]+): improperly formatted/.exec(line)?.[1] ?? []);
        const lines = [...checksumLines(Buffer.from(text), 'sha256')];
        expect(lines.filter(({ line }) => line === undefined).map(({ number }) => String(number))).toEqual(theirs);
      }),
      { numRuns: 400 },
    );
  });
});

test('a byte order mark is no part of the first checksum: a changed file is noticed', async () => {
  const line = `${sha256('another content')}  a\n`;
  for (const list of [
    Buffer.from(`\ufeff${line}`),
    Buffer.from(`\ufeff${line}`, 'utf16le'),
    Buffer.from(`\ufeff${line}`, 'utf16le').swap16(),
  ]) {
    writeFileSync(join(cwd, 'marked'), list);
    expect(await ours(['-c', 'marked'])).toMatchObject({ exit: 1, stdout: 'a: FAILED\n' });
  }
});

test('a NUL in a list makes its line malformed', async () => {
  writeFileSync(join(cwd, 'nul'), `${sha256(FILES['a']!)}  a\0\n${sha256(FILES['a']!)}  a\n`);
  expect(await ours(['-c', 'nul'])).toMatchObject({ exit: 0, stdout: 'a: OK\n' });
  expect(await ours(['-c', 'nul', '--strict'])).toMatchObject({ exit: 1 });
});

test('a list is read up to a limit', async () => {
  const list = join(cwd, 'endless');
  writeFileSync(list, '');
  truncateSync(list, 65 * 1024 * 1024);
  const { exit, said } = await ours(['-c', 'endless']);
  expect([exit, said]).toEqual([2, ['the list of checksums endless is longer than 67108864 bytes']]);
});
