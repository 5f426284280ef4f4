import * as z from 'zod';
import { utf8Bytes } from '../../protocol/encoding/bytes.ts';
import { rule } from '../../text/member-rules.ts';
import { isPlainName } from '../plain-text.ts';
import type { RegistrableSchema } from '../schema.ts';
import {
  CaseSection,
  CaseStatement,
  CollectionSection,
  hex64,
  RegistrantSection,
  TimeSection,
} from '../sections/schema.ts';
import { evidenceView, type Registration } from './view.ts';

const MAX_FILE_NAME_BYTES = 4096;

const mediaType = z
  .string()
  .max(255)
  .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w!#$&^.+-]+=[\w!#$&^.+"-]+)*$/, rule('mediaType'));

const fileName = z
  .string()
  .min(1)
  .refine(isPlainName, rule('plainText'))
  .refine((name) => !name.isWellFormed() || utf8Bytes(name).length <= MAX_FILE_NAME_BYTES, rule('nameTooLong'));

const file = {
  name: fileName.describe('As given: a name or a relative path.'),
  size: z
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Bytes; left out where only the digests are known.'),
};

const digests = z.strictObject({
  sha256: hex64,
  sm3: hex64.optional(),
  legacy: z
    .strictObject({
      md5: z
        .string()
        .regex(/^[0-9a-fA-F]{32}$/)
        .toLowerCase()
        .optional(),
      sha1: z
        .string()
        .regex(/^[0-9a-fA-F]{40}$/)
        .toLowerCase()
        .optional(),
    })
    .optional()
    .describe('Values of older tool logs, kept as they are; no verdict rests on them.'),
});

/** Time, registrant, id and record number are given by the ledger. */
const registration = z
  .strictObject({
    case: CaseStatement,
    file: z.strictObject({ ...file, mediaType: mediaType.optional() }),
    digests,
    collection: CollectionSection.optional(),
    uploadToken: z
      .string()
      .max(500)
      .optional()
      .describe('Of the content that the record shall own; without it only the digests are registered.'),
  })
  .meta({ id: 'EvidenceRegistration', description: 'What a client states about one item of evidence.' });

const batchLine = registration
  .extend({
    idempotencyKey: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional(),
  })
  .meta({ id: 'EvidenceBatchLine', description: 'A registration that may have an idempotency key of its own.' });

export const evidenceSchema: RegistrableSchema<Registration> = {
  view: evidenceView,
  registration,
  batchLine,
  sections: {
    file: z.strictObject({ ...file, mediaType }).meta({ id: 'FileSection', description: 'The file, as given.' }),
    digests: digests.meta({ id: 'DigestsSection', description: 'The digests of the file.' }),
    case: CaseSection,
    registrant: RegistrantSection,
    time: TimeSection,
    collection: CollectionSection,
  },
  queries: { case: z.string().min(1).max(200), sha256: hex64, sm3: hex64 },
  sample: {
    case: { number: '杭检刑诉〔2026〕123号', title: '张某某诈骗案' },
    file: { name: '讯问录像/校验值清单.txt', size: 40, mediaType: 'text/plain' },
    digests: {
      sha256: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
      sm3: '5731d6adbbcce51a306cd3c75ff0b722f591f9ca84d39dc9f99f3f8aaa0d200c',
    },
    collection: {
      method: 'on-site-extraction',
      collectedAt: '2026-11-22T09:30:00+08:00',
      place: '杭州市上城区',
      collectors: ['李某', '王某'],
      tool: { name: 'example-tool', version: '1.0' },
    },
  },
  contentMismatch({ digests: given, file: { size } }, content) {
    const pairs = [
      { pointer: '/digests/sha256', expected: content.sha256, found: given.sha256 },
      { pointer: '/digests/sm3', expected: content.sm3, found: given.sm3 ?? content.sm3 },
      { pointer: '/file/size', expected: String(content.size), found: String(size ?? content.size) },
    ];
    return pairs.find(({ expected, found }) => expected !== found);
  },
};
