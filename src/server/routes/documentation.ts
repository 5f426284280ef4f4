import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { openApiDocument } from '../api/openapi.ts';

const require = createRequire(import.meta.url);
const { version } = require('evidence-ledger/package.json') as { readonly version: string };
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
const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n";
const ASSETS = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;
/** The page loads nothing from elsewhere. Its styles are partly written into elements. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** `/openapi.json`, and `/docs`: the same as a page, with Swagger UI from its package. */
export function documentationRoutes(): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const document = openApiDocument(version);
  const assets = dirname(require.resolve('swagger-ui-dist/package.json'));

  router.get('/openapi.json', (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache').json(document);
  });
  router.get('/docs', (_request, response) => {
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    response.type('text/html; charset=utf-8').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(START);
  });
  for (const [name, type] of Object.entries(ASSETS)) {
    router.get(`/docs/${name}`, (_request, response) => {
      response.type(type).sendFile(join(assets, name), { cacheControl: false });
    });
  }
  return router;
}
