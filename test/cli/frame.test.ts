import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printable } from '../../src/kinds/printable.ts';
import { chooseSettings } from '../../src/cli/settings/settings.ts';
import { SETTINGS } from '../../src/cli/settings/settings-table.ts';
import { evl, evlProcess } from './evl.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'evl-frame-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('a command line that cannot be read', () => {
  test.each([
    [['frobnicate'], 'usage-unknown-command', 'evl --help'],
    [['verfy'], 'usage-unknown-command', 'did you mean verify?'],
    [['hash', '--frob', 'x'], 'usage-unknown-option', 'evl hash --help'],
    [['hash'], 'usage-missing-argument', 'evl hash --help'],
    [['verify', 'a', 'b', 'c'], 'usage-too-many-arguments', 'evl verify --help'],
    [['verify', 'a', '--trust'], 'usage-missing-value', 'evl verify --help'],
    [['add', 'a', '--wait', 'forever'], 'usage-wrong-value', 'evl add --help'],
    [['hash', 'a', '--lang', 'fr'], 'usage-wrong-value', 'zh, en'],
    [[], 'usage-no-command', 'evl --help'],
    [['receipt'], 'usage-no-command', 'evl receipt --help'],
    [['verify'], 'nothing-to-verify', 'name a file'],
    [['add', 'a'], 'case-missing', '--case'],
  ])('%j is exit 2 with %s and a remedy', async (args, code, hint) => {
    const plain = await evl(args, { cwd });
    expect(plain).toMatchObject({ exit: 2, stdout: '' });
    expect(plain.stderr).toContain(hint);
    const json = await evl([...args, '--json'], { cwd });
    expect(json.exit).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code, message: expect.any(String) } });
  });

  test('answers in Chinese by flag or by locale', async () => {
    const asked = await evl(['hash', '--lang', 'zh'], { cwd });
    expect(asked.stderr).toContain('缺少参数');
    const locale = await evl(['hash'], { cwd, env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect(locale.stderr).toBe(asked.stderr);
    const variable = await evl(['hash'], { cwd, env: { LC_ALL: 'zh_CN.UTF-8', EVL_LANG: 'en' } });
    expect(variable.stderr).toContain('is missing');
    const help = await evl(['add', '--help', '--lang=zh'], { cwd });
    expect(help).toMatchObject({ exit: 0, stderr: '' });
    expect(help.stdout).toMatch(/^用法：/);
  });
});

