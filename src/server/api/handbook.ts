import type { Request, Response } from 'express';
import * as z from 'zod';
import { validate } from '../../http/validate.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { LANGUAGE_TAGS, languageOf } from '../../text/language.ts';
import { CONDITIONAL, define, ETAG, NOT_MODIFIED, PAGE_LANGUAGE } from '../operation.ts';
import { LINKED_STYLE_POLICY } from '../page-frame.ts';
import { handbookFile, sendPageFile } from '../web-pages.ts';

const ANSWERS = {
  200: { description: 'a page', content: { mediaType: 'text/html', example: '<!doctype html>' }, headers: ETAG },
  304: NOT_MODIFIED,
};

export default [
  define(
    {
      method: 'get',
      path: '/handbook',
      id: 'listHandbooks',
      tag: 'service',
      act: 'public',
      summary: 'The handbooks of this version, as pages in Chinese and English',
      parameters: { query: PAGE_LANGUAGE, header: CONDITIONAL },
      answers: ANSWERS,
      problems: ['not-found', 'validation-failed'],
    },
    () => (request, response) => answerChapter('index', request, response),
  ),
  define(
    {
      method: 'get',
      path: '/handbook/{name}',
      id: 'readHandbook',
      tag: 'service',
      act: 'public',
      summary: 'One handbook as a page',
      parameters: {
        path: z.object({
          name: z
            .string()
            .describe('`court`, `handler`, `auditor`, `operator`, `administrator`, `witness` or `verify-by-hand`'),
        }),
        query: PAGE_LANGUAGE,
        header: CONDITIONAL,
      },
      answers: ANSWERS,
      problems: ['not-found', 'validation-failed'],
    },
    () => (request, response) => answerChapter(String(request.params['name']), request, response),
  ),
];

function answerChapter(name: string, request: Request, response: Response): void {
  const { lang = languageOf(request.headers['accept-language']) } = validate(PAGE_LANGUAGE, request.query as Json);
  const file = handbookFile(name, lang);
  response.setHeader('Content-Security-Policy', LINKED_STYLE_POLICY).setHeader('Cache-Control', 'no-cache');
  response.setHeader('Content-Language', LANGUAGE_TAGS[lang]).vary('Accept-Language');
  response.type('text/html; charset=utf-8');
  sendPageFile(request, response, file);
}
