import * as z from 'zod';
import { validate } from '../../http/validate.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { type Trust, trustFingerprint } from '../../protocol/trust.ts';
import { HOME_PAGE } from '../../text/home-page.ts';
import { languageOf } from '../../text/language.ts';
import { bilingual, type Lang, type Message } from '../../text/message.ts';
import { timeText } from '../../text/time.ts';
import { unavailableReason } from '../background/readiness.ts';
import type { ServerContext } from '../context.ts';
import { type HomeFacts, homePage, HOME_POLICY } from '../home-page.ts';
import { define } from '../operation.ts';
import { hasSmallVerifier } from '../small-verifier.ts';
import { readWebPages } from '../web-pages.ts';

const LINKS = [
  ['/docs', HOME_PAGE.docs],
  ['/trust.json', HOME_PAGE.trust],
  ['/log/checkpoint', HOME_PAGE.checkpoint],
  ['/v1/anchors', HOME_PAGE.anchors],
] as const;
const PAGE_LINKS = [['/verify.html', HOME_PAGE.offline]] as const;
const VERIFIER_LINKS = [
  ['/evl-verify.mjs', HOME_PAGE.verifier],
  ['/evl-verify.mjs.sha256', HOME_PAGE.verifierDigest],
] as const;

const Query = z.strictObject({
  lang: z.enum(['zh', 'en']).optional().describe('of the page; without it the language that the request prefers'),
});

export default define(
  {
    method: 'get',
    path: '/',
    id: 'home',
    tag: 'service',
    act: 'public',
    summary: 'What this service is and how it does, for people, in Chinese or English',
    parameters: { query: Query },
    answers: {
      200: {
        description: 'a page',
        content: {
          mediaType: 'text/html',
          example: homePage('en', { notices: [HOME_PAGE.ready], facts: [], hasPages: true, links: LINKS }),
        },
      },
    },
    problems: ['validation-failed'],
  },
  (parts) => async (request, response) => {
    const { lang = languageOf(request.headers['accept-language']) } = validate(Query, request.query as Json);
    response.setHeader('Content-Security-Policy', HOME_POLICY);
    response.setHeader('Content-Language', lang === 'zh' ? 'zh-CN' : 'en').vary('Accept-Language');
    response.type('text/html; charset=utf-8').send(homePage(lang satisfies Lang, await factsOf(parts)));
  },
);

/** What the service is and does now. */
async function factsOf(context: ServerContext): Promise<HomeFacts> {
  const { log, chainHealth, scrubHealth } = context;
  const reason = await unavailableReason(context);
  const { isReachable, problem = '–' } = chainHealth();
  const { findings: count } = scrubHealth();
  const { size } = log.store.head();
  const hasPages = readWebPages() !== undefined;
  return {
    notices: [
      reason === undefined ? HOME_PAGE.ready : bilingual(HOME_PAGE.refusing, { code: reason }),
      isReachable ? HOME_PAGE.chainReachable : bilingual(HOME_PAGE.chainSilent, { code: problem }),
      ...(count === 0 ? [] : [bilingual(HOME_PAGE.damaged, { count })]),
    ],
    facts: [
      [HOME_PAGE.records, bilingual(HOME_PAGE.size, { size, anchored: await log.anchoredSize() })],
      [HOME_PAGE.lastAnchor, await lastAnchor(context)],
      ...trustFacts(context.trust()),
    ],
    hasPages,
    links: [...LINKS, ...(hasPages ? PAGE_LINKS : []), ...(hasSmallVerifier() ? VERIFIER_LINKS : [])],
  };
}

async function lastAnchor({ log, clock }: ServerContext): Promise<Message> {
  const anchoredAtMs = await log.anchoredAtMs();
  if (anchoredAtMs === undefined) return HOME_PAGE.noAnchor;
  const minutes = Math.max(0, Math.floor((clock() - anchoredAtMs) / 60_000));
  return bilingual(HOME_PAGE.agoMinutes, { minutes, time: timeText(new Date(anchoredAtMs).toISOString()) });
}

/** Who vouches for what, as the operator states it. */
function trustFacts(trust: Trust): (readonly [Message, Message | string])[] {
  const witnesses = trust.witnessPolicies.at(-1)?.policy.witnesses.map(({ name }) => name) ?? [];
  return [
    [HOME_PAGE.log, trust.log.origin],
    [HOME_PAGE.chain, trust.chain.operatedBy === 'operator' ? HOME_PAGE.chainOfOperator : HOME_PAGE.chainOfOthers],
    [HOME_PAGE.witnesses, witnesses.length === 0 ? HOME_PAGE.noWitnesses : witnesses.join(', ')],
    [HOME_PAGE.fingerprint, bilingual(HOME_PAGE.fingerprintNote, { sha256: trustFingerprint(trust) })],
  ];
}
