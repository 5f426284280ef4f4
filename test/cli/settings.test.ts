import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rpcUrlsOf } from '../../src/cli/settings/service-settings.ts';
import { takeSettings } from '../../src/cli/settings/found-settings.ts';
import { chooseSettings } from '../../src/cli/settings/settings.ts';
import { settingsDocument } from '../../src/cli/settings/settings-document.ts';
import { SETTINGS } from '../../src/cli/settings/settings-table.ts';
import { hasPosix } from '../availability.ts';
import { evl } from './evl.ts';

const cwd = mkdtempSync(join(tmpdir(), 'evl-settings-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

test('docs/SETTINGS.md is generated from the table of settings', async () => {
  const written = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'SETTINGS.md'), 'utf8');
  expect(written).toBe(settingsDocument());
  for (const [name, { env }] of Object.entries(SETTINGS)) expect(written).toContain(`| \`${name}\` | \`${env}\` |`);
  expect((await evl(['settings', '--markdown'])).stdout).toBe(written);
});

test('nodes: one that is named twice is one, none is none, and more than a trust file holds are refused', () => {
  const nodes = (rpcUrl: string) => rpcUrlsOf(undefined, chooseSettings({ rpcUrl }, {}, {}));
  expect(nodes('http://a, http://b http://a')).toEqual(['http://a', 'http://b']);
  expect(nodes(' ')).toBeUndefined();
  const many = Array.from({ length: 17 }, (_, i) => `http://node-${i}`).join(' ');
  expect(() => nodes(many)).toThrow('EVL_RPC_URL is "17", should be at most 16 http or https addresses');
});

test('shows the effective value of each setting and where it comes from', async () => {
  writeFileSync(join(cwd, 'evl.yaml'), 'port: 9000\nhost: ::1\nrpcUrl: https://user:secret@node.example/v2\n');
  const run = await evl(['settings', '--json', '--lang', 'zh'], { cwd, env: { EVL_PORT: '9001' } });
  const { settings } = JSON.parse(run.stdout) as { settings: { name: string; value: string | null; source: object }[] };
  const of = (name: string) => settings.find((setting) => setting.name === name);
  expect(of('port')).toMatchObject({ value: '9001', source: { from: 'environment' }, meaning: '服务监听的端口' });
  expect(of('host')).toMatchObject({ value: '::1', source: { from: 'file', file: join(cwd, 'evl.yaml') } });
  expect(of('chainPort')).toMatchObject({ value: '8545', source: { from: 'default' } });
  expect(of('lang')).toMatchObject({ value: 'zh', source: { from: 'flag' } });
  expect(run.stdout).not.toContain('secret');
  expect(settings.map(({ name }) => name)).toEqual(Object.keys(SETTINGS));
  const shown = (await evl(['settings'], { cwd })).stdout;
  expect(shown).toContain(`port\tEVL_PORT\t9000\t${join(cwd, 'evl.yaml')}\tport that the service listens on`);
});

describe('the settings file of the machine', () => {
  const machineConfig = join(cwd, 'etc', 'evl.yaml');
  const folder = join(cwd, 'elsewhere');
  const portOf = async (env: Readonly<Record<string, string>>, in_ = folder) => {
    const run = await evl(['settings', '--json'], { cwd: in_, env, machineConfig });
    const { settings } = JSON.parse(run.stdout) as { settings: { name: string; value: string; source: object }[] };
    return settings.find(({ name }) => name === 'port');
  };

  test('is read where no other one is, and only then; its paths are relative to it', async () => {
    for (const path of ['etc', 'elsewhere', 'own']) mkdirSync(join(cwd, path), { recursive: true });
    expect(await portOf({})).toMatchObject({ value: '8080', source: { from: 'default' } });
    writeFileSync(machineConfig, 'port: 7001\ndataDir: ../ledger\n');
    expect(await portOf({})).toMatchObject({ value: '7001', source: { from: 'file', file: machineConfig } });
    expect(await portOf({ EVL_PORT: '7002' })).toMatchObject({ value: '7002', source: { from: 'environment' } });
    const fsck = await evl(['fsck'], { cwd: folder, machineConfig });
    expect([fsck.exit, fsck.stderr]).toEqual([10, expect.stringContaining(join(cwd, 'ledger'))]);
    writeFileSync(join(cwd, 'own', 'evl.yaml'), 'host: ::1\n');
    expect(await portOf({}, join(cwd, 'own'))).toMatchObject({ value: '8080', source: { from: 'default' } });
    writeFileSync(join(cwd, 'named.yaml'), 'port: 7003\n');
    expect(await portOf({ EVL_CONFIG: '../named.yaml' })).toMatchObject({ value: '7003' });
  });

  test('is named where it is wrong, and one that EVL_CONFIG names must be there', async () => {
    writeFileSync(machineConfig, 'prot: 1\n');
    const wrong = await evl(['fsck'], { cwd: folder, machineConfig });
    expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining(machineConfig)]);
    const absent = await evl(['fsck'], { cwd: folder, machineConfig, env: { EVL_CONFIG: 'absent.yaml' } });
    expect([absent.exit, absent.stderr]).toEqual([2, expect.stringContaining(join(folder, 'absent.yaml'))]);
  });
});

