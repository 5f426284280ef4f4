import { LedgerError } from '../../src/text/ledger-error.ts';
import { EXTERNAL_HOLDERS, WITNESS_FAULTS } from '../../src/text/log.ts';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findKey } from '../../src/adapters/embedded-store/index/keys.ts';
import { httpAnswer, PROBLEM_CODES, type ProblemCode } from '../../src/http/problem.ts';
import { MEMBER_RULES } from '../../src/text/member-rules.ts';
import type { Lang } from '../../src/text/message.ts';
import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { draftOf, EMPTY_HEAD, openMemoryLog } from '../log/memory-log.ts';
import { FaultyStore } from '../adapters/embedded-store/faulty-store.ts';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { parseTrust } from '../../src/protocol/trust-file.ts';
import { receiptJson, testLedger, trustJson } from '../oracle/ledger.ts';
import { startLedger, type TestLedger } from './ledger-fixture.ts';
import { startMemoryService } from './memory-service.ts';
import { peopleProvocations } from './people-problems.ts';
import { sendRaw } from './raw-http.ts';

/** Every problem code of the service, each provoked by what it is meant for, over real HTTP. */

let ledger: TestLedger;
/** Of a record whose content is kept. */
let ownedId: string;
let ownedSha256: string;
let nowMs = Date.parse('2026-03-01T00:00:00Z');

beforeAll(async () => {
  ledger = await startLedger({ clock: () => nowMs, caseFormats: [] });
  const content = 'owned';
  ownedSha256 = sha256Of(content);
  const stored = await call('/v1/contents', { method: 'POST', headers: BYTES, body: content });
  const { uploadToken } = (await stored.json()) as { uploadToken: string };
  const made = await post('/v1/evidence', { ...registration('owned'), uploadToken }, { 'idempotency-key': 'used' });
  ownedId = ((await made.json()) as { record: { header: { id: string } } }).record.header.id;
});
afterAll(() => ledger.remove());

const BYTES = { 'content-type': 'application/octet-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const registration = (name: string) => ({
  case: { number: '（2026）浙01刑初123号' },
  file: { name, size: name.length },
  digests: { sha256: sha256Of(name) },
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Provocation = (headers: Record<string, string>) => Promise<Response | Answer>;

function call(path: string, init: RequestInit = {}, url = ledger.server.url): Promise<Response> {
  return fetch(`${url}${path}`, init);
}

function post(path: string, body: unknown, headers: Record<string, string>, url?: string): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return call(path, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: text }, url);
}

/** For what `fetch` does not send. */
async function raw(
  lines: readonly string[],
  options?: { endsAfter?: boolean },
  url = ledger.server.url,
): Promise<Answer> {
  const { text } = await sendRaw(url, lines.join('\r\n'), options);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const headers = new Headers(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ') as [string, string]),
  );
  return { status: Number(head.slice(9, 12)), headers, body: Buffer.from(body, 'latin1').toString() };
}

