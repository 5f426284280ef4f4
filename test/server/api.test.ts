import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseReceipt } from '../../src/protocol/receipt.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(async () => {
  await ledger.remove();
});

const hex = (algorithm: string, data: string | Uint8Array) => createHash(algorithm).update(data).digest('hex');

function registration(name: string, more: object = {}): Record<string, unknown> {
  return {
    case: { number: '（2026）浙01刑初123号' },
    file: { name, size: name.length },
    digests: { sha256: hex('sha256', name) },
    ...more,
  };
}

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${ledger.server.url}${path}`, init);
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function treeSize(): Promise<bigint> {
  const anchors = (await (await call('/v1/anchors')).json()) as { head: { size: string } };
  return BigInt(anchors.head.size);
}

async function upload(content: string): Promise<{ uploadToken: string; digests: { sha256: string; sm3: string } }> {
  const answer = await call('/v1/contents', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: content,
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as never;
}

async function expectProblem(answer: Response, status: number, code: string): Promise<Record<string, unknown>> {
  const problem = (await answer.json()) as Record<string, unknown>;
  expect({ status: answer.status, code: problem['code'] }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.stringify(problem)).not.toMatch(/at .*\.ts:/);
  return problem;
}

describe('registration', () => {
  test('is answered with a receipt', async () => {
    const answer = await post('/v1/evidence', registration('a.txt'));
    expect(answer.status).toBe(201);
    const receipt = parseReceipt(await answer.text());
    if (!('value' in receipt.record) || !('value' in receipt.proof)) throw new Error('unreadable receipt');
    const { header, disclosed } = receipt.record.value;
    expect(answer.headers.get('location')).toBe(`/v1/evidence/${header.id}`);
    expect(disclosed.map(({ name }) => name)).toEqual(['file', 'digests', 'case', 'registrant', 'time']);
    expect(receipt.proof.value.checkpoint.origin).toBe(ledger.server.origin);
  });

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['unknown member', registration('x', { registeredAt: '2026-01-01T00:00:00Z' }), '/registeredAt'],
    ['no case', { ...registration('x'), case: undefined }, '/case'],
    ['empty case number', registration('x', { case: { number: ' ' } }), '/case/number'],
    ['over-long name', registration('x', { file: { name: '名'.repeat(2000), size: 1 } }), '/file/name'],
    ['NUL in name', registration('x', { file: { name: 'a\0b', size: 1 } }), '/file/name'],
    ['negative size', registration('x', { file: { name: 'a', size: -1 } }), '/file/size'],
    ['absurd size', registration('x', { file: { name: 'a', size: 1e300 } }), '/file/size'],
    ['fractional size', registration('x', { file: { name: 'a', size: 1.5 } }), '/file/size'],
    ['size as text', registration('x', { file: { name: 'a', size: '1' } }), '/file/size'],
    ['short digest', registration('x', { digests: { sha256: 'ab' } }), '/digests/sha256'],
    ['a digest that is no hex', registration('x', { digests: { sha256: 'G'.repeat(64) } }), '/digests/sha256'],
    ['md5 as a digest', registration('x', { digests: { sha256: 'a'.repeat(64), md5: 'b' } }), '/digests/md5'],
    ['unknown collection method', registration('x', { collection: { method: 'magic' } }), '/collection/method'],
    ['a list', [], ''],
  ];
  test.each(wrong)('is refused with a pointer: %s', async (_name, body, pointer) => {
    const before = await treeSize();
    const problem = await expectProblem(await post('/v1/evidence', body), 400, 'validation-failed');
    expect((problem['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
    expect(await treeSize()).toBe(before);
  });

  test.each([
    ['malformed', '{"case":'],
    ['duplicate name', '{"case":{"number":"1"},"case":{"number":"2"}}'],
    ['lone surrogate', '{"case":{"number":"\\ud800"}}'],
    ['too deep', '['.repeat(1000) + ']'.repeat(1000)],
    ['text after the value', '{} {}'],
    ['number out of range', '{"a":1e999}'],
    ['empty', ''],
  ])('is refused as JSON: %s', async (_name, body) => {
    await expectProblem(await post('/v1/evidence', body), 400, 'json-invalid');
  });

  test('is refused when too large, of another type, or compressed', async () => {
    await expectProblem(await post('/v1/evidence', `"${'x'.repeat(70_000)}"`), 413, 'body-too-large');
    await expectProblem(
      await post('/v1/evidence', '{}', { 'content-type': 'text/plain' }),
      415,
      'media-type-unsupported',
    );
    await expectProblem(
      await post('/v1/evidence', '{}', { 'content-encoding': 'gzip' }),
      415,
      'media-type-unsupported',
    );
  });

  test('a body that is cut short registers nothing', async () => {
    const before = await treeSize();
    const body = JSON.stringify(registration('cut'));
    const { hostname, port } = new URL(ledger.server.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const head = `POST /v1/evidence HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n`;
        socket.write(`${head}Content-Length: ${body.length + 10}\r\n\r\n${body}`, () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    // Records keep the order of their requests: the cut one would come before this one.
    expect((await post('/v1/evidence', registration('after the cut'))).status).toBe(201);
    expect(await treeSize()).toBe(before + 1n);
  });

  test('problems are in the requested language', async () => {
    const problem = await expectProblem(
      await post('/v1/evidence', '{', { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }),
      400,
      'json-invalid',
    );
    expect(problem['title']).toBe('请求或其中的回执无法读取');
  });
});

describe('contents', () => {
  test('are hashed, belong to the registration with the token, and are served unchanged', async () => {
    const content = '证据 内容';
    const { uploadToken, digests } = await upload(content);
    expect(digests).toEqual({ sha256: hex('sha256', content), sm3: hex('sm3', content) });
    const size = Buffer.byteLength(content);
    const body = { ...registration('x'), file: { name: '目录/证据 1.txt', size }, digests: { sha256: digests.sha256 } };
    const owned = (await (await post('/v1/evidence', { ...body, uploadToken })).json()) as ReceiptJson;
    expect(sectionOf(owned, 'digests')).toEqual(digests);
    const answer = await call(`/v1/evidence/${owned.record.header.id}/content`);
    expect(await answer.text()).toBe(content);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''");
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');

    const stranger = (await (await post('/v1/evidence', body)).json()) as ReceiptJson;
    await expectProblem(await call(`/v1/evidence/${stranger.record.header.id}/content`), 404, 'not-found');
  });

  test('a wrong declared digest is refused and nothing is kept', async () => {
    const answer = await call('/v1/contents', {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'repr-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:`,
      },
      body: 'never kept',
    });
    await expectProblem(answer, 400, 'digest-mismatch');
    expect(readdirSync(join(ledger.dataDir, 'contents', 'incoming'))).toEqual([]);
    const name = hex('sha256', 'never kept');
    expect(readdirSync(join(ledger.dataDir, 'contents'))).not.toContain(name.slice(0, 2));
  });

  const zeros = `sha-256=:${Buffer.alloc(32).toString('base64')}:`;
  test.each(['garbage', 'sha-256=AAAA', 'sha-256=:AAAA:', '', `${zeros}, ${zeros}`])(
    'a declared digest that cannot be read is refused: %j',
    async (digest) => {
      const answer = await call('/v1/contents', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'repr-digest': digest },
        body: 'x',
      });
      await expectProblem(answer, 400, 'repr-digest-invalid');
    },
  );

  test('content that was damaged on the disk is not served', async () => {
    const content = 'will be damaged';
    const { uploadToken, digests } = await upload(content);
    const body = {
      ...registration('x'),
      file: { name: 'x', size: content.length },
      digests: { sha256: digests.sha256 },
    };
    const { id } = ((await (await post('/v1/evidence', { ...body, uploadToken })).json()) as ReceiptJson).record.header;
    const { sha256 } = digests;
    writeFileSync(
      join(ledger.dataDir, 'contents', sha256.slice(0, 2), sha256.slice(2, 4), sha256),
      'has been damaged'.slice(0, 15),
    );
    await expectProblem(await call(`/v1/evidence/${id}/content`), 500, 'content-damaged');
  });

  test('an aborted upload leaves nothing', async () => {
    const { hostname, port } = new URL(ledger.server.url);
    const incoming = join(ledger.dataDir, 'contents', 'incoming');
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/contents HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/octet-stream\r\n`;
    socket.write(`${head}Content-Length: 1000000\r\n\r\n${'x'.repeat(5000)}`);
    await expect.poll(() => readdirSync(incoming)).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => readdirSync(incoming)).toEqual([]);
  });

  test('a registration must fit what was uploaded', async () => {
    const { uploadToken, digests } = await upload('abc');
    const body = { ...registration('x'), file: { name: 'x', size: 3 }, digests: { sha256: digests.sha256 } };
    const otherSize = { ...body, file: { name: 'x', size: 4 }, uploadToken };
    const problem = await expectProblem(await post('/v1/evidence', otherSize), 400, 'digest-mismatch');
    expect(problem['errors']).toMatchObject([{ pointer: '/file/size' }]);
    const otherSm3 = { ...body, digests: { ...digests, sm3: 'a'.repeat(64) }, uploadToken };
    await expectProblem(await post('/v1/evidence', otherSm3), 400, 'digest-mismatch');
    const forged = { ...body, uploadToken: uploadToken.replace(/.$/, (c) => (c === '0' ? '1' : '0')) };
    await expectProblem(await post('/v1/evidence', forged), 422, 'upload-unknown');
  });
});

describe('idempotency', () => {
  test('the same key and body give the same record, also at once and after a restart', async () => {
    const before = await treeSize();
    const body = registration('once');
    const headers = { 'idempotency-key': 'key-1' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('/v1/evidence', body, headers)));
    const ids = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as ReceiptJson).record.header.id),
    );
    expect(new Set(ids).size).toBe(1);
    await ledger.restart();
    const again = await post('/v1/evidence', body, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(((await again.json()) as ReceiptJson).record.header.id).toBe(ids[0]);
    expect(await treeSize()).toBe(before + 1n);
  });

  test('the same key with another body is a conflict, and nothing is written [C43]', async () => {
    const headers = { 'idempotency-key': 'key-2' };
    expect((await post('/v1/evidence', registration('one'), headers)).status).toBe(201);
    const before = await treeSize();
    await expectProblem(await post('/v1/evidence', registration('two'), headers), 422, 'idempotency-conflict');
    expect(await treeSize()).toBe(before);
    const [one, two] = await Promise.all(
      ['three', 'four'].map((name) => post('/v1/evidence', registration(name), { 'idempotency-key': 'key-3' })),
    );
    expect([one!.status, two!.status].toSorted((a, b) => a - b)).toEqual([201, 422]);
    expect(await treeSize()).toBe(before + 1n);
  });

  test('an invalid key is refused', async () => {
    const headers = { 'idempotency-key': 'with space' };
    await expectProblem(await post('/v1/evidence', registration('x'), headers), 400, 'idempotency-key-invalid');
  });
});

describe('batch', () => {
  const lines = (...items: unknown[]) =>
    items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');
  const batch = async (body: string, query = '', headers: Record<string, string> = {}) => {
    const answer = await post(`/v1/evidence/batch${query}`, body, {
      'content-type': 'application/x-ndjson',
      ...headers,
    });
    const language = headers['accept-language'] === 'zh' ? 'zh-CN' : 'en';
    expect([answer.status, answer.headers.get('content-language')]).toEqual([200, language]);
    return (await answer.text())
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, never>);
  };

  test('answers line for line, receipts and problems in order', async () => {
    const answers = await batch(
      lines(registration('b1'), '{"broken', registration('b2', { extra: 1 }), registration('b3')),
    );
    expect(answers.map((answer) => answer['format'] ?? answer['code'])).toEqual([
      'evidence-ledger/receipt/v1',
      'json-invalid',
      'validation-failed',
      'evidence-ledger/receipt/v1',
    ]);
    expect(sectionOf(answers[3] as never, 'file')).toMatchObject({ name: 'b3' });
  });

  test('takes many lines, and gives identifiers only where they are enough', async () => {
    const items = Array.from({ length: 3000 }, (_, i) => registration(`many-${i}`));
    const answers = await batch(lines(...items), '?receipts=false');
    expect(answers).toHaveLength(3000);
    const indexes = answers.map((answer) => BigInt(answer['index']!));
    expect(indexes.every((index, i) => i === 0 || index === indexes[i - 1]! + 1n)).toBe(true);
  });

  test('a line that is too long is refused alone', async () => {
    const answers = await batch(lines(registration('l1'), `"${'x'.repeat(70_000)}"`, registration('l2')));
    expect(answers.map((answer) => answer['code'] ?? 'ok')).toEqual(['ok', 'body-too-large', 'ok']);
  });

  test('the key of a batch counts for each of its lines', async () => {
    const before = await treeSize();
    const body = lines(registration('k1'), registration('k2'));
    const first = await batch(body, '?receipts=false', { 'idempotency-key': 'batch-1' });
    const second = await batch(body, '?receipts=false', { 'idempotency-key': 'batch-1' });
    expect(second).toEqual(first);
    expect(await treeSize()).toBe(before + 2n);
  });

  test('a line with a key of its own is the single registration with that key, in whatever batch it comes', async () => {
    const before = await treeSize();
    const [one, two] = ['own1', 'own2'].map((name) => registration(name, { idempotencyKey: `key-${name}` }));
    const [first] = await batch(lines(one), '?receipts=false', { 'idempotency-key': 'batch-2' });
    const again = await batch(lines(two, one, { ...one!, title: 1 }), '?receipts=false', {
      'idempotency-key': 'batch-3',
    });
    expect([again[1], again[2]!['code']]).toEqual([first, 'validation-failed']);
    const single = await post('/v1/evidence', registration('own2'), { 'idempotency-key': 'key-own2' });
    expect(single.headers.get('idempotent-replayed')).toBe('true');
    const other = await batch(lines(registration('own3', { idempotencyKey: 'key-own1' })));
    expect(other[0]!['code']).toBe('idempotency-conflict');
    expect(await treeSize()).toBe(before + 2n);
  });
});

describe('look-ups', () => {
  test('find by digest, number and case, in pages that are bound to a tree size', async () => {
    const marked = (name: string) => registration(name, { case: { number: '（2026）浙0192行初７号' } });
    for (const name of ['p1', 'p2', 'p3']) await post('/v1/evidence', marked(name));
    const found = await list('?sha256=' + hex('sha256', 'p2'));
    expect(found.items).toMatchObject([{ file: { name: 'p2' }, state: expect.any(String) }]);
    const number = found.items[0]!.number;
    expect((await list(`?number=${number.toLowerCase().replaceAll('-', ' ')}`)).items).toEqual(found.items);

    const query = `?case=${encodeURIComponent('(2026)浙0192行初7号')}&limit=2`;
    const first = await list(query);
    expect(first.items.map((item) => item.file.name)).toEqual(['p1', 'p2']);
    await post('/v1/evidence', marked('p4'));
    const second = await list(`${query}&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ file: { name: 'p3' } }], nextCursor: null });
  });

  test('refuse what they cannot answer', async () => {
    await expectProblem(await call('/v1/evidence?cursor=abc'), 400, 'cursor-invalid');
    await expectProblem(await call('/v1/evidence?sha256=zz'), 400, 'validation-failed');
    for (const limit of ['0', '0x10', '1e2', '1001', '%205']) {
      await expectProblem(await call(`/v1/evidence?limit=${limit}`), 400, 'validation-failed');
    }
    await expectProblem(await call('/v1/evidence?unknown=1'), 400, 'validation-failed');
    await expectProblem(await call('/v1/evidence/nothing'), 404, 'not-found');
    await expectProblem(await call('/v1/evidence/01a20505-eec1-7104-b25b-43ab2aa327fb/receipt'), 404, 'not-found');
    await expectProblem(await call('/v1/nothing'), 404, 'not-found');
  });
});

