import { createHash } from 'node:crypto';
import { escapedHtml } from '../http/problem-page.ts';
import { HOME_PAGE } from '../text/home-page.ts';
import { format, type Lang, type Message } from '../text/message.ts';

/** What the page at `/` shows of a ledger. */
export interface HomeFacts {
  /** The first sentence of the state, and more where something is wrong. */
  readonly notices: readonly Message[];
  readonly facts: readonly (readonly [label: Message, value: Message | string])[];
  readonly hasPages: boolean;
  readonly links: readonly (readonly [path: string, label: Message])[];
}

const STYLE = `
body { margin: 0; font: 1rem/1.6 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1a1f26; background: #fff; }
main, header { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 1rem; border-bottom: 1px solid #c3cad3; }
header p { margin-left: auto; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.15rem; margin: 1.5rem 0 0.25rem; }
a { color: #0b4f8a; }
.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
.door { border: 1px solid #c3cad3; border-radius: 0.5rem; padding: 0.25rem 1.25rem 1rem; }
.door h2 { margin-top: 0.75rem; font-size: 1.3rem; }
.button { display: inline-block; min-height: 2.75rem; line-height: 2.75rem; padding: 0 1rem; border: 1px solid #0b4f8a; border-radius: 0.35rem; text-decoration: none; }
.first { background: #0b4f8a; color: #fff; }
dl > div { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: 0 1rem; padding: 0.35rem 0; border-bottom: 1px solid #c3cad3; }
dt { color: #4a5563; }
dd { margin: 0; overflow-wrap: anywhere; }
li { padding: 0.35rem 0; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
@media (max-width: 34rem) { dl > div { grid-template-columns: 1fr; } }
`;

/** The page has a style of its own and no script. */
export const HOME_POLICY = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page in one language; all values are escaped. */
export function homePage(lang: Lang, { notices, facts, hasPages, links }: HomeFacts): string {
  const text = (message: Message | string) =>
    escapedHtml(typeof message === 'string' ? message : format(lang, message));
  const other = lang === 'zh' ? 'en' : 'zh';
  const button = (path: string, label: Message, isFirst = false) =>
    `<a class="button${isFirst ? ' first' : ''}" href="${path}">${text(label)}</a>`;
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(HOME_PAGE.title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><h1>${text(HOME_PAGE.title)}</h1><p><a class="button" href="/?lang=${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${text(HOME_PAGE.otherLanguage)}</a></p></header>
<main>
<p>${text(HOME_PAGE.what)}</p>
<div class="doors">
<section class="door"><h2>${text(HOME_PAGE.verify)}</h2><p>${text(hasPages ? HOME_PAGE.verifyNote : HOME_PAGE.missing)}</p>
${hasPages ? `<p>${button('/verify', HOME_PAGE.verify, true)} ${button('/verify#court', HOME_PAGE.court)}</p>` : ''}</section>
<section class="door"><h2>${text(HOME_PAGE.register)}</h2><p>${text(HOME_PAGE.registerNote)}</p>
<p>${button('/docs', HOME_PAGE.docs)}</p></section>
<section class="door"><h2>${text(HOME_PAGE.audit)}</h2><p>${text(HOME_PAGE.auditNote)}</p>
<p>${button('/v1/anchors', HOME_PAGE.anchors)}</p></section>
</div>
<h2>${text(HOME_PAGE.state)}</h2>
${notices.map((notice) => `<p>${text(notice)}</p>`).join('\n')}
<dl>
${facts.map(([label, value]) => `<div><dt>${text(label)}</dt><dd>${text(value)}</dd></div>`).join('\n')}
</dl>
<h2>${text(HOME_PAGE.more)}</h2>
<ul>
${links.map(([path, label]) => `<li><a href="${path}">${text(label)}</a></li>`).join('\n')}
</ul>
</main>
</body>
</html>
`;
}