test.runIf(hasPosix())('a settings file that never ends, or never begins, is refused at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evl-settings-'));
  const refused = { exit: 2, stderr: expect.stringContaining('it is not a regular file') };
  try {
    symlinkSync('/dev/zero', join(folder, 'evl.yaml'));
    expect(await evl(['fsck'], { cwd: folder })).toMatchObject(refused);
    rmSync(join(folder, 'evl.yaml'));
    execFileSync('mkfifo', [join(folder, 'evl.yaml')]);
    expect(await evl(['fsck'], { cwd: folder })).toMatchObject(refused);
    expect(await evl(['fsck'], { env: { EVL_CONFIG: join(folder, 'evl.yaml') } })).toMatchObject(refused);
    rmSync(join(folder, 'evl.yaml'));
    writeFileSync(join(folder, 'evl.yaml'), `# ${'x'.repeat(300_000)}`);
    const large = await evl(['fsck'], { cwd: folder });
    expect([large.exit, large.stderr]).toEqual([2, expect.stringContaining('bytes, too many')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the service log: text or json; words, the former name of text, still works', () => {
  const read = (value: string) => chooseSettings({}, { EVL_LOG: value }, {}).log;
  expect([read(''), read('text'), read('words'), read('json')]).toEqual(['text', 'text', 'text', 'json']);
  expect(() => read('xml')).toThrow('EVL_LOG is "xml", should be text or json');
});

test('endorsers: accounts, each once, sixteen at most', async () => {
  const account = (i: number) => `0x${i.toString(16).padStart(40, 'A')}`;
  const read = (value: string) => chooseSettings({}, { EVL_ENDORSERS: value }, {}).endorsers;
  expect(read('')).toEqual([]);
  expect(read(`${account(1)}, ${account(2)}`)).toEqual([account(1).toLowerCase(), account(2).toLowerCase()]);
  const sixteen = Array.from({ length: 16 }, (_, i) => account(i)).join(',');
  expect(read(sixteen)).toHaveLength(16);
  const wrong = [
    `${sixteen},${account(16)}`,
    `${account(1)},${account(1).toLowerCase()}`,
    '0x12',
    'nobody',
    account(1).slice(2),
  ];
  for (const value of wrong) expect(() => read(value), value).toThrow(/EVL_ENDORSERS/);
});

test('a variable that is named as a setting is, and is none, is named', async () => {
  const misspelt = await evl(['settings', '--json'], { env: { EVL_DATADIR: 'x', EVL_PORT: '9001', EVL_DEBUG: '0' } });
  expect(misspelt.exit).toBe(0);
  expect(misspelt.stderr.match(/EVL_[A-Z]+/g)).toEqual(['EVL_DATADIR']);
  expect((await evl(['settings', '--json'], { env: { EVL_PORT: '9001' } })).stderr).toBe('');
});

test('serve takes the settings of the service as flags, which come before all other sources', async () => {
  const help = (await evl(['serve', '--help'])).stdout;
  for (const flag of ['--data-dir', '--port', '--rpc-url', '--chain-port', '--witness-policy', '--log']) {
    expect(help).toContain(`${flag} <value>`);
  }
  const wrong = await evl(['serve', '--port', 'none', '--json'], { env: { EVL_PORT: '9001' } });
  expect([wrong.exit, (JSON.parse(wrong.stdout) as { error: { code: string } }).error.code]).toEqual([
    2,
    'setting-wrong',
  ]);
});

describe('an evl.yaml that merely lies in the current folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evl-handed-over-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const deciding = ['url', 'apiKeyFile', 'rpcUrl', 'home', 'webhook'];
  const text = [
    'url: http://127.0.0.1:9',
    'apiKeyFile: key',
    'rpcUrl: http://127.0.0.1:9',
    'home: home',
    'webhook: http://127.0.0.1:9/',
    'lang: en',
  ].join('\n');

  test.each(['add', 'verify', 'check', 'list', 'show', 'receipt', 'trust', 'hash', 'audit', 'anchor'])(
    'decides nothing for evl %s',
    async (command) => {
      writeFileSync(join(folder, 'evl.yaml'), text);
      const { stderr } = await evl([command, '--no-such'], { cwd: folder });
      expect(stderr).toContain(deciding.join(', '));
      expect(stderr).toContain(`EVL_CONFIG=${join(folder, 'evl.yaml')}`);
    },
  );

  test('decides where it is named, and for the commands of operators', async () => {
    const named = { EVL_CONFIG: join(folder, 'evl.yaml') };
    expect((await evl(['verify', '--no-such'], { cwd: folder, env: named })).stderr).not.toContain('EVL_CONFIG=');
    const shown = await evl(['settings', '--json'], { cwd: folder });
    expect(shown.stderr).not.toContain('EVL_CONFIG=');
    expect(shown.stdout).toContain('http://127.0.0.1:9');
  });

  test('gives no node, no trust and no key to a verification', () => {
    const file = { path: 'evl.yaml', texts: { url: 'u', rpcUrl: 'r', home: 'h', case: 'c' }, isFound: true };
    expect(takeSettings(file, 'verify')).toEqual({
      config: { ...file, texts: { case: 'c' } },
      refused: ['url', 'rpcUrl', 'home'],
    });
    expect(takeSettings({ ...file, isFound: false }, 'verify').refused).toEqual([]);
    expect(takeSettings(file, 'serve').refused).toEqual([]);
  });
});
