import type { HttpAnswer } from '../text/error-entry.ts';
import { LANGUAGE_TAGS } from '../text/language.ts';
import { format, type Lang, type Message } from '../text/message.ts';
import { PROBLEM_PAGE } from '../text/problem-page.ts';

/** A problem for people: of a request, or of its code in general. */
export interface ShownProblem {
  readonly code: string;
  readonly answer: HttpAnswer;
  readonly meaning: Message;
}

/** The page of a problem, in one language. */
export function problemHtml({ code, answer, meaning }: ShownProblem, lang: Lang): string {
  const { status, title, advice } = answer;
  const rows = [
    [PROBLEM_PAGE.code, code],
    [PROBLEM_PAGE.status, String(status)],
    [PROBLEM_PAGE.meaning, format(lang, meaning)],
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
