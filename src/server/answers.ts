import * as z from 'zod';
import { PROBLEM_CODES } from '../http/problem.ts';
import { CASE_FORM_NAMES } from '../kinds/cases/read-case-number.ts';
import { SCHEMAS } from '../kinds/schemas.ts';
import { WITNESS_STATES } from '../log/witness-session.ts';
import { MAX_ENDORSEMENTS } from '../protocol/chain/endorsement.ts';
import { STEP_NAMES } from '../protocol/verify/report.ts';
import { RECORD_STATES } from '../text/record-states.ts';

/**
 * The bodies of answers, as the OpenAPI document shows them. Requests are validated by the schemas
 * of their operations; answers are not validated when they are sent: `test/server/openapi.test.ts`
 * compares real answers with these.
 */

const decimal = z.string().regex(/^(?:0|[1-9][0-9]*)$/);
const base64 = z.base64();
const hash32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const hexBytes = z.string().regex(/^0x(?:[0-9a-f]{2})+$/);
const time = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const uuid = z.uuid();

const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const eventPlace = {
  blockNumber: decimal,
  blockHash: hash32,
  txHash: hash32,
  transactionIndex: z.number().int(),
  logPosition: z.number().int(),
  header: hexBytes.optional(),
  receiptProof: z.array(hexBytes).optional(),
};
const Endorsement = z
  .strictObject({ endorser: address, size: decimal, root: base64, ...eventPlace })
  .meta({ id: 'Endorsement', description: 'An account states that it has audited this tree or a later one.' });
export const Anchor = z
  .strictObject({
    chainId: decimal,
    genesisHash: hash32,
    contract: address,
    logId: hash32,
    size: decimal,
    root: base64,
    anchorIndex: decimal,
    ...eventPlace,
    notBeforeHeader: hexBytes.optional(),
    endorsements: z.array(Endorsement).max(MAX_ENDORSEMENTS).optional(),
  })
  .meta({ id: 'Anchor', description: 'Where the chain holds a checkpoint; final anchors only.' });

/** Every section of every kind, once. */
const namedSections = new Map(SCHEMAS.flatMap(({ sections }) => Object.entries(sections)));
const DisclosedSection = z
  .union([...namedSections].map(([name, value]) => z.strictObject({ name: z.literal(name), salt: base64, value })))
  .meta({ id: 'DisclosedSection', description: 'Name, salt and value together open the commitment in the header.' });

const DisclosedRecord = z
  .strictObject({
    header: z.strictObject({
      v: z.literal(1),
      origin: z.string(),
      kind: z.string(),
      id: uuid,
      number: z.string(),
      sections: z.record(z.string(), base64),
    }),
    disclosed: z.array(DisclosedSection),
  })
  .meta({
    id: 'Record',
    description: 'The header that is hashed into the log, and the sections that open its commitments.',
  });

export const Receipt = z
  .strictObject({
    format: z.literal('evidence-ledger/receipt/v1'),
    record: DisclosedRecord,
    proof: z.string(),
    anchor: Anchor.nullable(),
  })
  .meta({
    id: 'Receipt',
    description: 'Proves that a record is in the log; `proof` is a C2SP tlog-proof.',
  });

const itemMembers = { id: uuid, number: z.string(), index: decimal, receivedAt: time };
const itemState = { hasContent: z.boolean(), state: z.enum(RECORD_STATES) };

/** What a listing shows of the records of each kind. */
const kindItems = SCHEMAS.map(({ view: { name, label, listed }, sections }) =>
  z
    .strictObject({
      ...itemMembers,
      ...Object.fromEntries(listed.map((section) => [section, sections[section]!])),
      ...itemState,
    })
    .meta({ id: `${capitalized(name)}Item`, description: `A record of the kind ${name} (${label.zh}).` }),
);
export const Item = z.union(kindItems);
export const ItemDetail = z.union(kindItems.map((kind) => kind.extend({ record: DisclosedRecord })));

export const ItemPage = z
  .strictObject({
    size: decimal,
    items: z.array(Item),
    total: z.number().int().min(0).nullable().describe('records of all pages; null where that was not counted'),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'ItemPage', description: 'A page of a listing that is bound to the tree size `size`.' });

const bothLanguages = z.strictObject({ zh: z.string(), en: z.string() });

export const CaseNumber = z
  .strictObject({
    number: z.string().describe('as it was asked'),
    normalized: z.string().describe('as look-ups compare it'),
    isRecognised: z.boolean(),
    form: z.enum(CASE_FORM_NAMES).nullable(),
    reading: bothLanguages.describe('what it says; why it is not recognised'),
    forms: bothLanguages.describe('the forms that are recognised'),
  })
  .meta({ id: 'CaseNumber', description: 'What a case number is read as.' });

export const Identifiers = z.strictObject({ id: uuid, number: z.string(), index: decimal }).meta({ id: 'Identifiers' });

export const StoredContent = z
  .strictObject({
    digests: z.strictObject({ sha256, sm3: sha256 }),
    size: z.number().int().min(0),
    uploadToken: z.string(),
  })
  .meta({ id: 'StoredContent', description: 'A registration with the token owns these bytes.' });

