import { z } from 'zod';
import type { JsonObject } from '../../protocol/encoding/json.ts';
import { PROBLEMS } from '../../text/problems.ts';
import { type ProblemCode, statusOf } from '../../http/problem.ts';
import type { Answer, Operation, Parameter } from './operation.ts';
import { COMMON_PROBLEMS, OPERATIONS } from './operations.ts';
import { ProblemBody, SCHEMAS } from './schemas.ts';

/** The OpenAPI 3.1 document of the service, made from the schemas that its routes validate with. */
export function openApiDocument(version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = operationJson(operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Evidence ledger',
      version,
      summary: 'Registers electronic evidence in an append-only Merkle log that is anchored in a contract.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: componentSchemas() },
  };
}

const uri = (id: string): string => `#/components/schemas/${id}`;

function componentSchemas(): JsonObject {
  const { schemas } = z.toJSONSchema(SCHEMAS, { uri, io: 'input' });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

/** A schema where it is used: a reference where it has a name, else spelled out. */
function schemaJson(schema: z.ZodType): JsonObject {
  const name = SCHEMAS.get(schema)?.id;
  if (name !== undefined) return { $ref: uri(name) };
  if (schema instanceof z.ZodUnion) return { anyOf: schema.options.map((option) => schemaJson(option as z.ZodType)) };
  return plain(z.toJSONSchema(schema, { io: 'input' }));
}

/** Without what belongs to a document of its own. */
function plain(schema: object): JsonObject {
  const { $schema: _, $id: __, ...rest } = JSON.parse(JSON.stringify(schema)) as JsonObject;
  return rest;
}

function operationJson({ id, summary, parameters = [], body, answers, problems = [] }: Operation): JsonObject {
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters: parameters.map(parameterJson) }),
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { [body.mediaType]: body.schema === undefined ? {} : { schema: schemaJson(body.schema) } },
      },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerJson(answer)])),
      ...problemResponses([...problems, ...COMMON_PROBLEMS], Object.keys(answers)),
    },
  };
}

function parameterJson({ in: place, name, description, pattern }: Parameter): JsonObject {
  const schema = { type: 'string', ...(pattern !== undefined && { pattern }) };
  return { in: place, name, description, required: place === 'path', schema };
}

function answerJson({ description, mediaType, schema, headers = {} }: Answer): JsonObject {
  const entries = Object.entries(headers);
  return {
    description,
    ...(mediaType !== undefined && {
      content: { [mediaType]: schema === undefined ? {} : { schema: schemaJson(schema) } },
    }),
    ...(entries.length > 0 && {
      headers: Object.fromEntries(
        entries.map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
      ),
    }),
  };
}

/** One answer a status, which names all codes that it comes with. */
function problemResponses(problems: readonly ProblemCode[], taken: readonly string[]): JsonObject {
  const byStatus = Map.groupBy(new Set(problems), (code) => String(statusOf(code)));
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !taken.includes(status))
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].en}`).join('; '),
          content: { 'application/problem+json': { schema: schemaJson(ProblemBody) } },
        },
      ]),
  );
}
