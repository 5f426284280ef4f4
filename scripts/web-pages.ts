import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bundle } from './bundler/bundle.ts';
import { licencesOf } from './bundler/licences.ts';
import { VERSION } from './bundler/project.ts';
import { handbookPages } from './handbook-pages.ts';

const TARGET = ['chrome111', 'firefox115', 'safari16.4'];

/**
 * The files of `dist/web`: the served page with its script and style, each named by its digest and
 * also compressed; the offline page in one file; the handbooks; and `pages.json`, which names the
 * pages.
 */
export async function webPages(): Promise<Map<string, string | Uint8Array>> {
  const worker = (await bundledText('src/web/verify/hash-worker.ts')).code;
  const style = (await bundledText('src/web/verify/style.css')).code;
  const script = (mode: 'offline' | 'served') =>
    bundledText('src/web/verify/main.tsx', { WORKER_SOURCE: worker, EVL_MODE: mode, EVL_VERSION: VERSION });
  const served = await script('served');
  const offline = await script('offline');
  const offlineHtml = offlinePage(style, inlined(offline.code), licencesOf(offline.packages));
  const pages = { verify: 'index.html', offline: 'verify.html', offlineSha256: digestOf(offlineHtml, 'hex') };
  return withCompressed([
    ...servedPage(style, served.code, licencesOf(served.packages)),
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
      [`${name}.br`, brotliCompressSync(content)] as const,
      [`${name}.gz`, gzipSync(content, { level: 9 })] as const,
    ]);
  return new Map([...files, ...compressed]);
}

/** A bundle for browsers, as text. */
async function bundledText(entry: string, constants: Readonly<Record<string, string>> = {}) {
  const { code, packages } = await bundle(entry, {
    platform: 'browser',
    format: 'iife',
    target: TARGET,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
  });
  return { code: Buffer.from(code).toString('utf8').trim(), packages };
}

/** The page that the service shows; its files are named by their digests and never change. */
function servedPage(
  style: string,
  script: string,
  licences: string,
): readonly (readonly [string, string | Uint8Array])[] {
  const terms = `${digestOf(licences, 'hex').slice(0, 16)}.txt`;
  const stamped = `// licences of what is in it: /assets/${terms}\nglobalThis.EVL_PAGE_SHA256=${JSON.stringify(digestOf(style + script, 'hex'))};${script}`;
  const assets = [
    [`${digestOf(style, 'hex').slice(0, 16)}.css`, style],
    [`${digestOf(stamped, 'hex').slice(0, 16)}.js`, stamped],
  ] as const;
  const [[css], [js]] = assets;
  const html = page(`<link rel="stylesheet" href="/assets/${css}">`, `<script src="/assets/${js}" defer></script>`);
  return [...assets, [terms, licences], ['index.html', html]];
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
    `<meta http-equiv="Content-Security-Policy" content="${policy}"><style>${style}</style>`,
    `<script>${stamp}</script><script>${script}</script>\n<!--\n${licences.replaceAll('--', '- -')}-->`,
  );
}

function page(head: string, end: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>证据核验</title><link rel="icon" href="data:,">${head}</head><body><div id="app"></div><noscript>核验在本机进行，需要启用 JavaScript。Verification runs on this computer and needs JavaScript.</noscript>${end}</body></html>
`;
}

/** A script within HTML must not hold what ends it or begins a comment. */
function inlined(script: string): string {
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function digestOf(text: string, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(text).digest(encoding);
}
