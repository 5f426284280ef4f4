import { createHash } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { text } from 'node:stream/consumers';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCHEMAS } from '../../src/kinds/schemas.ts';
import type { DefinedOperation } from '../../src/server/operation.ts';
import { OPERATIONS as ALL } from '../../src/server/operations.ts';
import { type Document, DocumentedAnswers } from './documented-answers.ts';
import { idOf as idOfPerson, officeStory } from '../people/events.ts';
import { startLyingProvider } from './lying-provider.ts';
import { Browser, startPeopleService } from './people-service.ts';
import { SoftwarePasskey, type StatedOptions } from './software-passkey.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

/**
 * Every operation of the document, called, and every answer held against the schema that the
 * document gives for it.
 */

const OPERATIONS: readonly DefinedOperation[] = ALL.filter(({ isHidden }) => isHidden !== true);

const PASSWORD = 'several unrelated words';

let ledger: TestLedger;
let document: Document;
let receipt: { readonly record: { readonly header: { readonly id: string } } };
let owned: string;
let documented: DocumentedAnswers;
const expectFit = (id: string, answer: Response) => documented.expectFit(id, answer);

beforeAll(async () => {
  ledger = await startLedger({ anchorIntervalMs: 200 });
  document = (await (await fetch(`${ledger.server.url}/openapi.json`)).json()) as Document;
  documented = new DocumentedAnswers(document);
  receipt = (await (await post('/v1/evidence', registration('first'))).json()) as typeof receipt;
  const { uploadToken } = (await (await upload('owned')).json()) as { uploadToken: string };
  const made = await post('/v1/evidence', { ...registration('owned'), uploadToken });
  owned = ((await made.json()) as typeof receipt).record.header.id;
  await eventually(async () => {
    const { anchor } = (await (await get(`/v1/evidence/${idOf()}/receipt`)).json()) as { anchor: unknown };
    return anchor ?? undefined;
  });
});
afterAll(async () => {
  await ledger.remove();
});

