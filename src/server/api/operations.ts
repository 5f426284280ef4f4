import { z } from 'zod';
import { BatchLine, Registration } from '../../kinds/evidence.ts';
import type { ProblemCode } from '../../http/problem.ts';
import { Question } from '../routes/verify.ts';
import type { Answer, Operation, Parameter } from './operation.ts';
import * as answers from './schemas.ts';

/**
 * The whole HTTP interface in one table: what `/openapi.json` shows, and what tells a wrong method
 * from a wrong path.
 */

const id: Parameter = { in: 'path', name: 'id', description: 'UUID of the record' };
const idempotencyKey: Parameter = {
  in: 'header',
  name: 'Idempotency-Key',
  description:
    'Kept for ever. The same key and body again give the same record (`Idempotent-Replayed: true`), the same key with another body 422. Line n of a batch uses `key:n`, unless it has an `idempotencyKey` of its own: then it is the single registration with that key.',
  pattern: '^[\\x21-\\x7e]{1,255}$',
};
const conditional: Parameter = { in: 'header', name: 'If-None-Match', description: 'ETag of an earlier answer' };
const query = (name: string, description: string, pattern?: string): Parameter => ({
  in: 'query',
  name,
  description,
  ...(pattern !== undefined && { pattern }),
});

const json = (description: string, schema: z.ZodType, headers?: Record<string, string>): Answer => ({
  description,
  mediaType: 'application/json',
  schema,
  ...(headers !== undefined && { headers }),
});
const unchanged: Answer = { description: 'not changed since that ETag' };
const ETAG = { ETag: 'changes when the answer does' };

/** A registration, and what may be wrong with it. */
const REGISTERING: readonly ProblemCode[] = [
  'json-invalid',
  'validation-failed',
  'body-incomplete',
  'body-timeout',
  'body-too-large',
  'media-type-unsupported',
  'idempotency-key-invalid',
  'idempotency-conflict',
  'digest-mismatch',
  'upload-unknown',
  'queue-full',
  'clock-behind',
  'too-many-files',
  'log-halted',
  'outside-head-missing',
  'self-check-failed',
  'store-failed',
  'stopping',
  'storage-full',
];