const stepResult = {
  status: z.enum(['pass', 'fail', 'unknown', 'none']),
  code: z.string(),
  expected: z.string().optional(),
  found: z.string().optional(),
};
const chooser = z.enum(['verifier', 'operator']);
const Step = z.strictObject({
  step: z.enum(STEP_NAMES),
  ...stepResult,
  sources: z.array(z.strictObject({ name: z.string(), by: chooser, ...stepResult })).optional(),
});
const block = z.strictObject({ blockNumber: decimal, blockHash: hash32, blockTime: time.optional() });
const verdict = z.enum(['VERIFIED', 'MISMATCH', 'NOT_FOUND', 'PENDING', 'INCONSISTENT', 'INDETERMINATE']);
const report = {
  verdict,
  scope: z.enum(['file', 'record']),
  comparison: z.enum(['equal', 'different', 'unknown', 'none']),
  independence: z.string(),
  stated: z.string(),
  vouchers: z.array(z.string()),
  nodes: z.array(z.strictObject({ name: z.string(), address: z.string(), by: chooser })),
  trust: z.strictObject({ source: z.enum(['file', 'remembered', 'server']), sha256 }).nullable(),
  object: z
    .strictObject({
      isIntact: z.boolean(),
      kind: z.string(),
      id: z.string(),
      number: z.string(),
      origin: z.string(),
      size: decimal.nullable(),
      index: decimal.nullable(),
      receivedAt: z.string().nullable(),
      fileName: z.string().nullable(),
      caseNumber: z.string().nullable(),
      sections: z.record(z.string(), z.unknown()),
      withheld: z.strictObject({ sections: z.array(z.string()), others: z.int() }),
      notBefore: block.nullable(),
      anchoredBy: block.nullable(),
    })
    .nullable(),
  steps: z.array(Step),
};
export const Report = z
  .strictObject({ by: z.literal('server'), ...report })
  .meta({ id: 'Report', description: 'The verdict of the service on one receipt.' });

export const Reports = z
  .strictObject({ by: z.literal('server'), verdict, reports: z.array(z.strictObject(report)), more: z.boolean() })
  .meta({
    id: 'Reports',
    description:
      'The verdicts on the records that have the digest, oldest first; `more`: there are others, which were not judged.',
  });

const AnchorJob = z.strictObject({
  id: z.number().int(),
  state: z.string(),
  size: decimal,
  root: base64,
  txHash: hash32,
  createdAt: time,
  /** Transactions that this one replaces. */
  replaced: z.array(hash32).optional(),
  /** Blocks that held it and were orphaned by a reorganisation, oldest first. */
  formerBlocks: z.array(z.strictObject({ blockNumber: decimal, blockHash: hash32, blockTime: time })).optional(),
  failure: z.string().optional(),
  blockNumber: decimal.optional(),
  blockHash: hash32.optional(),
  blockTime: time.optional(),
  anchorIndex: decimal.optional(),
  transactionIndex: z.int().min(0).optional(),
  logPosition: z.int().min(0).optional(),
});
export const Anchors = z
  .strictObject({
    head: z.strictObject({ size: decimal, root: base64 }),
    published: z.strictObject({ size: decimal }),
    chain: z.strictObject({ reachable: z.boolean(), problem: z.string().optional() }),
    anchors: z.array(AnchorJob),
  })
  .meta({ id: 'Anchors', description: 'The newest hundred anchors and their states, newest first.' });

export const AnchorRequested = z
  .strictObject({ state: z.literal('requested'), size: decimal })
  .meta({ id: 'AnchorRequested' });

export const Trust = z
  .looseObject({ format: z.literal('evidence-ledger/trust/v1'), log: z.looseObject({}), chain: z.looseObject({}) })
  .meta({
    id: 'Trust',
    description: 'The operator states this about itself: a verifier that uses it trusts the operator.',
  });

export const Rotations = z
  .strictObject({
    format: z.literal('evidence-ledger/rotations/v1'),
    log: z.array(z.string()).describe('signed notes: old and new key'),
    chain: z.array(z.strictObject({ logId: z.string(), from: z.string(), to: z.string() })),
  })
  .meta({
    id: 'Rotations',
    description: 'A statement shows who held the old key; a thief of the key can sign one too.',
  });

export const Alive = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Alive' });

export const Readiness = z
  .strictObject({
    status: z.enum(['ready', 'refusing']),
    reason: z.string().optional(),
    chain: z.enum(['reachable', 'unreachable']),
    scrub: z.looseObject({ passes: z.number().int(), findings: z.number().int() }),
    witnesses: z.record(z.string(), z.enum(WITNESS_STATES)),
  })
  .meta({ id: 'Readiness' });

export const ProblemBody = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(PROBLEM_CODES),
    detail: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .meta({
    id: 'Problem',
    description:
      'RFC 9457. `code` is stable, `type` leads to a page that explains it; `errors` name what is wrong in the body.',
  });

/** `evidence` as `Evidence`: part of the name of a schema or an operation. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
