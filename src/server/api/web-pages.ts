import * as z from 'zod';
import { fromHex, toBase64 } from '../../protocol/encoding/bytes.ts';
import { CONDITIONAL, define, ETAG, NOT_MODIFIED } from '../operation.ts';
import { assetFile, offlinePage, sendPageFile, verifyPage } from '../web-pages.ts';

/**
 * The page runs its own script, hashes in a worker that it makes itself, and asks this service and
 * nobody else.
 */
export const VERIFY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  'worker-src blob:',
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types evl-worker',
].join('; ');

const HTML = { mediaType: 'text/html', example: '<!doctype html>' };
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  png: 'image/png',
  txt: 'text/plain; charset=utf-8',
};
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export default [
  define(
    {
      method: 'get',
      path: '/verify',
      id: 'verifyPage',
      tag: 'verification',
      act: 'public',
      summary: 'Verify in a browser, in Chinese and English; the evidence stays on its computer',
      parameters: { header: CONDITIONAL },
      answers: { 200: { description: 'a page', content: HTML, headers: ETAG }, 304: NOT_MODIFIED },
      problems: ['not-found'],
    },
    () => (request, response) => {
      const file = verifyPage();
      response.setHeader('Content-Security-Policy', VERIFY_POLICY).setHeader('Cache-Control', 'no-cache');
      response.type('text/html; charset=utf-8');
      sendPageFile(request, response, file);
    },
  ),
  define(
    {
      method: 'get',
      path: '/verify.html',
      id: 'offlineVerifier',
      tag: 'verification',
      act: 'public',
      summary: 'The same page in one file, to be saved and used without a network',
      parameters: { header: CONDITIONAL },
      answers: {
        200: {
          description: 'a page; compare its digest with one that came by another way',
          content: HTML,
          headers: { ...ETAG, 'Repr-Digest': 'SHA-256 of the answer (RFC 9530), `sha-256=:base64:`' },
        },
        304: NOT_MODIFIED,
      },
      problems: ['not-found'],
    },
    () => (_request, response) => {
      const { content, sha256 } = offlinePage();
      // the page brings its own policy, which also holds when it is opened from a disk
      response.setHeader('Content-Security-Policy', "frame-ancestors 'none'").setHeader('Cache-Control', 'no-cache');
      response.setHeader('Repr-Digest', `sha-256=:${toBase64(fromHex('digest', sha256))}:`);
      response.type('text/html; charset=utf-8').send(content);
    },
  ),
  define(
    {
      method: 'get',
      path: '/verify.html.sha256',
      id: 'offlineVerifierDigest',
      tag: 'verification',
      act: 'public',
      summary: 'SHA-256 of `/verify.html`, as `sha256sum --check` reads it',
      answers: {
        200: {
          description: 'one line',
          content: { mediaType: 'text/plain', example: `${'0'.repeat(64)}  verify.html\n` },
        },
      },
      problems: ['not-found'],
    },
    () => (_request, response) => {
      const { sha256 } = offlinePage();
      response.setHeader('Cache-Control', 'no-cache');
      response.type('text/plain; charset=utf-8').send(`${sha256}  verify.html\n`);
    },
  ),
  define(
    {
      method: 'get',
      path: '/assets/{file}',
      isHidden: true,
      id: 'pageAsset',
      tag: 'verification',
      act: 'public',
      summary: 'A script, style sheet or picture of the pages, named by its digest',
      parameters: { path: z.object({ file: z.string() }) },
      answers: { 200: { description: 'the file' } },
      problems: ['not-found'],
    },
    () => (request, response) => {
      const { file, extension } = assetFile(String(request.params['file']));
      response.setHeader('Cache-Control', `public, max-age=${YEAR_SECONDS}, immutable`);
      response.type(MEDIA_TYPES[extension]!);
      sendPageFile(request, response, file);
    },
  ),
];