describe('anchoring', () => {
  test('a requested anchor is in the receipt, and the service verifies it', async () => {
    const content = 'to be anchored';
    const { id } = ((await (await post('/v1/evidence', registration(content))).json()) as ReceiptJson).record.header;
    expect((await call('/v1/anchors', { method: 'POST' })).status).toBe(202);
    const receipt = await eventually(async () => {
      const current = (await (await call(`/v1/evidence/${id}/receipt`)).json()) as ReceiptJson;
      return current.anchor === null ? undefined : current;
    });
    const digests = { sha256: hex('sha256', content) };
    const report = (await (await post('/v1/verify', { receipt, digests })).json()) as Record<string, unknown>;
    expect(report).toMatchObject({ by: 'server', verdict: 'VERIFIED', scope: 'file', independence: 'none' });
    const other = await (await post('/v1/verify', { receipt, digests: { sha256: 'a'.repeat(64) } })).json();
    expect(other).toMatchObject({ verdict: 'MISMATCH' });
    expect(await (await post('/v1/verify', { digests })).json()).toMatchObject({ verdict: 'VERIFIED' });
    expect(await (await post('/v1/verify', { digests: { sha256: 'b'.repeat(64) } })).json()).toMatchObject({
      verdict: 'NOT_FOUND',
    });
    receipt.anchor!['root'] = Buffer.alloc(32, 1).toString('base64');
    expect(await (await post('/v1/verify', { receipt })).json()).toMatchObject({ verdict: 'INCONSISTENT' });
  });
});

