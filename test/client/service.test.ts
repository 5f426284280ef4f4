import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { send } from '../../src/client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../../src/client/service-errors.ts';
import { withRetry } from '../../src/client/retry.ts';
import { findEvidence } from '../../src/client/evidence.ts';
import { registerBatch, registerRecord, uploadContent } from '../../src/client/registration.ts';
import { evidenceView, registerEvidence } from '../../src/sdk/client.ts';
import { collect } from '../cli/collect.ts';
import { json, nobody, type Page, serve, trickle } from './http-server.ts';

const get = (url: string, limitBytes = 1000, timeoutMs?: number) =>
  send({ url }, { method: 'GET', path: '/x', limitBytes, ...(timeoutMs !== undefined && { timeoutMs }) });

describe('the answers of a service', () => {
  test('a problem keeps status, code and detail', async () => {
    const problem = { type: 'about:blank', title: 'Too many', status: 429, detail: 'slow down', code: 'rate-limited' };
    await using server = await serve(() => json(problem, 429));
    const error = await get(server.url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceProblem);
    expect(error).toMatchObject({ status: 429, code: 'rate-limited', detail: 'slow down' });
  });

  test.each([
    ['in Chinese', 'zh-CN', '请在 3 秒后再试', { zh: /请在 3 秒后再试/, en: /Too many requests/ }],
    ['in Chinese without a character of it', 'zh', '429', { zh: /429/, en: /Too many requests/ }],
    ['in English', 'en', 'try again in 3 s', { zh: /请求过于频繁/, en: /try again in 3 s/ }],
    ['in English that quotes Chinese', 'en', 'not 卷宗', { zh: /请求过于频繁/, en: /not 卷宗/ }],
    ['in a language that is not named', undefined, 'wait', { zh: /请求过于频繁/, en: /wait/ }],
    ['in no language', 'en', undefined, { zh: /请求过于频繁/, en: /Too many requests/ }],
  ] as const)('a detail %s is shown to readers of that language alone', async (_, language, detail, text) => {
    const { headers, ...problem } = json({ status: 429, detail, code: 'too-many-requests' }, 429);
    const named = language === undefined ? {} : { 'content-language': language };
    await using server = await serve(() => ({ ...problem, headers: { ...headers, ...named } }));
    const call = send({ url: server.url, language: 'zh' }, { method: 'GET', path: '/x', limitBytes: 1000 });
    const error = (await call.catch((thrown: unknown) => thrown)) as ServiceProblem;
    expect(error.text.zh).toMatch(text.zh);
    expect(error.text.en).toMatch(text.en);
    if (detail !== undefined) expect(error.detail).toBe(detail);
  });

  test('a detail in English with a code that is not known leaves Chinese readers the status', async () => {
    await using server = await serve(() => json({ status: 409, detail: 'not today', code: 'later' }, 409));
    await expect(get(server.url)).rejects.toMatchObject({
      text: { zh: '服务拒绝了请求：HTTP 409（later）', en: 'the service refused: not today (later)' },
    });
  });

  test('an answer that is no problem document is named by its status', async () => {
    await using server = await serve(() => ({ status: 502, body: '<html>proxy</html>' }));
    await expect(get(server.url)).rejects.toMatchObject({ name: 'ServiceProblem', status: 502, code: 'http-502' });
  });

  test('an endless answer is not read to its end', async () => {
    await using server = await serve(() => ({ body: 'x'.repeat(2000) }));
    await expect(get(server.url)).rejects.toMatchObject({ code: 'answer-too-large' });
  });

  test('no service, a dropped connection and silence are distinguished', async () => {
    await expect(get(await nobody())).rejects.toMatchObject({ name: 'ServiceUnreachable', reason: 'refused' });
    await using dropping = await serve(() => ({ isDropped: true }));
    await expect(get(dropping.url)).rejects.toMatchObject({ reason: 'reset' });
    await using silent = await serve(() => new Promise(() => {}));
    await expect(get(silent.url, 1000, 50)).rejects.toMatchObject({ reason: 'timeout' });
  });
});

test('an answer that trickles in steadily is a timeout', async () => {
  await using server = await trickle(20);
  // With a timeout for each part it would become too large instead.
  await expect(get(server.url, 1000, 300)).rejects.toMatchObject({ name: 'ServiceUnreachable', reason: 'timeout' });
});