/** What every request can be answered with. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'request-unreadable',
  'host-unknown',
  'cross-origin',
  'method-not-allowed',
  'too-many-requests',
  'headers-too-large',
  'internal',
];

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/contents',
    id: 'storeContent',
    summary: 'Store the bytes of an evidence file; they are hashed on the way',
    parameters: [
      { in: 'header', name: 'Repr-Digest', description: 'RFC 9530, `sha-256=:…:`; compared with what arrived' },
    ],
    body: { mediaType: 'application/octet-stream' },
    answers: { 201: json('durable; a registration with the token owns these bytes', answers.StoredContent) },
    problems: [
      'body-incomplete',
      'body-timeout',
      'media-type-unsupported',
      'digest-mismatch',
      'repr-digest-invalid',
      'too-many-files',
      'storage-full',
    ],
  },
  {
    method: 'post',
    path: '/v1/evidence',
    id: 'registerEvidence',
    summary: 'Register one item of evidence; answered once it is durable',
    parameters: [idempotencyKey],
    body: { mediaType: 'application/json', schema: Registration },
    answers: {
      201: json('the receipt', answers.Receipt, {
        Location: 'the record',
        'Idempotent-Replayed': '`true` where the key was answered before',
      }),
    },
    problems: REGISTERING,
  },
  {
    method: 'post',
    path: '/v1/evidence/batch',
    id: 'registerBatch',
    summary: 'Register many; one line of answer for each line, in order: a receipt or a problem',
    parameters: [idempotencyKey, query('receipts', '`false`: identifiers instead of receipts', '^(true|false)$')],
    body: { mediaType: 'application/x-ndjson', schema: BatchLine },
    answers: {
      200: {
        description: 'lines of receipts (or identifiers) and problems',
        mediaType: 'application/x-ndjson',
        schema: z.union([answers.Receipt, answers.Identifiers, answers.ProblemBody]),
      },
    },
    problems: [
      'body-incomplete',
      'body-timeout',
      'media-type-unsupported',
      'idempotency-key-invalid',
      'validation-failed',
    ],
  },
  {
    method: 'get',
    path: '/v1/evidence',
    id: 'listEvidence',
    summary: 'Look up records, all or by one property, in order of registration',
    parameters: [
      query('case', 'case number; width and kind of brackets do not matter'),
      query('sha256', 'digest of a file', '^[0-9a-f]{64}$'),
      query('sm3', 'digest of a file', '^[0-9a-f]{64}$'),
      query('number', 'deposit number (存证编号)'),
      query('limit', 'records a page, 1 to 1000; 100 where not given', '^(?:[1-9][0-9]{0,2}|1000)$'),
      query('cursor', 'where to go on, as `nextCursor` or the `Link` header has it'),
      conditional,
    ],
    answers: {
      200: json('a page', answers.ItemPage, { ...ETAG, Link: '`rel="next"` where there is more' }),
      304: unchanged,
    },
    problems: ['validation-failed', 'cursor-invalid', 'index-damaged'],
  },
  {
    method: 'get',
    path: '/v1/evidence/{id}',
    id: 'showEvidence',
    summary: 'One record with its sections',
    parameters: [id, conditional],
    answers: { 200: json('the record', answers.ItemDetail, ETAG), 304: unchanged },
    problems: ['not-found', 'index-damaged'],
  },
  {
    method: 'get',
    path: '/v1/evidence/{id}/receipt',
    id: 'fetchReceipt',
    summary: 'The receipt, with the first final anchor that covers the record',
    parameters: [id, conditional],
    answers: { 200: json('the receipt', answers.Receipt, ETAG), 304: unchanged },
    problems: ['not-found', 'index-damaged'],
  },
  {
    method: 'get',
    path: '/v1/evidence/{id}/content',
    id: 'fetchContent',
    summary: 'The bytes as they were registered, or none of them',
    parameters: [
      id,
      conditional,
      { in: 'header', name: 'Range', description: 'one range of bytes' },
      { in: 'header', name: 'If-Range', description: 'ETag that the range is meant for' },
    ],
    answers: {
      200: { description: 'all bytes', mediaType: 'application/octet-stream', headers: ETAG },
      206: { description: 'the range', mediaType: 'application/octet-stream', headers: { 'Content-Range': 'which' } },
      304: unchanged,
    },
    problems: ['not-found', 'range-unsatisfiable', 'content-damaged', 'index-damaged', 'too-many-files'],
  },
  {
    method: 'post',
    path: '/v1/verify',
    id: 'verify',
    summary: 'The verdict of the service on a receipt, digests or both; whoever does not trust it verifies without it',
    body: { mediaType: 'application/json', schema: Question },
    answers: {
      200: json('a report, or one for each record with the digest', z.union([answers.Report, answers.Reports])),
    },
    problems: [
      'json-invalid',
      'validation-failed',
      'body-incomplete',
      'body-timeout',
      'body-too-large',
      'media-type-unsupported',
      'index-damaged',
    ],
  },
  {
    method: 'get',
    path: '/v1/anchors',
    id: 'listAnchors',
    summary: 'Anchors and their states',
    parameters: [conditional],
    answers: { 200: json('the newest hundred, newest first', answers.Anchors, ETAG), 304: unchanged },
    problems: ['index-damaged'],
  },
  {
    method: 'post',
    path: '/v1/anchors',
    id: 'requestAnchor',
    summary: 'Ask for an anchor now; at most one a second is made',
    answers: { 202: json('asked for', answers.AnchorRequested) },
  },
  {
    method: 'get',
    path: '/log/checkpoint',
    id: 'fetchCheckpoint',
    summary: 'The newest published checkpoint, a C2SP signed note',
    parameters: [conditional],
    answers: { 200: { description: 'the note', mediaType: 'text/plain', headers: ETAG }, 304: unchanged },
    problems: ['not-found'],
  },
  {
    method: 'get',
    path: '/log/tile/{path}',
    id: 'fetchTile',
    summary: 'A tile or an entry bundle as C2SP tlog-tiles has it; the path has slashes of its own',
    parameters: [{ in: 'path', name: 'path', description: '`0/000`, `entries/x001/234.p/56` …' }, conditional],
    answers: {
      200: { description: 'the bytes', mediaType: 'application/octet-stream', headers: ETAG },
      304: unchanged,
    },
    problems: ['tile-not-found', 'index-damaged'],
  },
  {
    method: 'get',
    path: '/trust.json',
    id: 'fetchTrust',
    summary: "The operator's own trust file",
    parameters: [conditional],
    answers: { 200: json('the trust file', answers.Trust, ETAG), 304: unchanged },
  },
  {
    method: 'get',
    path: '/rotations.json',
    id: 'fetchRotations',
    summary: 'Every change of keys that the operator states, signed by the keys that it was about',
    parameters: [conditional],
    answers: { 200: json('the changes', answers.Rotations, ETAG), 304: unchanged },
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'alive',
    summary: 'The process answers',
    answers: { 200: json('it does', answers.Alive) },
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'ready',
    summary: 'It registers, or why not',
    answers: { 200: json('ready', answers.Readiness), 503: json('refusing; `reason` says why', answers.Readiness) },
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    summary: 'Metrics in the text format of Prometheus',
    answers: { 200: { description: 'metrics', mediaType: 'text/plain' } },
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'describe',
    summary: 'This document',
    answers: { 200: json('OpenAPI 3.1', z.looseObject({ openapi: z.string() }), ETAG), 304: unchanged },
  },
  {
    method: 'get',
    path: '/docs',
    id: 'browse',
    summary: 'This document as a page',
    answers: { 200: { description: 'a page', mediaType: 'text/html' } },
  },
];