describe('the service', () => {
  test.each(['/v1/evidence/%ff', '/log/tile/%ff', '/%ff'])(
    'a path that cannot be decoded is not found: %s',
    async (path) => {
      expect((await call(path)).status).toBe(404);
    },
  );

  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'request-unreadable'],
    [
      'two lengths',
      'POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'request-unreadable',
    ],
    [
      'huge headers',
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'bad chunk',
      'POST /v1/evidence HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
      'request-unreadable',
    ],
  ])('answers an invalid request with a problem: %s', async (_name, bytes, status, code) => {
    const answer = await raw(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`"code":"${code}"`);
  });

  test('answers to localhost alone', async () => {
    const answer = await raw('GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 421');
    expect(answer).toContain('host-unknown');
  });

  test('refuses to be served to others', async () => {
    const { startServer } = await import('../../src/compose/service.ts');
    const { dataDir } = ledger;
    const options = { dataDir, port: 0, chainPort: 0, anchorIntervalMs: 1000, clock: Date.now, onEvent: () => {} };
    await expect(startServer({ ...options, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'host-refused' });
    await expect(startServer({ ...options, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'locked' });
  });

  test('reports that it is healthy and ready', async () => {
    expect(await (await call('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await call('/readyz')).json()).toMatchObject({ status: 'ready' });
  });
});

/** Sends bytes as they are and gives back all that comes until the connection ends. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(ledger.server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('error', () => {}); // the end is what counts
    socket.on('close', () => resolve(text));
  });
}

interface ReceiptJson {
  readonly record: {
    readonly header: { readonly id: string };
    readonly disclosed: readonly { readonly name: string; readonly value: unknown }[];
  };
  readonly anchor: Record<string, unknown> | null;
}

interface ListJson {
  readonly items: readonly { readonly id: string; readonly number: string; readonly file: { readonly name: string } }[];
  readonly nextCursor: string | null;
}

async function list(query: string): Promise<ListJson> {
  const answer = await call(`/v1/evidence${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as ListJson;
}

function sectionOf(receipt: ReceiptJson, name: string): unknown {
  return receipt.record.disclosed.find((section) => section.name === name)?.value;
}
