import { createHash } from 'node:crypto';
import { escapedHtml } from '../http/problem-page.ts';
import { LANGUAGE_TAGS } from '../text/language.ts';
import { format, type Lang, type Message } from '../text/message.ts';
import { PAGE_FRAME } from '../text/page-frame.ts';

/** The style of the pages without a script: the home page and the handbooks. */
export const PAGE_STYLE = `
* { box-sizing: border-box; }
body { margin: 0; display: flex; flex-direction: column; min-height: 100vh; font: 1rem/1.65 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1c2530; background: #f4f6f9; }
main, .bar, footer { width: 100%; max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
main { flex: 1; padding-bottom: 1rem; }
header { color: #fff; background: #12365c; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; min-height: 4rem; padding-block: 0.5rem; }
.bar h1, .bar p { margin: 0; font-size: 1.35rem; line-height: 1.3; font-weight: 700; }
.bar a { color: inherit; text-decoration: none; }
.emblem { width: 2rem; height: 2rem; fill: currentColor; flex: none; }
nav { margin-left: auto; display: flex; flex-wrap: wrap; gap: 0.25rem; }
.bar nav a { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0.25rem 0.75rem; border-radius: 0.35rem; }
.bar nav a:hover { background: #1d4a79; }
footer { padding-block: 1rem; border-top: 1px solid #d5dbe3; color: #4d5a69; font-size: 0.875rem; }
h1 { font-size: 1.6rem; line-height: 1.3; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2rem 0 0.5rem; }
h3 { font-size: 1.1rem; margin: 1.5rem 0 0.25rem; }
a { color: #0b4f8a; }
.button { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0.25rem 1.1rem; background: #fff; border: 1px solid #0b4f8a; border-radius: 0.35rem; text-decoration: none; }
.first { background: #0b4f8a; color: #fff; }
.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
.card { min-width: 0; margin: 1rem 0; padding: 1.25rem 1.5rem; background: #fff; border: 1px solid #d5dbe3; border-radius: 0.5rem; }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.doors .card { margin: 0; }
.note { border-left: 4px solid #855400; background: #fff6e0; padding: 0.5rem 0.75rem; }
dl > div { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: 0 1rem; padding: 0.4rem 0; border-bottom: 1px solid #d5dbe3; }
dl > :last-child { border: 0; }
dt { color: #4d5a69; }
dd { margin: 0; overflow-wrap: anywhere; }
.links { list-style: none; padding: 0; }
.links a { display: inline-block; padding: 0.6rem 0; }
code, pre { font-family: ui-monospace, "Noto Sans Mono", Consolas, "Noto Sans SC", monospace; font-size: 0.95em; }
code { overflow-wrap: anywhere; }
pre { padding: 0.6rem 0.75rem; background: #f4f6f9; border-radius: 0.35rem; overflow-x: auto; line-height: 1.45; }
.option { white-space: nowrap; }
.doors pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem; border-bottom: 1px solid #d5dbe3; min-width: 5rem; }
img { max-width: 100%; height: auto; border: 1px solid #d5dbe3; }
.contents { display: block; margin: 1rem 0; background: #f4f6f9; border-radius: 0.5rem; padding: 0.5rem 1.25rem; }
.contents h2 { font-size: 1rem; margin: 0.25rem 0; }
.contents ul { margin: 0; padding: 0; list-style: none; columns: 16rem; }
.contents a { display: inline-block; padding: 0.3rem 0; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
@media (max-width: 34rem) { dl > div { grid-template-columns: 1fr; } nav { margin-left: 0; } .card { padding: 1rem; } }
@media print {
  @page { size: A4; margin: 16mm; }
  body { font-size: 10pt; line-height: 1.45; background: #fff; }
  main, .bar, footer { max-width: none; padding-inline: 0; }
  header { color: inherit; background: none; }
  .bar nav, .contents, .button { display: none; }
  .card { border: 0; padding: 0; }
  .doors { grid-template-columns: repeat(3, 1fr); }
  a { color: inherit; }
  pre { white-space: pre-wrap; border: 1px solid #d5dbe3; }
  h2, h3 { break-after: avoid; }
  tr, img, .doors .card, dl > div { break-inside: avoid; }
}
`;

/** As on the page that verifies. */
const EMBLEM =
  '<svg class="emblem" viewBox="0 0 32 32" aria-hidden="true"><path d="M16 2 4 6.500V15c0 7.400 5 12.600 12 15 7-2.400 12-7.600 12-15V6.500Zm0 3.200 9 3.400V15c0 5.700-3.600 9.700-9 11.800C10.600 24.700 7 20.700 7 15V8.600Zm-1.500 15.600L9.800 16l2.100-2.100 2.600 2.600 5.700-5.700 2.100 2.100Z"/></svg>';

/** What a page with `PAGE_STYLE` within it may load: nothing. */
export const INLINE_STYLE_POLICY = policy(
  `'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`,
  'data:',
);

/** What a page with the style sheet and pictures of this service may load. */
export const LINKED_STYLE_POLICY = policy("'self'", "'self' data:");

function policy(styles: string, images: string): string {
  return `default-src 'none'; img-src ${images}; style-src ${styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

/** One page without a script; all of it but `style` and `main`, which are HTML, is text. */
export interface FramedPage {
  readonly lang: Lang;
  readonly title: string;
  /** The elements that bring `PAGE_STYLE`. */
  readonly style: string;
  readonly main: string;
  /** Path of this page, the same in each language. */
  readonly path: string;
  /** Whether this service has the pages that the head leads to. */
  readonly hasPages: boolean;
  /** Whether the head leads to the account of the reader. */
  readonly hasAccounts?: boolean;
  readonly version: string;
}

export function framedPage({
  lang,
  title,
  style,
  main,
  path,
  hasPages,
  hasAccounts = false,
  version,
}: FramedPage): string {
  const text = (message: Message) => escapedHtml(format(lang, message));
  const other = lang === 'zh' ? 'en' : 'zh';
  const link = (to: string, label: Message) => `<a href="${to}">${text(label)}</a>`;
  return `<!doctype html>
<html lang="${LANGUAGE_TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapedHtml(title)}</title>
<link rel="icon" href="data:,">
${style}
</head>
<body>
<header><div class="bar">
${EMBLEM}
${path === '/' ? `<h1>${text(PAGE_FRAME.name)}</h1>` : `<p><a href="/?lang=${lang}">${text(PAGE_FRAME.name)}</a></p>`}
<nav aria-label="${text(PAGE_FRAME.navigation)}">${hasPages ? `${link('/verify', PAGE_FRAME.verify)} ${link(`/handbook?lang=${lang}`, PAGE_FRAME.handbooks)} ` : ''}${hasAccounts ? `${link(`/account?lang=${lang}`, PAGE_FRAME.account)} ` : ''}<a href="${path}?lang=${other}" lang="${LANGUAGE_TAGS[other]}" hreflang="${LANGUAGE_TAGS[other]}">${text(PAGE_FRAME.otherLanguage)}</a></nav>
</div></header>
<main>
${main}
</main>
<footer><p>${escapedHtml(format(lang, PAGE_FRAME.version, { version }))}</p></footer>
</body>
</html>
`;
}