test.each([
  '--help',
  'add --help',
  'receipt get --help',
  'frobnicate',
  'hash',
  'hash --frob',
  'hash a --lang',
  'init --finality x a',
])('in Chinese %j has no English sentence of a library', async (line) => {
  const { stdout, stderr } = await evl([...line.split(' '), '--json'], { cwd, env: { LC_ALL: 'zh_CN.UTF-8' } });
  const text = `${stdout}${stderr}`.replaceAll(/"code": .*|EVL_[A-Z_]+ +[a-zA-Z]+|https?:[^ ]*/g, '');
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(text).not.toMatch(/\b(options|command|choices|default|invalid|error|missing|unknown|argument)\b(?!")/);
});

test.each(['en', 'zh'] as const)('docs/cli.md is what the program prints, in %s', async (lang) => {
  const page = readFileSync(join(import.meta.dirname, `../../docs/cli${lang === 'en' ? '' : '.zh-CN'}.md`), 'utf8');
  expect((await evl(['reference', '--lang', lang])).stdout).toBe(page);
});

test('help and version go to stdout, exit 0', async () => {
  const help = await evl(['--help'], { cwd });
  expect(help).toMatchObject({ exit: 0, stderr: '' });
  for (const command of ['add', 'verify', 'receipt', 'hash']) expect(help.stdout).toContain(command);
  expect((await evl(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('hash', () => {
  test('writes lines that coreutils check', async () => {
    writeFileSync(join(cwd, 'abc'), 'abc');
    const { exit, stdout } = await evl(['hash', 'abc'], { cwd });
    expect(exit).toBe(0);
    expect(stdout).toBe(
      'SHA256 (abc) = ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n' +
        'SM3 (abc) = 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0\n',
    );
  });

  test('reads stdin', async () => {
    const { stdout } = await evl(['hash', '-', '--json'], { cwd, input: 'abc' });
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ file: '-', size: 3 }] });
  });

  test('one missing file of several: the others are hashed, exit 8; alone: exit 2', async () => {
    writeFileSync(join(cwd, 'abc'), 'abc');
    const several = await evl(['hash', 'missing', 'abc'], { cwd });
    expect(several.exit).toBe(8);
    expect(several.stdout).toContain('SM3 (abc)');
    expect(several.stderr).toContain('missing');
    expect((await evl(['hash', 'missing'], { cwd })).exit).toBe(2);
    expect((await evl(['hash', '.'], { cwd })).exit).toBe(2);
  });
});

describe('settings', () => {
  test.each(['zh', 'en'] as const)('help names each with its meaning, in %s', async (lang) => {
    const { exit, stdout } = await evl(['--help', '--lang', lang]);
    expect(exit).toBe(0);
    for (const { env, [lang]: meaning } of Object.values(SETTINGS)) {
      expect(stdout).toContain(env);
      expect(stdout).toContain(meaning);
    }
  });

  test('flag before environment before file before table', () => {
    const of = (flags: object, env: NodeJS.ProcessEnv, config: object) =>
      chooseSettings(flags, env, { path: 'evl.yaml', texts: config }).port;
    expect(of({ port: '1' }, { EVL_PORT: '2' }, { port: '3' })).toBe(1);
    expect(of({}, { EVL_PORT: '2' }, { port: '3' })).toBe(2);
    expect(of({}, { EVL_PORT: '' }, { port: '3' })).toBe(3);
    expect(of({}, {}, {})).toBe(8080);
    expect(chooseSettings({}, { EVL_PORT: '9000' }, {}).url).toBe('http://127.0.0.1:9000');
  });

  test.each(['-1', '65536', '80x', '1e3'])('port %s is refused', (port) => {
    expect(() => chooseSettings({}, { EVL_PORT: port }, {})).toThrow('EVL_PORT');
  });

  test('an unknown name in evl.yaml is refused, with the names that there are', async () => {
    const config = join(cwd, 'other.yaml');
    writeFileSync(config, 'prot: 80\n');
    const { exit, stderr } = await evl(['verify', 'x'], { cwd, env: { EVL_CONFIG: config } });
    expect(exit).toBe(2);
    expect(stderr).toContain('unknown setting "prot"');
    expect(stderr).toContain('anchorIntervalMs');
    expect((await evl(['--version'], { cwd, env: { EVL_CONFIG: config } })).exit).toBe(0);
  });

  test.each(['a: [', '- a', 'port: {}'])('evl.yaml with %j is exit 2', async (text) => {
    const config = join(cwd, 'bad.yaml');
    writeFileSync(config, text);
    expect((await evl(['verify', 'x'], { cwd, env: { EVL_CONFIG: config } })).exit).toBe(2);
  });
});

test('foreign text cannot control the terminal', () => {
  expect(printable('a\u001b[2Jb\r\nc\u202egpj.exe\u0007')).toBe('a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{202e}gpj.exe\\u{7}');
  expect(printable('（2026）浙01刑初123号\t🙂')).toBe('（2026）浙01刑初123号\t🙂');
  expect(printable('\ud800')).toBe('\\u{d800}');
});

test('run by npm, file names are relative to the caller’s folder', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'evl-caller-'));
  writeFileSync(join(elsewhere, 'a.txt'), 'a');
  try {
    const env = { npm_lifecycle_event: 'evl', INIT_CWD: elsewhere };
    const { exit, stdout } = await evlProcess(['hash', 'a.txt'], { cwd, env });
    expect([exit, stdout]).toEqual([0, expect.stringContaining('SHA256 (a.txt) = ca978112')]);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
