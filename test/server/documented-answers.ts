import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { OPERATIONS } from '../../src/server/operations.ts';

interface MediaType {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly $ref: string }>;
}

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Record<string, MediaType> };
  readonly responses: Record<string, { content?: Record<string, MediaType>; headers?: Record<string, unknown> }>;
}
export interface Document {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Record<string, Record<string, Described>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: {
    readonly schemas: Record<string, object>;
    readonly examples: Record<string, { readonly value: unknown }>;
  };
}

/** Compares answers with what the document specifies for their operation. */
export class DocumentedAnswers {
  readonly #document: Document;
  readonly #validators = new Map<string, ValidateFunction>();
  /** Operations that were asked. */
  readonly called = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
  }

  /**
   * The answer is one that the document names, in a media type that it names, and fits the schema
   * there.
   */
  async expectFit(id: string, answer: Response): Promise<unknown> {
    const operation = OPERATIONS.find((each) => each.id === id)!;
    this.called.add(id);
    const described = this.#document.paths[operation.path]![operation.method]!.responses[answer.status];
    expect([id, answer.status, described !== undefined]).toEqual([id, answer.status, true]);
    for (const name of Object.keys(described!.headers ?? {})) {
      if (name !== 'Link' && name !== 'Idempotent-Replayed') expect([id, answer.headers.has(name)]).toEqual([id, true]);
    }
    const body = await answer.text();
    const mediaType = answer.headers.get('content-type')?.split(';')[0];
    if (described!.content === undefined) {
      expect([id, body]).toEqual([id, '']);
      return undefined;
    }
    const { schema } = described!.content[mediaType!] ?? {};
    expect([id, Object.keys(described!.content)]).toEqual([id, [mediaType]]);
    if (schema === undefined || !mediaType!.includes('json')) return body;
    const lines = mediaType === 'application/x-ndjson' ? body.split('\n').slice(0, -1) : [body];
    const values = lines.map((line) => JSON.parse(line) as unknown);
    this.expectValid(id, schema, values);
    return values[0];
  }

  /** Each value fits a schema of the document. */
  expectValid(what: string, schema: object, values: readonly unknown[]): void {
    const validate = this.#validator(schema);
    for (const value of values) expect([what, validate(value), validate.errors]).toEqual([what, true, null]);
  }

  /** What a body of this operation should be; a schema with a name is looked up. */
  bodySchema(path: string, method: string): object | undefined {
    const [content] = Object.values(this.#document.paths[path]![method]!.requestBody?.content ?? {});
    const { schema } = content ?? {};
    const reference = schema !== undefined && '$ref' in schema ? String(schema.$ref).split('/').at(-1)! : undefined;
    return reference === undefined ? schema : this.#document.components.schemas[reference];
  }

  #validator(schema: object): ValidateFunction {
    const key = JSON.stringify(schema);
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    const made = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(made);
    made.addFormat('base64', true);
    const validate = made.compile({ ...schema, components: this.#document.components });
    this.#validators.set(key, validate);
    return validate;
  }
}
