import { createHash } from 'node:crypto';
import { escapedHtml } from '../http/problem-page.ts';
import { LANGUAGE_TAGS } from '../text/language.ts';
import { format, type Lang, type Message } from '../text/message.ts';
import { PAGE_FRAME } from '../text/page-frame.ts';

/** The style of the pages without a script: the home page and the handbooks. */
export const PAGE_STYLE = `
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.6 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1a1f26; background: #fff; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; padding-block: 0.75rem; border-bottom: 1px solid #c3cad3; }
header h1, header p { font-size: 1.4rem; font-weight: 700; margin: 0; }
header p a { color: inherit; text-decoration: none; }
header nav { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-left: auto; }
footer { margin-block: 2rem 1rem; border-top: 1px solid #c3cad3; color: #4a5563; font-size: 0.875rem; }
h1 { font-size: 1.6rem; line-height: 1.3; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1.1rem; margin: 1.5rem 0 0.25rem; }
a { color: #0b4f8a; }
.button { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0.25rem 1rem; border: 1px solid #0b4f8a; border-radius: 0.35rem; text-decoration: none; }
.first { background: #0b4f8a; color: #fff; }
.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
.door { border: 1px solid #c3cad3; border-radius: 0.5rem; padding: 0.25rem 1.25rem 1rem; min-width: 0; }
.door h2 { margin-top: 0.75rem; }
.note { border-left: 4px solid #8a5a00; background: #fff6e0; padding: 0.5rem 0.75rem; }
.soft { color: #4a5563; }
dl > div { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: 0 1rem; padding: 0.35rem 0; border-bottom: 1px solid #c3cad3; }
dt { color: #4a5563; }
dd { margin: 0; overflow-wrap: anywhere; }
.links { list-style: none; padding: 0; }
.links a { display: inline-block; padding: 0.6rem 0; }
code, pre { font-family: ui-monospace, "Noto Sans Mono", Consolas, "Noto Sans SC", monospace; font-size: 0.95em; }
code { overflow-wrap: anywhere; }
pre { padding: 0.6rem 0.75rem; background: #f4f6f8; border-radius: 0.35rem; overflow-x: auto; line-height: 1.45; }
.door pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem; border-bottom: 1px solid #c3cad3; min-width: 5rem; }
img { max-width: 100%; height: auto; border: 1px solid #c3cad3; }
.contents { background: #f4f6f8; border-radius: 0.5rem; padding: 0.5rem 1.25rem; }
.contents h2 { font-size: 1rem; margin: 0.25rem 0; }
.contents ul { margin: 0; padding: 0; list-style: none; columns: 16rem; }
.contents a { display: inline-block; padding: 0.3rem 0; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
@media (max-width: 34rem) { dl > div { grid-template-columns: 1fr; } header nav { margin-left: 0; } }
@media print {
  @page { size: A4; margin: 16mm; }
  body { font-size: 10pt; line-height: 1.45; }
  header, main, footer { max-width: none; padding-inline: 0; }
  header nav, .contents, .button { display: none; }
  .doors { grid-template-columns: repeat(3, 1fr); }
  a { color: inherit; }
  pre { white-space: pre-wrap; border: 1px solid #c3cad3; }
  h2, h3 { break-after: avoid; }
  tr, img, .door, dl > div { break-inside: avoid; }
}
`;

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
  readonly version: string;
}

export function framedPage({ lang, title, style, main, path, hasPages, version }: FramedPage): string {
  const text = (message: Message) => escapedHtml(format(lang, message));
  const other = lang === 'zh' ? 'en' : 'zh';
  const link = (to: string, label: Message) => `<a class="button" href="${to}">${text(label)}</a>`;
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
<header>
${path === '/' ? `<h1>${text(PAGE_FRAME.name)}</h1>` : `<p><a href="/?lang=${lang}">${text(PAGE_FRAME.name)}</a></p>`}
<nav aria-label="${text(PAGE_FRAME.navigation)}">${hasPages ? `${link('/verify', PAGE_FRAME.verify)} ${link(`/handbook?lang=${lang}`, PAGE_FRAME.handbooks)} ` : ''}<a class="button" href="${path}?lang=${other}" lang="${LANGUAGE_TAGS[other]}" hreflang="${LANGUAGE_TAGS[other]}">${text(PAGE_FRAME.otherLanguage)}</a></nav>
</header>
<main>
${main}
</main>
<footer><p>${escapedHtml(format(lang, PAGE_FRAME.version, { version }))}</p></footer>
</body>
</html>
`;
}