const idOf = () => receipt.record.header.id;
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${ledger.server.url}${path}`, { headers });

/** By `node:http`: fetch adds `no-cache` to such requests. */
function conditional(path: string, etag: string): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const request = httpGet(`${ledger.server.url}${path}`, { headers: { 'if-none-match': etag } }, (response) => {
      text(response).then((body) => resolve([response.statusCode!, body]), reject);
    });
    request.once('error', reject);
  });
}

function registration(name: string): object {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return { case: { number: '（2026）浙01刑初123号' }, file: { name, size: name.length }, digests: { sha256 } };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${ledger.server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function upload(content: string): Promise<Response> {
  return post('/v1/contents', content, { 'content-type': 'application/octet-stream' });
}

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(document) as never);
  expect(result).toEqual({ valid: true });
  expect(document.openapi).toBe('3.1.0');
});

describe('the contents of the document', () => {
  const described = () => Object.values(document.paths).flatMap((methods) => Object.values(methods));

  test('every operation has a tag that the document describes', () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { operationId, tags: own } of described()) {
      expect([operationId, own.length, own.every((tag) => tags.has(tag))]).toEqual([operationId, 1, true]);
    }
  });

  test('every body of a request and of an answer has an example that fits its schema', () => {
    for (const { operationId, requestBody, responses } of described()) {
      const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
      for (const [mediaType, { schema, example, examples }] of contents.flatMap((each) => Object.entries(each ?? {}))) {
        const values =
          examples === undefined
            ? [example]
            : Object.values(examples).map(({ $ref }) => document.components.examples[$ref.split('/').at(-1)!]!.value);
        expect([operationId, mediaType, values.includes(undefined)]).toEqual([operationId, mediaType, false]);
        const isLines = mediaType === 'application/x-ndjson';
        const parsed = isLines
          ? String(example)
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as unknown)
          : values;
        if (schema !== undefined) documented.expectValid(operationId, schema, parsed);
      }
    }
  });

  test('examples of problems are whole sentences, one for each code of a status', () => {
    const examples = Object.entries(document.components.examples);
    expect(examples.length).toBeGreaterThan(25);
    for (const [code, { value }] of examples) {
      expect(value).toMatchObject({ type: `/problems/${code}`, code, detail: expect.not.stringMatching(/[{}]/) });
    }
    expect(
      Object.keys(
        document.paths['/v1/evidence']!['post']!.responses[503]!.content!['application/problem+json']!.examples!,
      ),
    ).toContain('queue-full');
  });

  test('the sections of a record have types', () => {
    const { EvidenceItem, DisclosedSection } = document.components.schemas as Record<
      string,
      { properties?: object; anyOf?: { properties: { name: { const: string } } }[] }
    >;
    expect(EvidenceItem!.properties).toMatchObject({
      case: { $ref: '#/components/schemas/CaseSection' },
      file: { $ref: '#/components/schemas/FileSection' },
      digests: { $ref: '#/components/schemas/DigestsSection' },
      state: { enum: ['registered', 'published', 'anchored', 'final'] },
    });
    expect(DisclosedSection!.anyOf!.map(({ properties }) => properties.name.const).toSorted()).toEqual(
      [...new Set(SCHEMAS.flatMap(({ sections }) => Object.keys(sections)))].toSorted(),
    );
  });

  test('it warns that registrations are permanent', () => {
    expect(document.info.description).toContain('Registrations are permanent');
  });
});

describe('every operation answers as documented', () => {
  test('contents', async () => {
    await expectFit('storeContent', await upload('some bytes'));
    await expectFit('storeContent', await post('/v1/contents', 'x', { 'content-type': 'text/plain' }));
  });

  test('registrations', async () => {
    await expectFit('registerEvidence', await post('/v1/evidence', registration('a')));
    await expectFit('registerEvidence', await post('/v1/evidence', { nothing: true }));
    const lines = `${JSON.stringify(registration('b'))}\n{broken\n`;
    const type = { 'content-type': 'application/x-ndjson' };
    await expectFit('registerEvidenceBatch', await post('/v1/evidence/batch', lines, type));
    await expectFit('registerEvidenceBatch', await post('/v1/evidence/batch?receipts=false', lines, type));
  });

  test('look-ups', async () => {
    await expectFit('readCaseNumber', await get('/v1/case-number?number=SA-1'));
    await expectFit('readCaseNumber', await get('/v1/case-number'));
    await expectFit('listEvidence', await get('/v1/evidence?limit=1'));
    await expectFit('listEvidence', await get('/v1/evidence?sha256=x'));
    await expectFit('showEvidence', await get(`/v1/evidence/${idOf()}`));
    await expectFit('showEvidence', await get('/v1/evidence/none'));
    const anchored = await expectFit('fetchReceipt', await get(`/v1/evidence/${idOf()}/receipt`));
    expect(anchored).toMatchObject({ anchor: { size: expect.any(String) } });
    expect(await expectFit('fetchCertificate', await get(`/v1/evidence/${idOf()}/certificate`))).toContain('%PDF-1.7');
    await expectFit('fetchCertificate', await get('/v1/evidence/none/certificate'));
    expect(await expectFit('fetchContent', await get(`/v1/evidence/${owned}/content`))).toBe('owned');
    expect(await expectFit('fetchContent', await get(`/v1/evidence/${owned}/content`, { range: 'bytes=1-2' }))).toBe(
      'wn',
    );
    await expectFit('fetchContent', await get(`/v1/evidence/${owned}/content`, { range: 'bytes=9-' }));
    const other = await get(`/v1/evidence/${owned}/content`, { range: 'lines=1-0' });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, 5]);
  });

  test('verification', async () => {
    const served = await (await get(`/v1/evidence/${idOf()}/receipt`)).json();
    expect(await expectFit('verify', await post('/v1/verify', { receipt: served }))).toMatchObject({
      verdict: 'VERIFIED',
    });
    const sha256 = createHash('sha256').update('first').digest('hex');
    await expectFit('verify', await post('/v1/verify', { digests: { sha256 } }));
    await expectFit('verify', await post('/v1/verify', {}));
    const question = { jsonrpc: '2.0', id: 7, method: 'eth_chainId', params: [] };
    expect(await expectFit('askChain', await post('/v1/chain', question))).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: '0x7a69',
    });
    await expectFit('askChain', await post('/v1/chain', { ...question, method: 'eth_sendRawTransaction' }));
  });

  test('anchors, log, trust', async () => {
    await expectFit('listAnchors', await get('/v1/anchors'));
    await expectFit('requestAnchor', await post('/v1/anchors', ''));
    await expectFit('fetchCheckpoint', await get('/log/checkpoint'));
    await expectFit('fetchTile', await get('/log/tile/0/000.p/1'));
    await expectFit('fetchTile', await get('/log/tile/0/999'));
    await expectFit('fetchTrust', await get('/trust.json'));
    await expectFit('fetchRotations', await get('/rotations.json'));
  });

  test('the service itself', async () => {
    await expectFit('alive', await get('/healthz'));
    await expectFit('home', await get('/'));
    await expectFit('ready', await get('/readyz'));
    await expectFit('metrics', await get('/metrics'));
    await expectFit('describe', await get('/openapi.json'));
    await expectFit('browse', await get('/docs'));
    await expectFit('verifyPage', await get('/verify'));
    await expectFit('offlineVerifier', await get('/verify.html'));
    await expectFit('offlineVerifierDigest', await get('/verify.html.sha256'));
    await expectFit('listHandbooks', await get('/handbook'));
    await expectFit('readHandbook', await get('/handbook/court'));
    await expectFit('fetchVerifier', await get('/evl-verify.mjs'));
    await expectFit('fetchVerifierDigest', await get('/evl-verify.mjs.sha256'));
    await expectFit('explainProblem', await get('/problems/queue-full'));
    await expectFit('explainProblem', await get('/problems/nothing'));
  });

  test('accounts and the directory', { timeout: 60_000 }, async () => {
    await using provider = await startLyingProvider('evl');
    const settings = { id: 'office', name: 'office', issuer: provider.issuer, algorithm: 'RS256' };
    const signInProviders = [{ ...settings, clientId: 'evl', clientSecret: 'secret' }];
    await using people = await startPeopleService(officeStory().events, { signInProviders });
    const url = people.service.url.replace('127.0.0.1', 'localhost'); // where passkeys are
    const signedIn = async (name: string) => {
      const own = new Browser(url);
      await own.post('/v1/one-time-link/use', {
        token: await people.sessions.makeLink(idOfPerson(name)),
        password: PASSWORD,
      });
      return own;
    };
    const clerk = await signedIn('clerk');
    const passkey = new SoftwarePasskey(url);
    const options = await documented.expectFit('beginPasskey', await clerk.post('/v1/account/passkeys/begin'));
    const response = passkey.create(options as StatedOptions);
    await expectFit('addPasskey', await clerk.post('/v1/account/passkeys', { label: 'key', response }));
    const asked = await documented.expectFit('beginPasskeySignIn', await clerk.post('/v1/session/passkey/begin'));
    const shown = { response: passkey.get(asked as StatedOptions) };
    await expectFit('signInByPasskey', await clerk.post('/v1/session/passkey', shown));
    await expectFit('removePassword', await clerk.post('/v1/account/password/remove'));
    await expectFit('listSignInWays', await clerk.get('/v1/sign-in-ways'));
    await expectFit('beginProviderSignIn', await clerk.get('/sign-in/with/office'));
    await expectFit('finishProviderSignIn', await clerk.get('/sign-in/with/office/return'));
    // the others with their examples, by an administrator or a supervisor who has just signed in
    const others = OPERATIONS.filter(({ id, tag }) => tag === 'people' && !documented.called.has(id));
    for (const { id, method, path, body, act } of others) {
      const isOfSupervisor = ['assign', 'grant', 'publish', 'look-at-case'].includes(act);
      const own = await signedIn(isOfSupervisor ? 'supervisor' : 'admin');
      const at = path.replace('{id}', idOfPerson(path.startsWith('/v1/people') ? 'officer' : 'case'));
      await expectFit(id, await own.call(method.toUpperCase(), at, body?.example));
    }
  });

  test('none was left out, and each path takes no other method', async () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !documented.called.has(id))).toEqual([]);
    for (const path of Object.keys(document.paths)) {
      const answer = await fetch(`${ledger.server.url}${path.replace('{id}', idOf()).replace('{path}', '0/000')}`, {
        method: 'PUT',
      });
      const { code } = (await answer.json()) as { code: string };
      expect([path, answer.status, code]).toEqual([path, 405, 'method-not-allowed']);
      expect(answer.headers.get('allow')).toBe(
        Object.keys(document.paths[path]!)
          .map((method) => (method === 'get' ? 'GET, HEAD' : 'POST'))
          .join(', '),
      );
    }
  });
});

describe('conditional requests', () => {
  test('what has not changed is not sent again', async () => {
    const { size } = (await (await get('/v1/evidence?limit=1')).json()) as { size: string };
    const published = async () => (await (await get('/log/checkpoint')).text()).split('\n')[1];
    await expect.poll(published).toBe(size);
    // a ledger that still anchors changes its answers between two questions
    const anchored = async () => {
      const { anchors } = (await (await get('/v1/anchors')).json()) as { anchors: { size: string; state: string }[] };
      return anchors.find(({ size: at }) => at === size)?.state;
    };
    await expect.poll(anchored).toBe('final');
    for (const operation of OPERATIONS.filter(({ answers }) => answers[304] !== undefined)) {
      const path = operation.path
        .replace('{id}', operation.id === 'fetchContent' ? owned : idOf())
        .replace('{path}', '0/000.p/1')
        .replace('{name}', 'court');
      const first = await get(path, { 'accept-encoding': 'identity' });
      const etag = first.headers.get('etag');
      const body = await first.text();
      expect([operation.id, first.status, etag]).toEqual([operation.id, 200, expect.stringMatching(/^"/)]);
      expect([operation.id, ...(await conditional(path, etag!))]).toEqual([operation.id, 304, '']);
      expect([operation.id, ...(await conditional(path, '"other"'))]).toEqual([operation.id, 200, body]);
    }
  });
});

test('the page loads its parts, and nothing from other origins', async () => {
  const answer = await get('/docs');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  const page = await answer.text();
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part!);
  expect(parts.length).toBe(3);
  for (const part of parts) expect([part, (await get(part)).status]).toEqual([part, 200]);
});

test('metrics count requests by route, without anything of the evidence', async () => {
  await get(`/v1/evidence/${idOf()}`);
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(
    /evl_http_request_duration_seconds_count\{method="GET",route="\/v1\/evidence\/\{id\}",status="200"\} [1-9]/,
  );
  expect(metrics).toMatch(/^evl_anchored_size [1-9]/m);
  expect(metrics).toMatch(/^evl_ready 1$/m);
  expect(metrics).not.toContain(idOf());
});
