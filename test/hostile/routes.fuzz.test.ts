import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/server/operations.ts';
import { type Document, DocumentedAnswers } from '../server/documented-answers.ts';
import { startLedger, type TestLedger } from '../server/ledger-fixture.ts';

/**
 * Every operation of the OpenAPI document, asked with parameters and bodies that are made from its
 * own schemas and bent. `ROUTE_RUNS` for more than a few of each. No answer that the document does
 * not have, no failure of the service.
 */

const RUNS = Number(process.env['ROUTE_RUNS'] ?? 60);

let ledger: TestLedger;
let document: Document;
let documented: DocumentedAnswers;
let id: string;
beforeAll(async () => {
  ledger = await startLedger();
  document = (await (await fetch(`${ledger.server.url}/openapi.json`)).json()) as Document;
  documented = new DocumentedAnswers(document);
  const made = await fetch(`${ledger.server.url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ case: { number: 'c' }, file: { name: 'f', size: 1 }, digests: { sha256: 'ab'.repeat(32) } }),
  });
  id = ((await made.json()) as { record: { header: { id: string } } }).record.header.id;
});
afterAll(() => ledger.remove());

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 250 }),
  fc.constantFrom('', '\0', '../..', '\ufdfa'.repeat(200), 'ﷺ', '1e9', '-1', '00', '%', '名'.repeat(3000)),
);
/** A header as `fetch` can send one. */
const anyHeader = fc.oneof(
  fc.string({ maxLength: 300 }).map((text) => text.trim()),
  fc.constantFrom(
    '"x"',
    'W/"x"',
    '*',
    'bytes=0-',
    'bytes=-1',
    'bytes=5-1',
    'bytes=0-0,1-1',
    'sha-256=:AAAA:',
    'key',
    'zh',
  ),
);

const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  sha256: fc.constantFrom('ab'.repeat(32), 'cd'.repeat(32)),
  sm3: fc.constant('ab'.repeat(32)),
  limit: fc.constantFrom('1', '1000'),
  code: fc.constantFrom('queue-full', 'internal', 'toString'),
  case: fc.constantFrom('c', '（2026）浙01刑初123号'),
};

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
}

/** Values that mostly fit a schema: each part is now and then left out, or something else. */
function near(schema: Schema): fc.Arbitrary<unknown> {
  const fitting = fits(schema);
  return fc.oneof(
    { weight: 12, arbitrary: fitting },
    { weight: 1, arbitrary: fc.jsonValue({ noUnicodeString: false }) },
  );
}

function fits(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fits(document.components.schemas[schema.$ref.split('/').at(-1)!]!);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(near));
  switch (schema.type) {
    case 'object': {
      const members = Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [name, near(part)]),
      );
      return fc.record(members, { requiredKeys: [...(schema.required ?? [])] });
    }
    case 'array':
      return fc.array(near(schema.items ?? {}), { maxLength: 4 });
    case 'string':
      if (schema.pattern === '^[0-9a-f]{64}$') return fc.constantFrom('ab'.repeat(32), 'cd'.repeat(32));
      return fc.oneof(anyText, fc.constantFrom('c', 'text/plain', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'));
    case 'integer':
    case 'number':
      return fc.oneof(fc.nat(), fc.constantFrom(-1, 0, 1.5, 2 ** 53, 1e300));
    case 'boolean':
      return fc.boolean();
    default:
      return fc.jsonValue();
  }
}

/** A body as bytes: JSON of a near value, or JSON that was broken. */
function bodyOf(schema: Schema | undefined): fc.Arbitrary<string> {
  const text =
    schema === undefined ? fc.string({ unit: 'binary' }) : near(schema).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 1, arbitrary: fc.tuple(text, fc.nat()).map(([whole, at]) => whole.slice(0, at % (whole.length + 1))) },
    { weight: 1, arbitrary: fc.string() },
  );
}

const DOCUMENTED = OPERATIONS.filter(({ isHidden }) => isHidden !== true);

test.each(DOCUMENTED.map((operation) => [operation.id, operation] as const))('%s', async (_id, operation) => {
  const { body, method, path } = operation;
  const { parameters = [] } = document.paths[path]![method]!;
  const texts = Object.fromEntries(
    parameters.map(({ in: place, name }) => {
      const known = name === 'id' ? fc.constant('known') : (VALUES[name] ?? fc.constant(''));
      return [`${place} ${name}`, fc.oneof(known, place === 'header' ? anyHeader : anyText)];
    }),
  );
  const isInPath = (key: string) => key.startsWith('path ');
  const asked = fc.record(texts, { requiredKeys: Object.keys(texts).filter(isInPath) });
  const schema: Schema | undefined = documented.bodySchema(path, method);
  const bodies = body === undefined ? fc.constant(undefined) : bodyOf(schema);
  await fc.assert(
    fc.asyncProperty(asked, bodies, async (given, content) => {
      const of = (place: string) =>
        Object.entries(given)
          .filter(([key]) => key.startsWith(`${place} `))
          .map(([key, value]): [string, string] => [key.slice(place.length + 1), value.toWellFormed()]);
      let target = path;
      for (const [name, value] of of('path')) {
        const text = value === 'known' ? id : value;
        // an empty or dotted segment is another path
        if (text === '' || text === '.' || text === '..') return;
        target = target.replace(`{${name}}`, () => encodeURIComponent(text));
      }
      const query = new URLSearchParams(of('query')).toString();
      const answer = await fetch(`${ledger.server.url}${target}${query === '' ? '' : `?${query}`}`, {
        method: method.toUpperCase(),
        headers: { ...Object.fromEntries(of('header')), ...(body !== undefined && { 'content-type': body.mediaType }) },
        ...(content !== undefined && { body: content }),
      });
      const { status } = answer;
      await documented.expectFit(operation.id, answer);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: RUNS },
  );
  expect(ledger.events.filter(({ type }) => type === 'internal-error')).toEqual([]);
  expect((await fetch(`${ledger.server.url}/readyz`)).status).toBe(200);
});
