import * as z from 'zod';
import { rule } from '../../text/member-rules.ts';
import { normalizeCaseNumber } from '../case-number.ts';
import { isPlainLine, isPlainText } from '../plain-text.ts';
import type { StatedCase } from '../view.ts';
import { type Case, type Collection, COLLECTION_METHODS } from './view.ts';

const MAX_CASE_NUMBER = 300;
/** Characters that one character may become in the normal form NFKC. */
const MAX_NFKC_EXPANSION = 18;

/** Stored in lower case; some programs print upper case. */
export const hex64 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, rule('hex64'))
  .toLowerCase();
const line = z.string().trim().min(1).max(500).refine(isPlainLine, rule('plainText'));
const moment = z.iso.datetime({ offset: true });

/** Normalizing costs time, and a short number cannot become too long. */
function isShortEnough(number: string): boolean {
  return number.length * MAX_NFKC_EXPANSION <= MAX_CASE_NUMBER || normalizeCaseNumber(number).length <= MAX_CASE_NUMBER;
}

const caseSection = z.strictObject({
  number: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine(isPlainLine, rule('plainText'))
    .refine(isShortEnough, rule('caseTooLong')),
  title: line.optional(),
});

export const CaseSection: z.ZodType<Case> = caseSection.meta({
  id: 'CaseSection',
  description: 'The case, as given.',
});

export const CaseStatement: z.ZodType<StatedCase> = caseSection
  .extend({
    asIs: z
      .boolean()
      .optional()
      .describe('The number is meant as it is, though it has none of the known forms; no part of the record.'),
  })
  .meta({ id: 'CaseStatement', description: 'The case, as a registration states it.' });

/** Optional as a whole, strict where given. */
export const CollectionSection: z.ZodType<Collection> = z
  .strictObject({
    method: z.enum(COLLECTION_METHODS),
    collectedAt: moment,
    place: line.optional(),
    collectors: z.array(line).min(1).max(20),
    witness: line.optional(),
    holder: line.optional(),
    tool: z.strictObject({ name: line, version: line.optional(), sha256: hex64.optional() }).optional(),
    originalMedium: z
      .strictObject({ seized: z.boolean(), sealNumber: line.optional(), reason: line.optional() })
      .optional(),
    remarks: z.string().max(4000).refine(isPlainText, rule('plainText')).optional(),
  })
  .meta({ id: 'CollectionSection', description: 'Provenance before registration, as stated.' });

export const RegistrantSection = z
  .looseObject({ principal: z.string() })
  .meta({ id: 'RegistrantSection', description: 'Who registered.' });

const decimal = z.string().regex(/^(?:0|[1-9][0-9]*)$/);

export const TimeSection = z
  .strictObject({
    receivedAt: z.iso.datetime({ precision: 3 }),
    notBefore: z
      .strictObject({ chainId: decimal, number: decimal, hash: z.string().regex(/^0x[0-9a-f]{64}$/) })
      .nullable(),
    notBeforeMissing: z.string().optional(),
  })
  .meta({
    id: 'TimeSection',
    description: 'When the record was made by the clock of the service, and a final block that existed by then.',
  });
