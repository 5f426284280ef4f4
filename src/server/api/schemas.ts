import { z } from 'zod';
import { MAX_ENDORSEMENTS } from '../../protocol/chain/endorsement.ts';
import { WITNESS_STATES } from '../../log/witness-session.ts';
import { STEP_NAMES } from '../../protocol/verify/report.ts';
import { RECORD_STATES } from '../../text/record-states.ts';
import { PROBLEM_CODES } from '../../http/problem.ts';

/**
 * What the service answers, as the OpenAPI document shows it. Requests are validated by the schemas
 * of their routes; answers are not validated when they are sent: `test/server/openapi.test.ts`
 * holds real answers against these.
 */
export const SCHEMAS: z.core.$ZodRegistry<{ id: string; description?: string }> = z.registry();

const decimal = z.string().regex(/^(?:0|[1-9][0-9]*)$/);
const base64 = z.base64();
const hash32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const hexBytes = z.string().regex(/^0x(?:[0-9a-f]{2})+$/);
const time = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const json = z.unknown();
const section = z.record(z.string(), json);
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
  .register(SCHEMAS, { id: 'Endorsement', description: 'Who states to have audited this tree or a later one.' });
const Anchor = z
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
  .register(SCHEMAS, { id: 'Anchor', description: 'Where a checkpoint stands on the chain. Final ones only.' });

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
    disclosed: z.array(z.strictObject({ name: z.string(), salt: base64, value: json })),
  })
  .register(SCHEMAS, {
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
  .register(SCHEMAS, {
    id: 'Receipt',
    description: 'Proves that a record is in the log; `proof` is a C2SP tlog-proof.',
  });

export const Item = z
  .strictObject({
    id: uuid,
    number: z.string(),
    index: decimal,
    receivedAt: time,
    case: section,
    file: section,
    digests: section,
    hasContent: z.boolean(),
    state: z.enum(RECORD_STATES),
  })
  .register(SCHEMAS, { id: 'Item', description: 'What was registered, for people to look through.' });

export const ItemPage = z
  .strictObject({ size: decimal, items: z.array(Item), nextCursor: z.string().nullable() })
  .register(SCHEMAS, { id: 'ItemPage', description: 'A page of a listing that is bound to the tree size `size`.' });

export const ItemDetail = Item.extend({ record: DisclosedRecord }).register(SCHEMAS, { id: 'ItemDetail' });

export const Identifiers = z
  .strictObject({ id: uuid, number: z.string(), index: decimal })
  .register(SCHEMAS, { id: 'Identifiers' });

export const StoredContent = z
  .strictObject({
    digests: z.strictObject({ sha256, sm3: sha256 }),
    size: z.number().int().min(0),
    uploadToken: z.string(),
  })
  .register(SCHEMAS, { id: 'StoredContent', description: 'A registration with the token owns these bytes.' });

const finding = {
  status: z.enum(['pass', 'fail', 'unknown', 'none']),
  code: z.string(),
  expected: z.string().optional(),
  found: z.string().optional(),
};
const Step = z.strictObject({
  step: z.enum(STEP_NAMES),
  ...finding,
  sources: z.array(z.strictObject({ name: z.string(), ...finding })).optional(),
});
const block = z.strictObject({ blockNumber: decimal, blockHash: hash32, blockTime: time.optional() });
const verdict = z.enum(['VERIFIED', 'MISMATCH', 'NOT_FOUND', 'PENDING', 'INCONSISTENT', 'INDETERMINATE']);
const report = {
  verdict,
  scope: z.enum(['file', 'record']),
  independence: z.string(),
  trust: z.strictObject({ source: z.enum(['file', 'remembered', 'server']), sha256 }).nullable(),
  object: z
    .strictObject({
      kind: z.string(),
      id: z.string(),
      number: z.string(),
      origin: z.string(),
      size: decimal.nullable(),
      index: decimal.nullable(),
      receivedAt: z.string().nullable(),
      fileName: z.string().nullable(),
      caseNumber: z.string().nullable(),
      notBefore: block.nullable(),
      anchoredBy: block.nullable(),
    })
    .nullable(),
  steps: z.array(Step),
};
export const Report = z
  .strictObject({ by: z.literal('server'), ...report })
  .register(SCHEMAS, { id: 'Report', description: 'The verdict of the service on one receipt.' });

export const Reports = z
  .strictObject({ by: z.literal('server'), verdict, reports: z.array(z.strictObject(report)), more: z.boolean() })
  .register(SCHEMAS, {
    id: 'Reports',
    description:
      'The verdicts on the records that have the digest, oldest first; `more` where there are others, which were not judged.',
  });

const AnchorJob = z.strictObject({
  id: z.number().int(),
  state: z.string(),
  size: decimal,
  root: base64,
  txHash: hash32,
  createdAt: time,
  /** Transactions that this one takes the place of. */
  replaced: z.array(hash32).optional(),
  /** Blocks that it was in and that the chain gave up, oldest first. */
  formerBlocks: z.array(z.strictObject({ blockNumber: decimal, blockHash: hash32, blockTime: time })).optional(),
  failure: z.string().optional(),
  blockNumber: decimal.optional(),
  blockHash: hash32.optional(),
  blockTime: time.optional(),
  anchorIndex: decimal.optional(),
});
export const Anchors = z
  .strictObject({
    head: z.strictObject({ size: decimal, root: base64 }),
    published: z.strictObject({ size: decimal }),
    chain: z.strictObject({ reachable: z.boolean(), problem: z.string().optional() }),
    anchors: z.array(AnchorJob),
  })
  .register(SCHEMAS, { id: 'Anchors', description: 'The newest hundred anchors and their states, newest first.' });

export const AnchorRequested = z
  .strictObject({ state: z.literal('requested'), size: decimal })
  .register(SCHEMAS, { id: 'AnchorRequested' });

export const Trust = z
  .looseObject({ format: z.literal('evidence-ledger/trust/v1'), log: z.looseObject({}), chain: z.looseObject({}) })
  .register(SCHEMAS, { id: 'Trust', description: 'Whoever uses this trusts the operator for it.' });

export const Rotations = z
  .strictObject({
    format: z.literal('evidence-ledger/rotations/v1'),
    log: z.array(z.string()).describe('signed notes: old and new key'),
    chain: z.array(z.strictObject({ logId: z.string(), from: z.string(), to: z.string() })),
  })
  .register(SCHEMAS, { id: 'Rotations', description: 'A stolen key can sign one too: it shows who held the old key.' });

export const Alive = z.strictObject({ status: z.literal('ok') }).register(SCHEMAS, { id: 'Alive' });

export const Readiness = z
  .strictObject({
    status: z.enum(['ready', 'refusing']),
    reason: z.string().optional(),
    chain: z.enum(['reachable', 'unreachable']),
    scrub: z.looseObject({ passes: z.number().int(), findings: z.number().int() }),
    witnesses: z.record(z.string(), z.enum(WITNESS_STATES)),
  })
  .register(SCHEMAS, { id: 'Readiness' });

export const ProblemBody = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(PROBLEM_CODES),
    detail: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .register(SCHEMAS, {
    id: 'Problem',
    description: 'RFC 9457. `code` is stable; `errors` name what is wrong in the body.',
  });
