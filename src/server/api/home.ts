import { escapedHtml } from '../../http/problem-page.ts';
import { HOME_PAGE } from '../../text/home-page.ts';
import { bilingual, format, type Lang, type Message } from '../../text/message.ts';
import { unavailableReason } from '../background/readiness.ts';
import type { ServerContext } from '../context.ts';
import { define } from '../operation.ts';
import { hasSmallVerifier } from '../small-verifier.ts';

const LINKS = [
  ['/docs', HOME_PAGE.docs],
  ['/trust.json', HOME_PAGE.trust],
  ['/log/checkpoint', HOME_PAGE.checkpoint],
  ['/v1/anchors', HOME_PAGE.anchors],
] as const;

const VERIFIER_LINKS = [
  ['/evl-verify.mjs', HOME_PAGE.verifier],
  ['/evl-verify.mjs.sha256', HOME_PAGE.verifierDigest],
] as const;

export default define(
  {
    method: 'get',
    path: '/',
    id: 'home',
    tag: 'service',
    summary: 'What this service is and how it does, for people, in Chinese and English',
    answers: { 200: { description: 'a page', content: { mediaType: 'text/html', example: page([HOME_PAGE.ready]) } } },
  },
  (parts) => async (_request, response) => {
    response.type('text/html; charset=utf-8').send(page(await stateOf(parts)));
  },
);

/** What the service does now, in sentences. */
async function stateOf(context: ServerContext): Promise<Message[]> {
  const { log, chainHealth, scrubHealth } = context;
  const reason = await unavailableReason(context);
  const anchored = await log.anchoredSize();
  const { isReachable, problem = '–' } = chainHealth();
  const { findings: count } = scrubHealth();
  return [
    reason === undefined ? HOME_PAGE.ready : bilingual(HOME_PAGE.refusing, { code: reason }),
    bilingual(HOME_PAGE.size, { size: log.store.head().size, anchored }),
    isReachable ? HOME_PAGE.chainReachable : bilingual(HOME_PAGE.chainSilent, { code: problem }),
    ...(count === 0 ? [] : [bilingual(HOME_PAGE.damaged, { count })]),
  ];
}

function page(state: readonly Message[]): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${HOME_PAGE.title.zh} · ${HOME_PAGE.title.en}</title>
</head>
<body>
${part('zh', 'zh-CN', state)}
<hr>
${part('en', 'en', state)}
</body>
</html>
`;
}

function part(lang: Lang, htmlLang: string, state: readonly Message[]): string {
  const text = (message: Message) => escapedHtml(format(lang, message));
  return `<section lang="${htmlLang}">
<h1>${text(HOME_PAGE.title)}</h1>
<p>${text(HOME_PAGE.what)}</p>
<h2>${text(HOME_PAGE.state)}</h2>
<ul>
${state.map((sentence) => `<li>${text(sentence)}</li>`).join('\n')}
</ul>
<h2>${text(HOME_PAGE.more)}</h2>
<ul>
${[...LINKS, ...(hasSmallVerifier() ? VERIFIER_LINKS : [])].map(([path, label]) => `<li><a href="${path}">${text(label)}</a></li>`).join('\n')}
</ul>
</section>`;
}
