import type { Request } from 'express';
import * as z from 'zod';
import { validate } from '../http/validate.ts';
import type { Json } from '../protocol/encoding/json.ts';

/** Which entries of a numbered list are asked for: those after one, so many. */
export const EntryPageQuery = z.strictObject({
  after: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,14})$/)
    .default('0')
    .describe('entries with a larger `seq`'),
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]{0,2}|1000)$/)
    .default('100')
    .describe('entries a page, 1 to 1000'),
});

export interface EntryPage {
  readonly after: number;
  readonly limit: number;
}

/** Throws `validation-failed`. */
export function readEntryPage(request: Request): EntryPage {
  const { after, limit } = validate(EntryPageQuery, request.query as Json);
  return { after: Number(after), limit: Number(limit) };
}
