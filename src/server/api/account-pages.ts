import { CONDITIONAL, type DefinedOperation, define, ETAG, NOT_MODIFIED } from '../operation.ts';
import { accountPage, sendPageFile } from '../web-pages.ts';

/** Runs the own script, and asks this service and nobody else. */
const ACCOUNT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export default [
  page('/start', 'startPage', 'Make the first account or set a password, by the one-time link `/start#TOKEN`'),
  page('/sign-in', 'signInPage', 'Sign in, in a browser'),
  page('/account', 'accountPage', 'The own account: password, sessions and keys'),
  page('/approve', 'approvePage', 'Approve the `evl login` of `/approve#CODE`'),
];

/** One of the pages that are one file: it reads from its address which one it is. */
function page(path: string, id: string, summary: string): DefinedOperation {
  return define(
    {
      method: 'get',
      path,
      id,
      tag: 'people',
      act: 'public',
      summary,
      parameters: { header: CONDITIONAL },
      answers: {
        200: {
          description: 'a page',
          content: { mediaType: 'text/html', example: '<!doctype html>' },
          headers: ETAG,
        },
        304: NOT_MODIFIED,
      },
      problems: ['not-found'],
    },
    () => (request, response) => {
      const file = accountPage();
      response.setHeader('Content-Security-Policy', ACCOUNT_POLICY).setHeader('Cache-Control', 'no-cache');
      response.type('text/html; charset=utf-8');
      sendPageFile(request, response, file);
    },
  );
}
