import { accessSchema } from './access/schema.ts';
import { evidenceSchema } from './evidence/schema.ts';
import type { KindSchema } from './schema.ts';

/** The schemas of all kinds, for what registers and lists; `views.ts` has the other half. */
export const SCHEMAS: readonly KindSchema[] = [evidenceSchema, accessSchema];
