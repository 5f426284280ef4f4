import { z } from 'zod';
import { utf8Bytes } from '../protocol/encoding/bytes.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { normalizeCaseNumber } from './case-number.ts';
import { Collection } from './collection.ts';
import { rule } from '../evidence/member-rule.ts';

const MAX_FILE_NAME_BYTES = 4096;

const MAX_CASE_NUMBER = 300;
const MAX_NFKC_EXPANSION = 18; // characters that one becomes in the normal form NFKC
const isShort = (number: string) => number.length * MAX_NFKC_EXPANSION <= MAX_CASE_NUMBER;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, rule('hex64'));
const mediaType = z
  .string()
  .max(255)
  .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w!#$&^.+-]+=[\w!#$&^.+"-]+)*$/, rule('mediaType'));

const fileName = z
  .string()
  .min(1)
  .refine((name) => name.isWellFormed() && !name.includes('\0'), rule('plainText'))
  .refine((name) => !name.isWellFormed() || utf8Bytes(name).length <= MAX_FILE_NAME_BYTES, rule('nameTooLong'));

/**
 * What a client may say of one item of evidence. Time, registrant, id and number are the ledger's
 * to give.
 */
export const Registration = z.strictObject({
  case: z.strictObject({
    number: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine((number) => number.isWellFormed(), rule('plainText'))
      .refine(
        (number) => isShort(number) || normalizeCaseNumber(number).length <= MAX_CASE_NUMBER,
        rule('caseTooLong'),
      ),
    title: z.string().trim().min(1).max(500).optional(),
  }),
  file: z.strictObject({
    /** As given: a name or a relative path. Data, never used as a path here. */
    name: fileName,
    /** Bytes. */
    size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    mediaType: mediaType.optional(),
  }),
  digests: z.strictObject({
    sha256,
    sm3: sha256.optional(),
    /** Values of older tool logs, kept as they are; no verdict ever rests on them. */
    legacy: z
      .strictObject({
        md5: z
          .string()
          .regex(/^[0-9a-f]{32}$/)
          .optional(),
        sha1: z
          .string()
          .regex(/^[0-9a-f]{40}$/)
          .optional(),
      })
      .optional(),
  }),
  collection: Collection.optional(),
  uploadToken: z.string().max(500).optional(),
});
export type Registration = z.infer<typeof Registration>;

/** A line of a batch may bring its own idempotency key. */
export const BatchLine = Registration.extend({
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
});

/** Digests that the service computed itself from the bytes it stored. */
export interface SeenContent {
  readonly sha256: string;
  readonly sm3: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Why a registration contradicts the content that was uploaded for it; undefined where it does not.
 */
export function contentMismatch(
  registration: Registration,
  seen: SeenContent,
): { readonly pointer: string; readonly expected: string; readonly found: string } | undefined {
  const { digests, file } = registration;
  const pairs = [
    { pointer: '/digests/sha256', expected: seen.sha256, found: digests.sha256 },
    { pointer: '/digests/sm3', expected: seen.sm3, found: digests.sm3 ?? seen.sm3 },
    { pointer: '/file/size', expected: String(seen.size), found: String(file.size) },
  ];
  return pairs.find(({ expected, found }) => expected !== found);
}

/** The sections that a registration becomes, and what it can be found by. */
export function evidenceSections(
  registration: Registration,
  registrant: Json,
  seen: SeenContent | undefined,
): { sections: Record<string, Json>; lookups: { by: string; value: string }[] } {
  const { file, collection } = registration;
  const digests = { ...registration.digests, ...(seen !== undefined && { sm3: seen.sm3 }) };
  return {
    sections: {
      file: { name: file.name, size: file.size, mediaType: file.mediaType ?? 'application/octet-stream' },
      digests: defined(digests),
      case: defined(registration.case),
      registrant,
      ...(collection !== undefined && { collection: defined(collection) }),
    },
    lookups: [
      { by: 'case', value: normalizeCaseNumber(registration.case.number) },
      { by: 'sha256', value: digests.sha256 },
      ...(digests.sm3 === undefined ? [] : [{ by: 'sm3', value: digests.sm3 }]),
    ],
  };
}

/** The value without members that are undefined: JSON has none. */
function defined(value: object): Json {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, typeof member === 'object' && !Array.isArray(member) ? defined(member) : member]),
  );
}
