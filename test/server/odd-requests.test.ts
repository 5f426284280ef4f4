import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLedger, type TestLedger } from './ledger-fixture.ts';
import { sendRaw } from './raw-http.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(() => ledger.remove());

const json = { 'content-type': 'application/json' };
const call = (path: string, init: RequestInit = {}) => fetch(`${ledger.server.url}${path}`, init);
const statusOf = async (...lines: string[]) =>
  (await sendRaw(ledger.server.url, [...lines, 'Connection: close', '', ''].join('\r\n'))).statuses[0];

test('a target in absolute form is that of its path, and its authority is the host', async () => {
  const { host } = new URL(ledger.server.url);
  expect(await statusOf(`GET http://${host}/healthz HTTP/1.1`, 'Host: elsewhere.example')).toBe(200);
  expect(await statusOf('GET http://elsewhere.example/healthz HTTP/1.1', `Host: ${host}`)).toBe(421);
  expect(await statusOf(`GET http://${host} HTTP/1.1`, `Host: ${host}`)).toBe(200);
});

test('a request for an anchor has no body', async () => {
  expect((await call('/v1/anchors', { method: 'POST' })).status).toBe(202);
  const refused = await call('/v1/anchors', { method: 'POST', headers: json, body: '{}' });
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([413, 'body-too-large']);
});

test('a single record tells whether its content is kept, as a listing does', async () => {
  const bytes = Buffer.from('kept');
  const headers = { 'content-type': 'application/octet-stream' };
  const stored = (await (await call('/v1/contents', { method: 'POST', headers, body: bytes })).json()) as {
    uploadToken: string;
  };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const registration = { case: { number: 'c1' }, file: { name: 'a', size: 4 }, digests: { sha256 } };
  for (const [more, hasContent] of [
    [{ uploadToken: stored.uploadToken }, true],
    [{}, false],
  ] as const) {
    const body = JSON.stringify({ ...registration, ...more });
    const made = (await (await call('/v1/evidence', { method: 'POST', headers: json, body })).json()) as {
      record: { header: { id: string } };
    };
    const { id } = made.record.header;
    expect(await (await call(`/v1/evidence/${id}`)).json()).toMatchObject({ id, hasContent });
  }
});

test('digests in upper case are registered and found, in lower case', async () => {
  const sha256 = createHash('sha256').update('upper').digest('hex');
  const body = JSON.stringify({
    case: { number: 'c1' },
    file: { name: 'upper', size: 5 },
    digests: { sha256: sha256.toUpperCase() },
  });
  expect((await call('/v1/evidence', { method: 'POST', headers: json, body })).status).toBe(201);
  for (const typed of [sha256, sha256.toUpperCase()]) {
    const { items } = (await (await call(`/v1/evidence?sha256=${typed}`)).json()) as { items: { digests: object }[] };
    expect(items.map(({ digests }) => digests)).toEqual([{ sha256 }]);
  }
  const asked = JSON.stringify({ digests: { sha256: sha256.toUpperCase() } });
  const judged = await call('/v1/verify', { method: 'POST', headers: json, body: asked });
  expect(await judged.json()).toMatchObject({ reports: [{ comparison: 'equal' }] });
});

test('the document says what is taken: a pattern, an object, and that look-ups are combined', async () => {
  const { paths, components } = (await (await call('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { description?: string; parameters: { name: string; schema: object }[] }>>;
    components: { schemas: { Question: { properties: { receipt: object } } } };
  };
  const list = paths['/v1/evidence']!['get']!;
  expect(list.description).toContain('combined');
  const schemaOf = (from: typeof list, name: string) => from.parameters.find((each) => each.name === name)!.schema;
  for (const name of ['case', 'number']) expect(schemaOf(list, name)).toMatchObject({ minLength: 1 });
  expect(schemaOf(list, 'sha256')).toMatchObject({ pattern: '^[0-9a-fA-F]{64}$' });
  const digest = schemaOf(paths['/v1/contents']!['post']!, 'Repr-Digest') as { pattern: string };
  const pattern = new RegExp(digest.pattern);
  expect(
    ['x', '', `sha-256=:${'A'.repeat(43)}=:`, `sha-256=:${'A'.repeat(43)}=:, md5=:AA==:`].map((each) =>
      pattern.test(each),
    ),
  ).toEqual([false, false, true, true]);
  expect(components.schemas.Question.properties.receipt).toMatchObject({ type: 'object' });
});
