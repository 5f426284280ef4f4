import * as z from 'zod';
import type { KindSchema } from '../schema.ts';
import { TimeSection } from '../sections/schema.ts';
import { accessView } from './view.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hash = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);

const AccessSection = z
  .strictObject({
    stream: z.uuid().describe('id of the stream'),
    from: count.describe('the first entry that no earlier record of the stream covers, from 1'),
    to: count.describe('the last entry; `from` − 1 where there is no new one'),
    head: hash.describe('base64 of the hash of the chain after entry `to`'),
    previous: hash.nullable().describe('base64 of the root of the last record of this stream'),
    directory: z.strictObject({ count, hash }).describe('the directory as it was then'),
  })
  .meta({ id: 'AccessSection', description: 'How far an access log had come, and the directory.' });

export const accessSchema: KindSchema = {
  view: accessView,
  sections: { access: AccessSection, time: TimeSection },
  queries: { kind: z.enum(['access']), stream: z.uuid() },
};
