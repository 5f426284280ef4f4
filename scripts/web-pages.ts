import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { brotliCompressSync, constants as ZLIB, gzipSync } from 'node:zlib';
import type { BuildOptions, Plugin } from 'esbuild';
import { ACCOUNT_PAGES } from '../src/text/account-pages.ts';
import type { Message } from '../src/text/message.ts';
import { VERIFY_PAGE } from '../src/text/verify-page.ts';
import { bundle, bundleInParts, type BundleInParts } from './bundler/bundle.ts';
import { licencesOf } from './bundler/licences.ts';
import { ROOT, VERSION } from './bundler/project.ts';
import { handbookPages } from './handbook-pages.ts';

const TARGET = ['chrome111', 'firefox115', 'safari16.4'];

/** The best quality takes three times as long for a tenth of the size. */
const BROTLI = { params: { [ZLIB.BROTLI_PARAM_QUALITY]: 9 } };
const MAIN = 'src/web/verify/main.tsx';
const ACCOUNT = 'src/web/account';
const VERIFY_TEXTS = { title: VERIFY_PAGE.title, noScript: VERIFY_PAGE.noScript };
const ACCOUNT_TEXTS = { title: ACCOUNT_PAGES.signInTitle, noScript: ACCOUNT_PAGES.noScript };

/**
 * The files of `dist/web`: the served pages with their styles and the parts of their scripts, each
 * named by its digest; the offline page in one file; the handbooks; `pages.json`, which names the
 * pages; and most of them also compressed.
 */
export async function webPages(): Promise<Map<string, string | Uint8Array>> {
  const worker = textOf((await bundle('src/web/verify/hash-worker.ts', optionsWith({}))).code);
  const style = textOf((await bundle('src/web/verify/style.css', optionsWith({}))).code);
  const optionsOf = (mode: 'offline' | 'served') =>
    optionsWith({ WORKER_SOURCE: worker, EVL_MODE: mode, EVL_VERSION: VERSION });
  const served = await bundleInParts(MAIN, optionsOf('served'));
  const accountStyle = textOf((await bundle(`${ACCOUNT}/style.css`, optionsWith({}))).code);
  const account = await bundleInParts(`${ACCOUNT}/main.tsx`, optionsWith({ EVL_VERSION: VERSION }));
  const offline = await bundle(MAIN, { ...optionsOf('offline'), plugins: [inOneFile()] });
  const offlineHtml = offlinePage(style, inlined(textOf(offline.code)), licencesOf(offline.packages));
  const pages = {
    verify: 'index.html',
    account: 'account.html',
    offline: 'verify.html',
    offlineSha256: digestOf(offlineHtml, 'hex'),
  };
  return withCompressed([
    ...servedPage('index.html', VERIFY_TEXTS, style, served),
    ...servedPage('account.html', ACCOUNT_TEXTS, accountStyle, account),
    ['verify.html', offlineHtml],
    ...handbookPages(),
    ['pages.json', `${JSON.stringify(pages)}\n`],
  ]);
}

/**
 * Each text but the offline page also as gzip and Brotli, so that no request waits for its
 * compression.
 */
function withCompressed(
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): Map<string, string | Uint8Array> {
  const compressed = files
    .filter(([name]) => /\.(?:css|html|js|txt)$/.test(name) && name !== 'verify.html')
    .flatMap(([name, content]) => [
      [`${name}.br`, brotliCompressSync(content, BROTLI)] as const,
      [`${name}.gz`, gzipSync(content, { level: 9 })] as const,
    ]);
  return new Map([...files, ...compressed]);
}

/** Of a bundle for browsers, with its constants. */
function optionsWith(constants: Readonly<Record<string, string>>): BuildOptions {
  return {
    platform: 'browser',
    format: 'iife',
    alias: { '@scure/base': join(ROOT, 'src/web/verify/encodings.ts') },
    target: TARGET,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

/**
 * The parts that the served page loads when it first needs them are in the one file from the start.
 */
function inOneFile(): Plugin {
  return {
    name: 'one file',
    setup(bundler) {
      bundler.onResolve({ filter: /\/parts\.ts$/ }, () => ({ path: join(ROOT, 'src/web/verify/parts-inlined.ts') }));
    },
  };
}

/** A page that the service shows; its files are named by their digests and never change. */
function servedPage(
  file: string,
  texts: PageTexts,
  style: string,
  { parts, entry, needed, packages }: BundleInParts,
): readonly (readonly [string, string | Uint8Array])[] {
  const licences = licencesOf(packages);
  const terms = nameOf(licences, 'txt');
  const scripts = new Map(parts);
  const sha256 = digestOf(style + [...scripts.values()].join(''), 'hex');
  const main = `// licences of what is in it: /assets/${terms}\nglobalThis.EVL_PAGE_SHA256=${JSON.stringify(sha256)};${scripts.get(entry)}`;
  scripts.delete(entry);
  const [css, js] = [nameOf(style, 'css'), nameOf(main, 'js')];
  const assets: readonly (readonly [string, string])[] = [[css, style], [js, main], ...scripts, [terms, licences]];
  const html = page(
    texts,
    [
      `<link rel="stylesheet" href="/assets/${css}">`,
      ...needed.map((name) => `<link rel="modulepreload" href="/assets/${name}">`),
    ].join(''),
    `<script type="module" src="/assets/${js}"></script>`,
  );
  return [...assets, [file, html]];
}

function nameOf(text: string, extension: string): string {
  return `${digestOf(text, 'hex').slice(0, 16)}.${extension}`;
}

function textOf(code: Uint8Array): string {
  return Buffer.from(code).toString('utf8').trim();
}

/** The page in one file: it may run its own script and style, and nothing else. */
function offlinePage(style: string, script: string, licences: string): string {
  const stamp = `globalThis.EVL_PAGE_SHA256=${JSON.stringify(digestOf(style + script, 'hex'))};`;
  const sources = (texts: readonly string[]) => texts.map((text) => `'sha256-${digestOf(text, 'base64')}'`).join(' ');
  const policy = [
    "default-src 'none'",
    `script-src ${sources([stamp, script])} 'wasm-unsafe-eval'`,
    `style-src ${sources([style])}`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return page(
    VERIFY_TEXTS,
    `<meta http-equiv="Content-Security-Policy" content="${policy}"><style>${style}</style>`,
    `<script>${stamp}</script><script>${script}</script>\n<!--\n${licences.replaceAll('--', '- -')}-->`,
  );
}

/** What a page says before its script runs. */
interface PageTexts {
  readonly title: Message;
  readonly noScript: Message;
}

function page({ title, noScript }: PageTexts, head: string, end: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title.zh}</title><link rel="icon" href="data:,">${head}</head><body><div id="app"></div><noscript>${noScript.zh} ${noScript.en}</noscript>${end}</body></html>
`;
}

/** A script within HTML must not hold what ends it or begins a comment. */
function inlined(script: string): string {
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function digestOf(text: string, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(text).digest(encoding);
}
