import type { RequestHandler } from 'express';
import { CATALOGUE } from '../text/catalogue.ts';
import { LANGUAGE_TAGS, languageOf } from '../text/language.ts';
import { LedgerError } from '../text/ledger-error.ts';
import type { Lang } from '../text/message.ts';
import { problemHtml } from './problem-page.ts';
import { httpAnswer, isProblemCode, type ProblemCode } from './problem.ts';

/**
 * `GET /problems/{code}`: the page that the `type` of a problem leads to, in the language that the
 * request prefers. Throws `not-found` for an unknown code.
 */
export const answerProblemPage: RequestHandler = ({ params, headers }, response) => {
  const code = String(params['code']);
  if (!isProblemCode(code)) throw new LedgerError('problem/not-found');
  const lang = languageOf(headers['accept-language']);
  response.setHeader('Cache-Control', 'no-cache');
  response.setHeader('Content-Language', LANGUAGE_TAGS[lang]);
  response.vary('Accept-Language').type('text/html; charset=utf-8').send(problemPage(code, lang));
};

export function problemPage(code: ProblemCode, lang: Lang): string {
  const answer = httpAnswer(code);
  const { zh, en } = answer.meaning ?? answer.detail ?? CATALOGUE[code];
  // what a request fills in is left open
  const leftOpen = (text: string) => text.replaceAll(/\{[A-Za-z]+\}/g, '…');
  return problemHtml({ code, answer, meaning: { zh: leftOpen(zh), en: leftOpen(en) } }, lang);
}