const headerLines = (headers: Record<string, string>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** On the one ledger, whose state they leave as it was. */
const ON_A_SOUND_LEDGER: Partial<Record<ProblemCode, Provocation>> = {
  'json-invalid': (headers) => post('/v1/evidence', '{"case":', headers),
  'validation-failed': (headers) => post('/v1/evidence', {}, headers),
  'case-not-recognised': (headers) =>
    post('/v1/evidence', { ...registration('x'), case: { number: 'case 1' } }, headers),
  'body-incomplete': (headers) =>
    raw(
      [
        'POST /v1/evidence HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        'Content-Length: 100',
        ...headerLines(headers),
        '',
        '{"case"',
      ],
      { endsAfter: true },
    ),
  'digest-mismatch': (headers) =>
    call('/v1/contents', {
      method: 'POST',
      headers: { ...BYTES, ...headers, 'repr-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` },
      body: 'other bytes',
    }),
  'cursor-invalid': (headers) => call('/v1/evidence?cursor=abc', { headers }),
  'idempotency-key-invalid': (headers) =>
    post('/v1/evidence', registration('x'), { ...headers, 'idempotency-key': 'with space' }),
  'repr-digest-invalid': (headers) =>
    call('/v1/contents', { method: 'POST', headers: { ...BYTES, ...headers, 'repr-digest': 'x' }, body: 'x' }),
  'cross-origin': (headers) => post('/v1/anchors', '', { ...headers, origin: 'https://elsewhere.example' }),
  'not-found': (headers) => call('/v1/evidence/nobody', { headers }),
  'tile-not-found': (headers) => call('/log/tile/0/999', { headers }),
  'not-anchored': (headers) => call(`/v1/evidence/${ownedId}/certificate`, { headers }),
  'method-not-allowed': (headers) => call('/v1/anchors', { method: 'DELETE', headers }),
  'body-too-large': (headers) => post('/v1/evidence', `"${'x'.repeat(70_000)}"`, headers),
  'media-type-unsupported': (headers) => post('/v1/evidence', '{}', { ...headers, 'content-type': 'text/plain' }),
  'range-unsatisfiable': (headers) =>
    call(`/v1/evidence/${ownedId}/content`, { headers: { ...headers, range: 'bytes=9-' } }),
  'host-unknown': (headers) =>
    raw(['GET /healthz HTTP/1.1', 'Host: elsewhere.example', 'Connection: close', ...headerLines(headers), '', '']),
  'upload-unknown': (headers) => post('/v1/evidence', { ...registration('owned'), uploadToken: 'none' }, headers),
  'idempotency-conflict': (headers) =>
    post('/v1/evidence', registration('another'), { ...headers, 'idempotency-key': 'used' }),
  'expectation-unsupported': () =>
    raw(['GET /healthz HTTP/1.1', 'Host: localhost', 'Expect: tea', 'Connection: close', '', '']),
  'request-unreadable': () => raw(['what is this', '', '']),
  'headers-too-large': (headers) =>
    raw([
      'GET /healthz HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      ...headerLines(headers),
      ...Array.from({ length: 64 }, (_, i) => `X-${i}: 1`),
      '',
      '',
    ]),
  'clock-behind': async (headers) => {
    nowMs -= 3_600_000;
    const answer = await post('/v1/evidence', registration('x'), headers);
    nowMs += 3_600_000;
    return answer;
  },
};

/** Asks for a certificate where the typesetter fails so. */
async function askForCertificate(failure: LedgerError, headers: Record<string, string>): Promise<Answer> {
  const { log, store } = await openMemoryLog();
  const oracle = testLedger();
  const { record, proof, anchor } = parseReceipt(JSON.stringify(receiptJson(oracle, 2, 5)));
  if ('error' in record || 'error' in proof || 'error' in anchor) throw new Error('the oracle is wrong');
  const { header } = record.value;
  store.indexOfId = async () => 0n;
  log.record = async () => ({ header, sections: [] }) as never;
  log.newestReceipt = async () => ({ ...record.value, proof: proof.value, anchor: anchor.value });
  const trust = parseTrust(JSON.stringify(trustJson(oracle)));
  const typesetter = { typeset: () => Promise.reject(failure) };
  await using service = await startMemoryService(log, { trust: () => trust, typesetter });
  return await read(call(`/v1/evidence/${header.id}/certificate`, { headers }, service.url));
}

/** Real routes on a real log whose surroundings are broken. */
const ON_A_BROKEN_LOG: Partial<Record<ProblemCode, Provocation>> = {
  'body-timeout': async (headers) => {
    const { log } = await openMemoryLog();
    await using service = await startMemoryService(log, { bodyWindowMs: 20 });
    const head = ['POST /v1/evidence HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    return await raw([...head, 'Content-Length: 9', ...headerLines(headers), '', '{'], {}, service.url);
  },
  'accounts-missing': async (headers) => {
    const { log } = await openMemoryLog();
    await using service = await startMemoryService(log, { proxies: ['127.0.0.1'], publicHosts: ['ledger.example'] });
    const forwarded = { 'x-forwarded-host': 'ledger.example', 'x-forwarded-proto': 'https' };
    return await read(call('/healthz', { headers: { ...headers, ...forwarded } }, service.url));
  },
  'kind-not-certifiable': async (headers) => {
    const newIdentifiers = () => ({ id: '01234567-89ab-7cde-8f01-000000000000', number: 'E-1' });
    const { log } = await openMemoryLog({ newIdentifiers });
    const { record } = await log.register({
      kind: 'access',
      sections: { access: { stream: 'of a run' } },
      lookups: [],
    });
    const trust = parseTrust(JSON.stringify(trustJson(testLedger())));
    await using service = await startMemoryService(log, { trust: () => trust });
    return await read(call(`/v1/evidence/${record.header.id}/certificate`, { headers }, service.url));
  },
  'too-many-requests': async (headers) => {
    const { log } = await openMemoryLog();
    await using service = await startMemoryService(log, { requestsPerSecond: 1 });
    expect((await read(post('/v1/anchors', '', headers, service.url))).status).toBe(202);
    return await read(post('/v1/anchors', '', headers, service.url));
  },
  internal: async (headers) => {
    const { log } = await openMemoryLog();
    await using service = await startMemoryService(log);
    const answer = await read(call('/trust.json', { headers }, service.url));
    expect(service.internalErrors).toHaveLength(1);
    return answer;
  },
  'queue-full': async (headers) => {
    const store = new MemoryStore(EMPTY_HEAD);
    store.commit = () => new Promise(() => {}); // a disk that takes for ever
    const { log } = await openMemoryLog({ store });
    const fill = () => {
      while (log.waiting < 8192) log.register(draftOf('waits')).catch(() => {});
    };
    fill();
    await new Promise((resolve) => setImmediate(resolve)); // the first commit has taken its share
    fill();
    await using service = await startMemoryService(log);
    return await read(post('/v1/evidence', registration('x'), headers, service.url));
  },
  'too-many-listings': async (headers) => {
    const { log, store, register } = await openMemoryLog();
    for (let i = 0; i < 101; i++) await register(`record ${i}`);
    const held = Promise.withResolvers<never>();
    store.record = () => held.promise;
    await using service = await startMemoryService(log);
    const stop = new AbortController();
    const list = (init: RequestInit) => call('/v1/evidence?limit=1000', init, service.url);
    const waiting = Array.from({ length: 16 }, () => list({ signal: stop.signal }).catch(() => {}));
    let answer: Answer | undefined;
    // those that came before are under way, or this one is held as well and given up
    while (answer === undefined) {
      const signal = AbortSignal.timeout(500);
      answer = await list({ headers, signal }).then(read, () => undefined);
    }
    stop.abort();
    await Promise.all(waiting);
    held.reject(new Error('held'));
    return answer;
  },
  'glyph-missing': (headers) =>
    askForCertificate(
      new LedgerError('glyph-missing', { field: { zh: '案号', en: 'case' }, character: 'U+2EBF0' }),
      headers,
    ),
  'typesetter-missing': (headers) => askForCertificate(new LedgerError('typesetter-missing'), headers),
  'typesetter-busy': (headers) => askForCertificate(new LedgerError('typesetter-busy'), headers),
  'typesetter-timeout': (headers) => askForCertificate(new LedgerError('typesetter-timeout', { seconds: 20 }), headers),
  'typesetter-failed': (headers) => askForCertificate(new LedgerError('typesetter-failed'), headers),
  'chain-busy': async (headers) => {
    const held = Promise.withResolvers<never>();
    const { log } = await openMemoryLog();
    const trust = parseTrust(JSON.stringify(trustJson(testLedger())));
    await using service = await startMemoryService(log, { trust: () => trust, askChain: () => held.promise });
    const ask = () =>
      post('/v1/chain', { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }, headers, service.url);
    const asks = Array.from({ length: 70 }, ask);
    const answer = await read(Promise.race(asks));
    held.reject(new Error('held'));
    await Promise.all(asks);
    return answer;
  },
  'store-closed': async (headers) => {
    const { log, store } = await openMemoryLog();
    store.indexOfId = () => Promise.reject(new LedgerError('store-closed'));
    await using service = await startMemoryService(log);
    return await read(call('/v1/evidence/01234567-89ab-7cde-8f01-000000000000', { headers }, service.url));
  },
  'too-many-files': async (headers) => {
    const { log } = await openMemoryLog();
    const contents = { put: () => Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' })) };
    await using service = await startMemoryService(log, { contents: contents as never });
    return await read(
      call('/v1/contents', { method: 'POST', headers: { ...BYTES, ...headers }, body: 'x' }, service.url),
    );
  },
  'clock-ahead': async (headers) => {
    const { log } = await openMemoryLog({ latestTimeMs: () => 0 });
    await using service = await startMemoryService(log);
    return await read(post('/v1/evidence', registration('x'), headers, service.url));
  },
  'log-halted': async (headers) => {
    const { log } = await openMemoryLog();
    log.halt(
      new LedgerError('log-forked', {
        holder: EXTERNAL_HOLDERS.contract,
        externalRoot: 'one',
        size: 1,
        root: 'other',
      }),
    );
    await using service = await startMemoryService(log);
    return await read(post('/v1/evidence', registration('x'), headers, service.url));
  },
  'outside-head-missing': async (headers) => {
    const external = { isRequired: true, isChainExternal: true, pinned: [], onAgreed: () => {} };
    const { log } = await openMemoryLog({ external });
    await using service = await startMemoryService(log);
    return await read(post('/v1/evidence', registration('x'), headers, service.url));
  },
  'witness-disagrees': async (headers) => {
    const stated = [{ name: 'court', isCosigned: false, dispute: WITNESS_FAULTS.conflictWithoutSize }];
    const external = { isRequired: false, isChainExternal: true, pinned: [], stated, onAgreed: () => {} };
    const { log } = await openMemoryLog({ external });
    await using service = await startMemoryService(log);
    return await read(post('/v1/evidence', registration('x'), headers, service.url));
  },
  'self-check-failed': async (headers) => {
    const { log, store, register } = await openMemoryLog();
    await register('sound');
    store.head().root[7]! ^= 16;
    await using service = await startMemoryService(log);
    const answer = await read(post('/v1/evidence', registration('x'), headers, service.url));
    store.head().root[7]! ^= 16; // of the empty tree it is shared
    return answer;
  },
  'store-failed': async (headers) => {
    const store = new FaultyStore(new MemoryStore(EMPTY_HEAD), { call: 'commit', occurrence: 0, way: 'before' });
    const { log } = await openMemoryLog({ store });
    await using service = await startMemoryService(log);
    return await read(post('/v1/evidence', registration('x'), headers, service.url));
  },
};

/** On the one ledger, one after the other: each restarts or damages it. */
const ON_A_BROKEN_LEDGER: Partial<Record<ProblemCode, Provocation>> = {
  'storage-full': async (headers) => {
    await ledger.restart({ diskReserveBytes: Number.MAX_SAFE_INTEGER });
    const answer = await read(post('/v1/evidence', registration('x'), headers));
    await ledger.restart({ diskReserveBytes: 0 });
    return answer;
  },
  stopping: async (headers) => {
    const { url } = ledger.server;
    const stopped = ledger.server.stop();
    const answer = await read(post('/v1/evidence', registration('x'), headers, url));
    await stopped;
    await ledger.restart();
    return answer;
  },
  'content-damaged': (headers) => {
    const folder = join(ledger.dataDir, 'contents', ownedSha256.slice(0, 2), ownedSha256.slice(2, 4));
    writeFileSync(join(folder, ownedSha256), 'OWNED');
    return call(`/v1/evidence/${ownedId}/content`, { headers });
  },
  'index-damaged': async (headers) => {
    await ledger.server.stop();
    const level = new Level<Buffer, Buffer>(join(ledger.dataDir, 'index'), {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
    });
    await level.del(findKey('.id', ownedId, 0n));
    await level.close();
    await ledger.restart();
    return call(`/v1/evidence/${ownedId}`, { headers });
  },
};

async function read(answer: Response | Answer | Promise<Response | Answer>): Promise<Answer> {
  const { status, headers, ...rest } = await answer;
  const response = await answer;
  const body = response instanceof Response ? await response.text() : (rest as { body: string }).body;
  return { status: response.status ?? status, headers: response.headers ?? headers, body };
}

/** Refused by the parser of HTTP, before there is a request or after its connection has ended. */
const WITHOUT_LANGUAGE: readonly string[] = [
  'request-unreadable',
  'body-incomplete',
  'headers-too-large',
  'expectation-unsupported',
] satisfies ProblemCode[];

const PROVOCATIONS = Object.entries({
  ...ON_A_SOUND_LEDGER,
  ...ON_A_BROKEN_LOG,
  ...ON_A_BROKEN_LEDGER,
  ...peopleProvocations(read),
}) as [ProblemCode, Provocation][];

/** Two English words in a row. */
const ENGLISH = /\b[a-z]{2,} [a-z]{2,}\b/;

test('every code is provoked', () => {
  expect(PROVOCATIONS.map(([code]) => code).toSorted()).toEqual(PROBLEM_CODES.toSorted());
});

test.each(PROVOCATIONS)('%s', async (code, provoke) => {
  for (const lang of ['zh', 'en'] as const satisfies Lang[]) {
    const { status, headers, body } = await read(provoke({ 'accept-language': lang === 'zh' ? 'zh-CN' : 'en' }));
    const problem = JSON.parse(body) as Record<string, string>;
    const said = WITHOUT_LANGUAGE.includes(code) ? 'en' : lang;
    expect(problem, body).toMatchObject({
      type: `/problems/${code}`,
      title: httpAnswer(code).title[said],
      status: httpAnswer(code).status,
      code,
    });
    expect(headers.get('content-language')).toBe(said === 'zh' ? 'zh-CN' : 'en');
    expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([
      httpAnswer(code).status,
      'application/problem+json',
    ]);
    const detail = problem['detail']!.replaceAll(/ \([^ ]*号\)/gu, ''); // numbers that are examples
    expect(detail).toMatch(said === 'zh' ? /\p{Script=Han}/u : /^\P{Script=Han}+$/u);
    if (said === 'zh') expect(body.replaceAll(/"code":"[^"]*"/g, ''), 'no English in Chinese').not.toMatch(ENGLISH);
    expect(problem['detail'], 'no place was left unfilled').not.toMatch(/\{[a-zA-Z]+\}/);
    const isToWait = status === 503 || status === 429;
    expect(headers.get('retry-after')).toEqual(isToWait ? expect.stringMatching(/^[1-9][0-9]?$/) : null);
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

const COLLECTION = { method: 'seizure', collectedAt: '2026-01-01T00:00:00Z', collectors: ['one'] };

test.each<[code: keyof typeof MEMBER_RULES, body: object, pointer: string, rule?: keyof typeof MEMBER_RULES]>([
  ['member-missing', {}, '/case'],
  ['member-unknown', { ...registration('x'), more: 1 }, '/more'],
  ['type-wrong', { ...registration('x'), case: 1 }, '/case'],
  ['type-wrong', { ...registration('x'), file: { name: 'a', size: 1.5 } }, '/file/size'],
  ['type-wrong', { ...registration('x'), collection: { ...COLLECTION, collectors: 'one' } }, '/collection/collectors'],
  ['value-wrong', { ...registration('x'), collection: { ...COLLECTION, method: 'theft' } }, '/collection/method'],
  [
    'format-wrong',
    { ...registration('x'), collection: { ...COLLECTION, collectedAt: 'now' } },
    '/collection/collectedAt',
  ],
  ['too-small', { ...registration('x'), collection: { ...COLLECTION, collectors: [] } }, '/collection/collectors'],
  ['too-small', { ...registration('x'), case: { number: '' } }, '/case/number'],
  ['too-large', { ...registration('x'), case: { number: 'c'.repeat(201) } }, '/case/number'],
  ['format-wrong', { ...registration('x'), digests: { sha256: 'ab' } }, '/digests/sha256', 'hex64'],
  ['value-wrong', { ...registration('x'), file: { name: 'a\0', size: 1 } }, '/file/name', 'plainText'],
])('the fault of a member is described in both languages: %s', async (code, body, pointer, rule = code) => {
  for (const [language, lang] of [
    ['zh-CN,zh;q=0.9', 'zh'],
    ['en', 'en'],
  ] as const) {
    const answer = await post('/v1/evidence', body, { 'accept-language': language });
    const { errors } = (await answer.json()) as { errors: { pointer: string; code: string; detail: string }[] };
    const error = errors.find((each) => each.pointer === pointer);
    const [words = ''] = MEMBER_RULES[rule][lang].split('{');
    expect(error).toEqual({ pointer, code, detail: expect.stringContaining(words) });
    if (lang === 'zh') expect(error!.detail).not.toMatch(ENGLISH);
  }
});
