import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { LedgerError } from '../../text/ledger-error.ts';
import { define } from '../operation.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Evidence ledger: HTTP interface</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
/** Swagger UI escapes the slashes of a tile's path, which are slashes to the service. */
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (request.url.includes('/log/tile/')) request.url = request.url.replaceAll('%2F', '/');
    return request;
  },
});
`;
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};
const assetFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/**
 * The page loads nothing from other hosts, and its requests go to this service only. Swagger UI
 * writes styles into elements.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

export default [
  define(
    {
      method: 'get',
      path: '/docs',
      id: 'browse',
      tag: 'service',
      act: 'public',
      summary: 'This document as a page (Swagger UI)',
      answers: { 200: { description: 'a page', content: { mediaType: 'text/html', example: PAGE } } },
    },
    () => (_request, response) => {
      response.setHeader('Content-Security-Policy', PAGE_POLICY);
      response.type('text/html; charset=utf-8').send(PAGE);
    },
  ),
  define(
    {
      method: 'get',
      path: '/docs/{file}',
      isHidden: true,
      id: 'browseFile',
      tag: 'service',
      act: 'public',
      summary: 'A script or style sheet of the page',
      parameters: { path: z.object({ file: z.string() }) },
      answers: { 200: { description: 'the file' } },
    },
    () => (request, response) => {
      const file = String(request.params['file']);
      if (file === 'start.js') {
        response.type('text/javascript').send(START);
        return;
      }
      const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
      if (type === undefined) throw new LedgerError('not-found');
      response.type(type).sendFile(join(assetFolder, file), { cacheControl: false });
    },
  ),
];
