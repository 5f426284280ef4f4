import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { httpAnswer, type ProblemCode } from '../http/problem.ts';
import type { Json, JsonObject } from '../protocol/encoding/json.ts';
import { CATALOGUE } from '../text/catalogue.ts';
import { LANGUAGE_TAGS } from '../text/language.ts';
import { LOGGED_ACTS } from './access/logged-acts.ts';
import { ProblemBody } from './answers.ts';
import { type Answer, type Content, type Operation, TAGS } from './operation.ts';

/** Problems that every request can be answered with. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'request-unreadable',
  'host-unknown',
  'accounts-missing',
  'https-required',
  'cross-origin',
  'method-not-allowed',
  'too-many-requests',
  'headers-too-large',
  'internal',
];

/** Problems of every request that the rights of the caller are asked about. */
const RIGHTS_PROBLEMS: readonly ProblemCode[] = [
  'sign-in-required',
  'credential-invalid',
  'forbidden',
  'sign-in-again',
];

/** The OpenAPI 3.1 document of these operations, made from the schemas that they validate with. */
export function openApiDocument(version: string, operations: readonly Operation[]): JsonObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations.filter(({ isHidden }) => isHidden !== true)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  }
  const codes = new Set(
    operations
      .flatMap((operation) => [...(operation.problems ?? []), ...accessProblems(operation)])
      .concat(COMMON_PROBLEMS),
  );
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Evidence ledger',
      version,
      summary: 'Registers electronic evidence in an append-only Merkle log that is anchored in a contract.',
      description:
        '**Registrations are permanent.** Every registration becomes a record of the log of this service and is anchored on its chain; nothing deletes it. "Try it out" works on this very service: use it with data that may stay.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { examples: Object.fromEntries([...codes].map((code) => [code, { value: problemExample(code) }])) },
  }) as unknown as JsonObject;
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, parameters, body, answers, problems = [] } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { requestParams: parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: contentObject(body) } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerObject(answer)])),
      ...problemResponses([...problems, ...accessProblems(operation), ...COMMON_PROBLEMS], Object.keys(answers)),
    },
  };
}

/** Of what asks for rights, and of what is logged before it is answered. */
function accessProblems({ act }: Operation): readonly ProblemCode[] {
  if (act === 'public') return [];
  return [...RIGHTS_PROBLEMS, ...(LOGGED_ACTS[act] === 'before' ? (['access-log-full'] as const) : [])];
}

function contentObject({ mediaType, schema, example }: Content) {
  return { [mediaType]: { ...(schema !== undefined && { schema }), example } };
}

function answerObject({ description, content, headers }: Answer) {
  const entries = Object.entries(headers ?? {});
  return {
    description,
    ...(content !== undefined && { content: contentObject(content) }),
    ...(entries.length > 0 && {
      headers: z.object(Object.fromEntries(entries.map(([name, text]) => [name, z.string().describe(text)]))),
    }),
  };
}

const PROBLEM_HEADERS = z.object({
  'Content-Language': z.enum(Object.values(LANGUAGE_TAGS)).describe('the language of title and detail'),
});

/** One response for each status, with an example of each code that it may have. */
function problemResponses(problems: readonly ProblemCode[], taken: readonly string[]) {
  const byStatus = Map.groupBy(new Set(problems), (code) => String(httpAnswer(code).status));
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !taken.includes(status))
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${httpAnswer(code).title.en}`).join('; '),
          headers: PROBLEM_HEADERS,
          content: {
            'application/problem+json': {
              schema: ProblemBody,
              examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
            },
          },
        },
      ]),
  );
}

function problemExample(code: ProblemCode): Json {
  const { status, title, detail, meaning } = httpAnswer(code);
  // what a request fills in is left open
  const text = (meaning ?? detail ?? CATALOGUE[code]).en.replaceAll(/\{[A-Za-z]+\}/g, '…');
  return { type: `/problems/${code}`, title: title.en, status, code, detail: text };
}
