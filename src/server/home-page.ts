import { escapedHtml } from '../http/problem-page.ts';
import { HOME_PAGE } from '../text/home-page.ts';
import { bilingual, format, type Lang, type Message } from '../text/message.ts';
import { PAGE_FRAME } from '../text/page-frame.ts';
import { framedPage, PAGE_STYLE } from './page-frame.ts';
import { VERSION } from './version.ts';

/** What the page at `/` shows of a ledger. */
export interface HomeFacts {
  /** Address of the service, as the reader named it. */
  readonly url: string;
  /** The first sentence of the state. */
  readonly summary: Message;
  /** What is wrong or not done yet. */
  readonly notices: readonly Message[];
  readonly facts: readonly (readonly [label: Message, value: Message | string])[];
  /** SHA-256 of the trust file, in lower-case hex. */
  readonly fingerprint: string;
  readonly hasPages: boolean;
  /** Whether people sign in here. */
  readonly hasAccounts: boolean;
  readonly hasVerifier: boolean;
  readonly hasCheckpoint: boolean;
}

const EXAMPLE_CASE = '（2026）浙01刑初123号';

/** `file`: the name under which a browser saves it, and does not open it. */
type Link = readonly [path: string, label: Message, file?: string];

const CHECKPOINT_LINKS: readonly Link[] = [['/log/checkpoint', HOME_PAGE.checkpoint]];
const OFFLINE_LINKS: readonly Link[] = [
  ['/verify.html', HOME_PAGE.offline, 'verify.html'],
  ['/verify.html.sha256', HOME_PAGE.offlineDigest],
];
const VERIFIER_LINKS: readonly Link[] = [
  ['/evl-verify.mjs', HOME_PAGE.verifier, 'evl-verify.mjs'],
  ['/evl-verify.mjs.sha256', HOME_PAGE.verifierDigest],
];

/** The page in one language; all values are escaped. */
export function homePage(lang: Lang, shown: HomeFacts): string {
  const { url, summary, notices, facts, fingerprint, hasPages, hasAccounts, hasVerifier, hasCheckpoint } = shown;
  const text = (message: Message | string) =>
    escapedHtml(typeof message === 'string' ? message : format(lang, message));
  const button = (path: string, label: Message, isFirst = false) =>
    `<a class="button${isFirst ? ' first' : ''}" href="${path}">${text(label)}</a>`;
  const links = (all: readonly Link[]) =>
    `<ul class="links">${all.map((link) => `<li>${linkHtml(link)}</li>`).join('\n')}</ul>`;
  const linkHtml = ([path, label, file]: Link) =>
    `<a href="${path}"${file === undefined ? '' : ` download="${file}"`}>${text(label)}</a>`;
  const chapter = (name: string, label: Message): Link[] =>
    hasPages ? [[`/handbook/${name}?lang=${lang}`, label]] : [];
  const door = (label: Message, content: string) => `<section class="card"><h2>${text(label)}</h2>${content}</section>`;
  const command = (message: Message) => `<pre><code>${unbrokenOptions(text(message))}</code></pre>`;
  const note = (message: Message) => `<p class="note">${text(message)}</p>`;

  const verify = hasPages
    ? `<p>${text(HOME_PAGE.verifyNote)}</p>
<p>${button('/verify', HOME_PAGE.openVerify, true)} ${button('/verify?court', HOME_PAGE.court)}</p>
${links(chapter('court', HOME_PAGE.courtHandbook))}`
    : note(HOME_PAGE.missing);
  const register = `<p>${text(HOME_PAGE.registerNote)}</p>
${command(bilingual(HOME_PAGE.registerCommand, { url, caseNumber: EXAMPLE_CASE }))}
${links([...chapter('handler', HOME_PAGE.handlerHandbook), ['/docs', HOME_PAGE.docs]])}`;
  const audit = `<p>${text(HOME_PAGE.auditNote)}</p>
${command(bilingual(HOME_PAGE.auditCommand, { url }))}
${links([...chapter('auditor', HOME_PAGE.auditorHandbook), ...(hasCheckpoint ? CHECKPOINT_LINKS : []), ['/v1/anchors', HOME_PAGE.anchors]])}`;
  const more = [
    ...(hasPages ? [[`/handbook?lang=${lang}`, HOME_PAGE.allHandbooks] as const, ...OFFLINE_LINKS] : []),
    ...(hasVerifier ? VERIFIER_LINKS : []),
  ];
  const main = `<p>${text(HOME_PAGE.what)}</p>
<div class="doors">
${door(HOME_PAGE.verify, verify)}
${door(HOME_PAGE.register, register)}
${door(HOME_PAGE.audit, audit)}
</div>
<section class="card"><h2>${text(HOME_PAGE.state)}</h2>
<p>${text(summary)}</p>
${notices.map(note).join('\n')}
<dl>
${facts.map(([label, value]) => `<div><dt>${text(label)}</dt><dd>${text(value)}</dd></div>`).join('\n')}
</dl></section>
<section class="card"><h2>${text(HOME_PAGE.trust)}</h2>
<p>${text(HOME_PAGE.fingerprint)} <code>sha256:${fingerprint}</code></p>
<p>${text(HOME_PAGE.trustNote)}</p>
<p>${button('/trust.json', HOME_PAGE.saveTrust)}</p></section>
${more.length === 0 ? '' : `<section class="card"><h2>${text(HOME_PAGE.more)}</h2>\n${links(more)}</section>`}`;
  return framedPage({
    lang,
    title: format(lang, PAGE_FRAME.name),
    style: `<style>${PAGE_STYLE}</style>`,
    main,
    path: '/',
    hasPages,
    hasAccounts: hasAccounts && hasPages,
    version: VERSION,
  });
}

/** The command as HTML whose lines end neither within `--trust` nor within `--`. */
function unbrokenOptions(html: string): string {
  return html.replaceAll(/(?<= )--[a-z]*/g, '<span class="option">$&</span>');
}
