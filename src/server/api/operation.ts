import type { ZodType } from 'zod';
import type { ProblemCode } from '../../http/problem.ts';

/** One operation of the HTTP interface, as its OpenAPI document says it. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** OpenAPI template: `/v1/evidence/{id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: { readonly mediaType: string; readonly schema?: ZodType };
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside those that every request can meet. */
  readonly problems?: readonly ProblemCode[];
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly description: string;
  readonly pattern?: string;
  readonly required?: boolean;
}

export interface Answer {
  readonly description: string;
  readonly mediaType?: string;
  readonly schema?: ZodType;
  readonly headers?: Readonly<Record<string, string>>;
}
