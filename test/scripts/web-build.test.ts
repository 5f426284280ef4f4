import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { webPages } from '../../scripts/web-pages.ts';
import { Service, Workplace } from '../e2e/program.ts';

/** The build of the pages in a copy of the project that lies elsewhere. */

const root = join(import.meta.dirname, '..', '..');
const elsewhere = mkdtempSync(join(tmpdir(), 'evl-web-build-'));
const build = (...args: string[]) =>
  execFileSync(process.execPath, [join(elsewhere, 'scripts', 'build-web.ts'), ...args], { encoding: 'utf8' });
const built = join(elsewhere, 'dist', 'web');

beforeAll(() => {
  mkdirSync(join(elsewhere, 'docs'));
  // the last first, so that a folder may list them in another order
  for (const name of ['docs/verify-by-hand.zh-CN.md', 'docs/verify-by-hand.md', 'package-lock.json', 'package.json'])
    cpSync(join(root, name), join(elsewhere, name));
  for (const folder of ['docs/handbook', 'docs/images', 'scripts', 'src']) copyBackwards(folder);
  symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'), 'junction');
});
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

function copyBackwards(path: string): void {
  const from = join(root, path);
  if (!statSync(from, { throwIfNoEntry: false })?.isDirectory()) {
    if (statSync(from, { throwIfNoEntry: false })) cpSync(from, join(elsewhere, path));
    return;
  }
  mkdirSync(join(elsewhere, path));
  for (const name of readdirSync(from).toReversed()) copyBackwards(`${path}/${name}`);
}

test('a service without pages makes none, and says at / what to run; the pages appear once they are made', async () => {
  const workplace = new Workplace(undefined, join(elsewhere, 'scripts', 'evl.ts'));
  const service = new Service(workplace);
  onTestFinished(async () => {
    await service.stop();
    workplace.remove();
  });
  await service.start();
  const get = (path: string) => fetch(`${service.url}${path}`);
  for (const lang of ['zh', 'en']) {
    const page = await (await get(`/?lang=${lang}`)).text();
    expect(page).toContain('npm run build:web');
    expect(page).not.toMatch(/href="\/(?:verify|handbook)/);
  }
  for (const path of ['/verify', '/verify.html', '/verify.html.sha256', '/handbook', '/handbook/court']) {
    const answer = await get(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(await answer.text()).toContain('npm run build:web');
  }
  expect(existsSync(built)).toBe(false);
  build();
  expect(await (await get('/?lang=en')).text()).toContain('href="/verify"');
  for (const path of ['/verify', '/verify.html', '/handbook/court']) expect((await get(path)).status).toBe(200);
});

test('the same sources give the same bytes of every file, in another folder and order, and again', async () => {
  build();
  const digest = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const here = [...(await webPages())].map(([name, content]) => [name, digest(content)]);
  const there = readdirSync(built).map((name) => [name, digest(readFileSync(join(built, name)))]);
  const pages = there.filter(([name]) => name !== 'inputs.sha256');
  expect(Object.fromEntries(pages)).toEqual(Object.fromEntries(here));
  expect(pages.length).toBeGreaterThan(20);
});

test('it is made again where an input has changed, a handbook too, and only then', () => {
  build();
  expect(build('--if-changed')).toBe('');
  appendFileSync(join(elsewhere, 'docs', 'handbook', 'court.en.md'), '\nOne more sentence.\n');
  expect(build('--if-changed')).toContain('dist/web made');
  expect(readFileSync(join(built, 'handbook-court.en.html'), 'utf8')).toContain('<p>One more sentence.</p>');
  expect(build('--if-changed')).toBe('');
});

test('HTML, scripts and foreign targets in a handbook are shown as text', () => {
  appendFileSync(
    join(elsewhere, 'docs', 'handbook', 'witness.en.md'),
    '\n<script>alert(1)</script>\n\nA <b onclick="x()">tag</b>, [a link](javascript:alert(2)), [another](http://elsewhere.example/), [a file](../../src/text/errors.ts).\n',
  );
  build();
  const page = readFileSync(join(built, 'handbook-witness.en.html'), 'utf8');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('&lt;b onclick=&quot;x()&quot;&gt;tag&lt;/b&gt;, a link, another, a file.');
  expect(page).not.toMatch(/<script|<b |javascript:|elsewhere/);
});
