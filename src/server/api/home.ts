import { addressedUrl } from '../../http/client.ts';
import { validate } from '../../http/validate.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { CHAIN_OPERATOR } from '../../text/chain-operator.ts';
import { HOME_PAGE } from '../../text/home-page.ts';
import { LANGUAGE_TAGS, languageOf } from '../../text/language.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { timeText } from '../../text/time.ts';
import { unavailableReason } from '../background/readiness.ts';
import type { ServerContext } from '../context.ts';
import { type HomeFacts, homePage } from '../home-page.ts';
import { define, PAGE_LANGUAGE } from '../operation.ts';
import { INLINE_STYLE_POLICY } from '../page-frame.ts';
import { hasSmallVerifier } from '../small-verifier.ts';
import { hasWebPages } from '../web-pages.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** As the alert rules of the operator have it. */
const LATE_ANCHOR_MS = HOUR_MS;

const EXAMPLE = {
  url: 'http://127.0.0.1:8080',
  summary: HOME_PAGE.ready,
  notices: [],
  facts: [],
  fingerprint: '0'.repeat(64),
  hasPages: true,
  hasAccounts: true,
  hasVerifier: true,
  hasCheckpoint: true,
};

export default define(
  {
    method: 'get',
    path: '/',
    id: 'home',
    tag: 'service',
    act: 'public',
    summary: 'What this service is and how it does, for people, in Chinese or English',
    parameters: { query: PAGE_LANGUAGE },
    answers: { 200: { description: 'a page', content: { mediaType: 'text/html', example: homePage('en', EXAMPLE) } } },
    problems: ['validation-failed'],
  },
  (parts) => async (request, response) => {
    const { lang = languageOf(request.headers['accept-language']) } = validate(PAGE_LANGUAGE, request.query as Json);
    const facts = await factsOf(parts, addressedUrl(request));
    response.setHeader('Content-Security-Policy', INLINE_STYLE_POLICY);
    response.setHeader('Content-Language', LANGUAGE_TAGS[lang]).vary('Accept-Language');
    response.type('text/html; charset=utf-8').send(homePage(lang, facts));
  },
);

/** What the service at this address is and does now. */
async function factsOf(context: ServerContext, url: string): Promise<HomeFacts> {
  const { log, operatorName } = context;
  const trust = context.trust();
  const reason = await unavailableReason(context);
  const { size } = log.store.head();
  const anchored = await log.anchoredSize();
  return {
    url,
    summary: reason === undefined ? HOME_PAGE.ready : bilingual(HOME_PAGE.refusing, { code: reason }),
    notices: await noticesOf(context, size - anchored),
    facts: [
      [HOME_PAGE.operator, operatorName ?? HOME_PAGE.operatorUnnamed],
      [HOME_PAGE.log, trust.log.origin],
      [HOME_PAGE.records, size === 0n ? HOME_PAGE.noRecords : bilingual(HOME_PAGE.size, { size, anchored })],
      [HOME_PAGE.lastAnchor, await lastAnchor(context)],
      [HOME_PAGE.chain, chainText(trust)],
      [HOME_PAGE.witnesses, witnessesText(trust)],
    ],
    fingerprint: trustFingerprint(trust),
    hasPages: hasWebPages(),
    hasAccounts: context.people.directory.hasPeople(),
    hasVerifier: hasSmallVerifier(),
    hasCheckpoint: log.store.published() !== undefined,
  };
}

async function noticesOf(context: ServerContext, waiting: bigint): Promise<Message[]> {
  const { log, clock, chainHealth, scrubHealth } = context;
  const { isReachable, problem = '–' } = chainHealth();
  const { findings: count } = scrubHealth();
  const anchoredAtMs = await log.anchoredAtMs();
  const isLate = waiting > 0n && anchoredAtMs !== undefined && clock() - anchoredAtMs > LATE_ANCHOR_MS;
  return [
    ...(isReachable ? [] : [chainTrouble(problem)]),
    ...(isLate ? [bilingual(HOME_PAGE.anchorLate, { count: waiting })] : []),
    ...(count === 0 ? [] : [bilingual(HOME_PAGE.damaged, { count })]),
  ];
}

function chainTrouble(code: string): Message {
  return code === 'not-asked-yet' ? HOME_PAGE.starting : bilingual(HOME_PAGE.chainSilent, { code });
}

async function lastAnchor({ log, clock }: ServerContext): Promise<Message> {
  const anchoredAtMs = await log.anchoredAtMs();
  if (anchoredAtMs === undefined) return HOME_PAGE.noAnchor;
  const time = timeText(new Date(anchoredAtMs).toISOString());
  return bilingual(HOME_PAGE.ago, { since: spanText(Math.max(0, clock() - anchoredAtMs)), time });
}

/** A time span in its largest whole unit. */
function spanText(ms: number): Message {
  if (ms < MINUTE_MS) return HOME_PAGE.lessThanMinute;
  if (ms < HOUR_MS) return bilingual(HOME_PAGE.minutes, { count: Math.floor(ms / MINUTE_MS) });
  if (ms < DAY_MS) return bilingual(HOME_PAGE.hours, { count: Math.floor(ms / HOUR_MS) });
  return bilingual(HOME_PAGE.days, { count: Math.floor(ms / DAY_MS) });
}

function chainText({ chain: { operatedBy, chainId } }: Trust): Message {
  return bilingual(CHAIN_OPERATOR[operatedBy], { chainId });
}

function witnessesText({ witnessPolicies }: Trust): Message {
  const names = witnessPolicies.at(-1)?.policy.witnesses.map(({ name }) => name) ?? [];
  if (names.length === 0) return HOME_PAGE.noWitnesses;
  return bilingual(HOME_PAGE.witnessNames, { names: bilingual({ zh: names.join('、'), en: names.join(', ') }) });
}