test('an abort ends a request under way, a pause, and every later request', async () => {
  // Without the signal each would take longer than the test may.
  const [timeoutMs, retryAfter] = [3_600_000, { 'retry-after': '600' }];
  const end = { silent: new AbortController(), busy: new AbortController() };
  await using silent = await serve(() => {
    end.silent.abort();
    return new Promise(() => {});
  });
  await using busy = await serve(() => ({ status: 503, headers: retryAfter }));
  for (const [{ url, asked }, { signal }, onRetry] of [
    [silent, end.silent, undefined],
    [busy, end.busy, () => end.busy.abort()],
  ] as const) {
    const attempt = async () => send({ url, signal }, { method: 'GET', path: '/x', limitBytes: 1000, timeoutMs });
    const trying = withRetry({ giveUpAfterMs: timeoutMs, signal, ...(onRetry && { onRetry }) }, attempt);
    await expect(trying).rejects.toMatchObject({ name: 'ServiceUnreachable', reason: 'timeout' });
    await expect(attempt()).rejects.toMatchObject({ reason: 'timeout' });
    expect(asked).toHaveLength(1);
  }
});

test('a redirection is followed, unless it is not to be', async () => {
  await using server = await serve(({ path }) =>
    path === '/x' ? { status: 302, headers: { location: '/y' } } : { body: 'there' },
  );
  expect((await get(server.url)).status).toBe(200);
  const call = { method: 'GET', path: '/x', limitBytes: 1000, redirect: 'manual' } as const;
  await expect(send({ url: server.url }, call)).rejects.toMatchObject({ status: 302, code: 'http-302' });
});

describe('trying again', () => {
  test.each<[string, Page]>([
    ['a dropped connection', { isDropped: true }],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
  ])('%s is tried again until it is over', async (_, first) => {
    let count = 0;
    await using server = await serve(() => (++count < 3 ? first : { body: 'here' }));
    const told: string[] = [];
    const onRetry = (error: Error) => told.push(error.name);
    const { body } = await withRetry({ giveUpAfterMs: 60_000, onRetry }, () => get(server.url));
    expect(Buffer.from(body).toString()).toBe('here');
    expect(told).toHaveLength(2);
  });

  test.each<[string, Page]>([
    ['503 without Retry-After', { status: 503 }],
    ['429 without Retry-After', { status: 429 }],
    ['500', { status: 500, headers: { 'retry-after': '0' } }],
    ['422', { status: 422 }],
  ])('%s is not', async (_, page) => {
    await using server = await serve(() => page);
    await expect(withRetry({ giveUpAfterMs: 60_000 }, () => get(server.url))).rejects.toBeInstanceOf(ServiceProblem);
    expect(server.asked).toHaveLength(1);
  });

  test('ends when the time is over', async () => {
    const url = await nobody();
    await expect(withRetry({ giveUpAfterMs: 700 }, () => get(url))).rejects.toBeInstanceOf(ServiceUnreachable);
  });
});

describe('an upload', () => {
  const bytes = Buffer.alloc(3_000_000, 'evidence');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stored = { digests: { sha256, sm3: 'ab'.repeat(32) }, size: bytes.length, uploadToken: 't' };
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
  };

  test('is streamed with its length and digest', async () => {
    await using server = await serve(() => json(stored, 201));
    expect(await uploadContent({ url: server.url }, { lengthBytes: bytes.length, chunks }, sha256)).toEqual(stored);
    const [asked] = server.asked;
    expect(asked!.body.equals(bytes)).toBe(true);
    expect(asked!.headers).toMatchObject({
      'content-length': String(bytes.length),
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      'content-type': 'application/octet-stream',
    });
  });

  test('an empty one too', async () => {
    await using server = await serve(() => json({ ...stored, size: 0 }, 201));
    await uploadContent({ url: server.url }, { lengthBytes: 0, chunks: async function* () {} });
    expect(server.asked[0]!.body).toHaveLength(0);
  });

  test('an error of its source is thrown as it is', async () => {
    await using server = await serve(() => json(stored, 201));
    const failing = async function* () {
      yield bytes.subarray(0, 10);
      throw new RangeError('the file has gone');
    };
    await expect(uploadContent({ url: server.url }, { lengthBytes: 100, chunks: failing })).rejects.toThrow(
      'the file has gone',
    );
  });

  test.each([{}, { ...stored, uploadToken: 1 }, { ...stored, digests: { sha256, sm3: 'AB' } }, []])(
    'an answer like %j is refused',
    async (answer) => {
      await using server = await serve(() => json(answer, 201));
      await expect(uploadContent({ url: server.url }, { lengthBytes: bytes.length, chunks })).rejects.toMatchObject({
        code: 'answer-unreadable',
      });
    },
  );
});

