import type { Request } from 'express';
import type { ZodType } from 'zod';
import { readJsonBody } from '../../http/body.ts';
import type { ProblemCode } from '../../http/problem.ts';
import { validate } from '../../http/validate.ts';
import type { ServerParts } from '../operation.ts';

const MAX_BODY_BYTES = 8 * 1024;

/** Problems of a small JSON body. */
export const SMALL_BODY_PROBLEMS = [
  'body-too-large',
  'body-incomplete',
  'body-timeout',
  'media-type-unsupported',
  'json-invalid',
  'validation-failed',
] as const satisfies readonly ProblemCode[];

/** The small JSON body of a request, valid by the schema. */
export async function readSmallBody<T>(parts: ServerParts, request: Request, schema: ZodType<T>): Promise<T> {
  return validate(schema, await readJsonBody(request, MAX_BODY_BYTES, parts.fairQueue));
}
