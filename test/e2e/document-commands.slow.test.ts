import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleBlocks, shellBlocks } from '../document-blocks.ts';
import { type Finished, Service, Workplace } from './program.ts';
import { isAvailable } from '../availability.ts';
import { eventually } from '../server/ledger-fixture.ts';

/**
 * The commands of README and handbook, run as they are written: in a folder that looks like a
 * checkout with a ledger in ./data, against a service of its own. `npm run evl --` is this program
 * there, and the ports of the documents are those of the service.
 */

const root = join(import.meta.dirname, '..', '..');
const PAGES = [
  'README',
  ...['handler', 'court', 'auditor', 'operator', 'witness'].map((who) => `docs/handbook/${who}.en`),
];
const english = (page: string) => `${page}.md`;
const chinese = (page: string) => `${page.replace(/\.en$/, '')}.zh-CN.md`;

/** Commands of `console` blocks, and why no test runs them. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^npm ci && npm (start|test)$/, 'installs what the test runs on; npm start is the service that the test has'],
  [/^npm run drill$/, 'takes a minute or two; test/drill/drill.slow.test.ts runs it'],
  [/^npm install --global /, 'changes the machine; test/e2e/package.slow.test.ts installs the package elsewhere'],
  [/^cd \/opt\/evidence-ledger /, 'installs into a folder of the system'],
  [/^npm run evl -- audit --watch /, 'runs until it is stopped; test/auditor/watch-process.test.ts runs it'],
  [/^npm run evl -- witness serve$/, 'runs until it is stopped; test/e2e/witness.test.ts runs it'],
  [/^npm run evl -- login /, 'waits for an approval on a page; test/web/account-pages.test.ts approves one'],
  [/^(install -d|mv|chown) .*evidence-ledger/, 'installs into a folder of the system'],
  [/^(ln -s|install -D) .*evidence-ledger/, 'installs into a folder of the system'],
  [/^(sudo -Hu evidence-ledger bash|cd)$/, 'becomes the user of the service; the test is in the folder with ./data'],
  [/^(useradd|cp( ops\/\S+)+ \/etc\/systemd\/system\/|systemctl|journalctl)/, 'changes the machine, and needs systemd'],
  [/^docker /, 'needs Docker'],
  [/^evl trust add-policy /, 'needs another policy; test/cli/trust.test.ts runs it'],
  [/^node evl-verify\.mjs /, 'is made by npm run bundle; test/e2e/package.slow.test.ts runs it'],
  [/^evl init --rpc /, 'needs a node of Geth or Besu; test/e2e/init.test.ts makes a ledger on a chain that is there'],
];

const curl = spawnSync('bash', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout?.trim() ?? '';
const workplace = new Workplace();
const service = new Service(workplace);
const at = (...names: string[]) => join(workplace.dir, ...names);

beforeAll(async () => {
  Object.assign(workplace.env, {
    EVL_SCRUB_BYTES_PER_SECOND: '0',
    EVL_DISK_RESERVE_BYTES: '0',
    EVL_CASE_FORMATS: '', // the documents give numbers that every ledger recognises
    NODE_COMPILE_CACHE: at('compiled'), // the same program starts some thirty times
  });
  delete workplace.env['EVL_CASE']; // the documents give it
  await service.start();
  prepareFiles();
  writeShim('evl', `set -- "$EVL_NODE" "$EVL_PROGRAM" "$@"`);
  writeShim('npm', `[ "$1 $2 $3" = "run evl --" ] || exit 64\nshift 3\nset -- "$EVL_NODE" "$EVL_PROGRAM" "$@"`);
  writeShim('curl', `set -- "$EVL_CURL" "$@"`);
});
afterAll(async () => {
  await service.stop();
  workplace.remove();
});

/** The files that the pages speak of. */
function prepareFiles(): void {
  copyFileSync(join(root, 'README.md'), at('README.md'));
  for (const name of ['photo.jpg', 'report.pdf', 'disk.img']) writeFileSync(at(name), `bytes of ${name}`);
  mkdirSync(at('scans', 'back'), { recursive: true });
  for (let i = 0; i < 40; i++) writeFileSync(at('scans', i % 2 === 0 ? `${i}.txt` : `back/${i}.txt`), `scan ${i}`);
}

/**
 * A program that stands before the real one in PATH. It ends by running "$@", with the ports of the
 * documents replaced.
 */
function writeShim(name: string, body: string): void {
  mkdirSync(at('bin'), { recursive: true });
  const ports = [
    ['8080', 'EVL_URL'],
    ['8545', 'CHAIN_URL'],
  ] as const;
  const replaced = ports.map(([port, url]) => `set -- "\${@//http:\\/\\/127.0.0.1:${port}/$${url}}"`).join('\n');
  writeFileSync(at('bin', name), `#!/bin/bash\n${body}\n${replaced}\nexec "$@"\n`);
  chmodSync(at('bin', name), 0o755);
}

/** What the pages before have registered: some commands end with 4 as long as a record waits. */
async function anchored(): Promise<void> {
  await workplace.run(['anchor', 'retry']);
  await eventually(async () => ((await workplace.run(['anchor', 'status'])).exit === 0 ? true : undefined));
}

/** As after the installation: ops/evl.yaml and no variable names the data folder. */
function useMachineSettings(): void {
  delete workplace.env['EVL_DATA_DIR'];
  const settings = readFileSync(join(root, 'ops', 'evl.yaml'), 'utf8');
  const here = settings.replace('/var/lib/evidence-ledger', '.').replace('/var/backups', './all-backups');
  writeFileSync(at('machine.yaml'), here);
  workplace.env['EVL_CONFIG'] = at('machine.yaml');
}

/** One page as one script: what a block sets, later ones may use. */
function runPage(blocks: readonly string[]): Promise<Finished> {
  const script = blocks.map((block, i) => `echo "--- block ${i + 1}" >&2\n${block}`).join('\n');
  const child = spawn('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: workplace.dir,
    env: {
      ...workplace.env,
      PATH: [at('bin'), process.env['PATH']].join(delimiter),
      CHAIN_URL: service.chainUrl,
      EVL_NODE: process.execPath,
      EVL_PROGRAM: join(root, 'scripts', 'evl.ts'),
      EVL_CURL: curl,
    },
    stdio: ['ignore', 'pipe', 'pipe'], // given a socket, bash believes that it was logged into
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (exit) => resolve({ exit, stdout, stderr }));
  });
}

describe.each(PAGES)('%s', (page) => {
  test('has the same blocks in both languages', () => {
    expect(shellBlocks(english(page))).not.toEqual([]);
    expect(shellBlocks(chinese(page))).toEqual(shellBlocks(english(page)));
    expect(consoleBlocks(chinese(page))).toEqual(consoleBlocks(english(page)));
  });

  test.runIf(isAvailable('curl', curl !== ''))('has commands that work as they are written', async () => {
    if (page.includes('operator')) useMachineSettings();
    await anchored();
    const { exit, stdout, stderr } = await runPage(shellBlocks(english(page)));
    expect([exit, exit === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });
});

test('what no test runs is known, with its reason', () => {
  const lines = [...PAGES, 'docs/drill', 'CONTRIBUTING']
    .flatMap((page) => consoleBlocks(english(page)))
    .flatMap((block) => block.trim().split('\n'));
  const reasonsOf = (line: string) => NOT_RUN.filter(([pattern]) => pattern.test(line));
  expect(lines.filter((line) => reasonsOf(line).length !== 1)).toEqual([]);
  expect(NOT_RUN.filter(([pattern]) => !lines.some((line) => pattern.test(line)))).toEqual([]);
});