test('a registration carries its key, and the key to the service', async () => {
  await using server = await serve(() => json({ format: 'x' }, 201));
  const registration = { case: { number: '1' }, file: { name: 'a', size: 1 }, digests: { sha256: 'ab'.repeat(32) } };
  await registerEvidence({ url: server.url, apiKey: 'secret', language: 'zh' }, registration, 'key-1', 'token');
  expect(server.asked[0]).toMatchObject({
    path: '/v1/evidence',
    headers: { 'idempotency-key': 'key-1', authorization: 'Bearer secret', 'accept-language': 'zh' },
  });
  expect(JSON.parse(server.asked[0]!.body.toString())).toEqual({ ...registration, uploadToken: 'token' });
});

test('records of each kind go to the routes of that kind', async () => {
  await using server = await serve(() => json({ format: 'x' }, 201));
  const deed = { ...evidenceView, name: 'deed' };
  const registration = { case: { number: '1' }, file: { name: 'a', size: 1 }, digests: { sha256: 'ab'.repeat(32) } };
  await registerRecord({ url: server.url }, deed, registration, 'key-1');
  await registerBatch({ url: server.url }, deed, [{ registration, idempotencyKey: 'key-2' }]);
  expect(server.asked.map(({ path }) => path)).toEqual(['/v1/deed', '/v1/deed/batch']);
});

test.each([
  ['empty lines', '\n'.repeat(300_000)],
  ['more lines than were sent', '{}\n{}\n{}\n'],
  ['a line that never ends', 'x'.repeat(5_000_000)],
])('the answer of a batch is read no further than it can be valid: %s', async (_, body) => {
  await using server = await serve(() => ({ headers: { 'content-type': 'application/x-ndjson' }, body }));
  const registration = { case: { number: '1' }, file: { name: 'a', size: 1 }, digests: { sha256: 'ab'.repeat(32) } };
  const lines = ['one', 'two'].map((idempotencyKey) => ({ registration, idempotencyKey }));
  await expect(registerBatch({ url: server.url }, evidenceView, lines)).rejects.toMatchObject({
    code: 'answer-too-large',
  });
});

describe('a look-up', () => {
  const item = (id: string) => ({ id, number: `n${id}`, index: '1', state: 'registered' });
  const found = async (page: (cursor: string | null) => object) => {
    await using server = await serve(({ path }) => json(page(new URL(path, 'http://x').searchParams.get('cursor'))));
    const items = await collect(findEvidence({ url: server.url }, { sha256: 'ab'.repeat(32) }));
    return items.map(({ id }) => id);
  };

  test('reads all pages', async () => {
    const pages = (cursor: string | null) =>
      cursor === null
        ? { items: [item('a'), item('b')], nextCursor: 'p2' }
        : { items: cursor === 'p2' ? [item('c')] : [], nextCursor: null };
    expect(await found(pages)).toEqual(['a', 'b', 'c']);
    expect(await found(() => ({ items: [], nextCursor: null }))).toEqual([]);
  });

  let count = 0;
  test.each<[string, (cursor: string | null) => object]>([
    ['a cursor that comes again', (cursor) => ({ items: [item('a')], nextCursor: cursor ?? 'p' })],
    ['cursors in a circle', (cursor) => ({ items: [item('a')], nextCursor: cursor === 'p' ? 'q' : 'p' })],
    ['an empty page with a cursor', () => ({ items: [], nextCursor: `p${++count}` })],
    ['pages without end', () => ({ items: [item('a')], nextCursor: `p${++count}` })],
    ['records without end', () => ({ items: Array.from({ length: 600 }, () => item('a')), nextCursor: `p${++count}` })],
  ])('%s is an error', async (_, page) => {
    await expect(found(page)).rejects.toMatchObject({ name: 'ServiceProblem', code: 'answer-unreadable' });
  });
});

test('https to a port without TLS: the hint names http, and not the start of a service', async () => {
  await using server = await serve(() => json({}));
  const error: unknown = await get(server.url.replace('http:', 'https:')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'service-unreachable', hint: { en: expect.stringContaining('http://') } });
  await expect(get(await nobody())).rejects.toMatchObject({ hint: { en: expect.stringContaining('evl serve') } });
});
