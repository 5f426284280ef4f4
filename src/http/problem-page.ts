import type { RequestHandler } from 'express';
import { ERRORS } from '../text/errors.ts';
import { LANGUAGE_TAGS, languageOf } from '../text/language.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { format, type Lang } from '../text/message.ts';
import { PROBLEM_PAGE } from '../text/problem-page.ts';
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
  const { status, title, detail, meaning, advice } = httpAnswer(code);
  const rows = [
    [PROBLEM_PAGE.code, code],
    [PROBLEM_PAGE.status, String(status)],
    [PROBLEM_PAGE.meaning, format(lang, meaning ?? detail ?? ERRORS[code])],
    [PROBLEM_PAGE.advice, format(lang, advice)],
  ] as const;
  return `<!doctype html>
<html lang="${LANGUAGE_TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapedHtml(format(lang, title))}</title>
</head>
<body>
<h1>${escapedHtml(format(lang, title))}</h1>
<dl>
${rows.map(([label, text]) => `<dt>${format(lang, label)}</dt>\n<dd>${escapedHtml(text)}</dd>`).join('\n')}
</dl>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it is written within HTML. */
export function escapedHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}
