import * as z from 'zod';
import { LedgerError } from '../../text/ledger-error.ts';
import { CONDITIONAL, define, ETAG, NOT_MODIFIED } from '../operation.ts';
import { readAsset, readWebPages, type WebPages } from '../web-pages.ts';

/**
 * The page runs its own script, hashes in a worker that it makes itself, and asks this service and
 * nobody else.
 */
const PAGE_POLICY = [
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
    () => (_request, response) => {
      const { verify } = requirePages();
      response.setHeader('Content-Security-Policy', PAGE_POLICY).setHeader('Cache-Control', 'no-cache');
      response.type('text/html; charset=utf-8').send(verify);
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
      answers: { 200: { description: 'a page', content: HTML, headers: ETAG }, 304: NOT_MODIFIED },
      problems: ['not-found'],
    },
    () => (_request, response) => {
      const { offline } = requirePages();
      // the page brings its own policy, which also holds when it is opened from a disk
      response.setHeader('Content-Security-Policy', "frame-ancestors 'none'").setHeader('Cache-Control', 'no-cache');
      response.type('text/html; charset=utf-8').send(offline);
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
      summary: 'A script or style sheet of the pages, named by its digest',
      parameters: { path: z.object({ file: z.string() }) },
      answers: { 200: { description: 'the file' } },
      problems: ['not-found'],
    },
    () => (request, response) => {
      const name = String(request.params['file']);
      const isCompressed = request.acceptsEncodings('gzip', 'identity') === 'gzip';
      const content = readAsset(name, isCompressed);
      if (content === undefined) throw new LedgerError('not-found');
      response.setHeader('Cache-Control', `public, max-age=${YEAR_SECONDS}, immutable`).vary('Accept-Encoding');
      if (isCompressed) response.setHeader('Content-Encoding', 'gzip');
      response.type(MEDIA_TYPES[name.slice(name.lastIndexOf('.') + 1)]!).send(content);
    },
  ),
];

function requirePages(): WebPages {
  const pages = readWebPages();
  if (pages === undefined) throw new LedgerError('pages/not-found');
  return pages;
}
