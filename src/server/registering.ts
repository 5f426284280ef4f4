import type { Request, Response } from 'express';
import * as z from 'zod';
import type { RegistrableSchema } from '../kinds/schema.ts';
import { caseFault, caseForms, readCaseNumber } from '../kinds/cases/read-case-number.ts';
import { LOOK_UPS, lookupsOf } from '../kinds/look-ups.ts';
import { type AnyRegistration, lastingStatement, type SeenContent } from '../kinds/view.ts';
import type { IdempotencyMark } from '../log/model.ts';
import type { RecordDraft } from '../log/new-record.ts';
import type { RegisteredRecord } from '../log/sequencer.ts';
import { hashOfParts } from '../protocol/encoding/hash.ts';
import { canonicalJson, type Json } from '../protocol/encoding/json.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { bilingual } from '../text/message.ts';
import { DETAILS } from '../text/problem-details.ts';
import type { ProblemCode } from '../http/problem.ts';
import { type Registrant, registrantOf } from './access/registrant.ts';
import type { ServerContext } from './context.ts';
import type { ServerParts } from './operation.ts';

export const MAX_REGISTRATION_BYTES = 64 * 1024;
const MAX_KEY_LENGTH = 255;

/** Problems that a registration can be answered with. */
export const REGISTRATION_PROBLEMS: readonly ProblemCode[] = [
  'json-invalid',
  'validation-failed',
  'case-not-recognised',
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
  'clock-ahead',
  'too-many-files',
  'log-halted',
  'outside-head-missing',
  'witness-disagrees',
  'self-check-failed',
  'store-failed',
  'stopping',
  'storage-full',
];

export const IDEMPOTENCY_KEY = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .describe(
      'Kept for ever. The same key with the same body gives the same record again (`Idempotent-Replayed: true`), the same key with another body 422. Line n of a batch uses `key:n`, unless it has an `idempotencyKey` of its own: then it is the single registration with that key.',
    ),
});

/** Throws `idempotency-key-invalid`. */
export function idempotencyKey(request: Request): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key) || key.length > MAX_KEY_LENGTH) {
    throw new LedgerError('idempotency-key-invalid');
  }
  return key;
}

/** An idempotency key and the route that it counts for. */
export interface KeyedRoute {
  readonly route: string;
  readonly key: string;
}

/** What a route hands over to be registered. */
export interface RegistrationRequest {
  readonly schema: RegistrableSchema;
  /** Valid by the schema. */
  readonly value: AnyRegistration;
  readonly keyed: KeyedRoute | undefined;
}

export type RegistrationOutcome = RegisteredRecord & { readonly isReplayed: boolean };

/**
 * Registers; resolves once the record is durable and its case is open. Throws the codes of
 * `REGISTRATION_PROBLEMS`, with nothing registered; only where the case cannot be opened after the
 * record is durable, the record stays, and a retry with its idempotency key ends it.
 */
export async function register(
  context: ServerParts,
  response: Response,
  { schema, value, keyed }: RegistrationRequest,
): Promise<RegistrationOutcome> {
  if (context.isStopping()) throw new LedgerError('stopping');
  const registrant = registrantOf(context, response, caseNumberOf(schema, value));
  const outcome = await registerOnce(context, registrant, { schema, value, keyed });
  // a refused registration opens no case; after a crash in between, a retry or the next one does
  await registrant.openCase();
  return outcome;
}

async function registerOnce(
  context: ServerParts,
  registrant: Registrant,
  { schema, value, keyed }: RegistrationRequest,
): Promise<RegistrationOutcome> {
  const mark = keyed && markOf(context, registrant, keyed, lastingStatement(value));
  try {
    const draft = await draftOf(context, schema, value, registrant);
    const registered = await context.log.register({ ...draft, mark });
    return { ...registered, isReplayed: registered.head === undefined };
  } catch (error) {
    // What was carried out before is answered again, whatever prevents a new registration now.
    const replayed = mark && (await context.log.replayed(mark));
    if (replayed === undefined) throw error;
    return { ...replayed, isReplayed: true };
  }
}

async function draftOf(
  context: ServerParts,
  schema: RegistrableSchema,
  value: AnyRegistration,
  registrant: Registrant,
): Promise<RecordDraft> {
  requireRecognisedCase(context, value.case);
  await context.disk.requireRoom();
  const content =
    value.uploadToken === undefined ? undefined : uploadedContent(context, schema, value, registrant.scope);
  const sections = { ...schema.view.sectionsOf(value, content), registrant: registrant.section };
  registrant.requireStill();
  return {
    kind: schema.view.name,
    sections,
    lookups: lookupsOf(schema.view, sections),
    content: content?.sha256,
  };
}

/** The case number that look-ups compare; undefined where the registration states none. */
function caseNumberOf({ view }: RegistrableSchema, stated: AnyRegistration): string | undefined {
  return stated.case === undefined ? undefined : LOOK_UPS[view.name]?.['case']?.normalize(stated.case.number);
}

/** Throws `case-not-recognised`, unless the number is stated to be meant as it is. */
function requireRecognisedCase({ caseFormats }: ServerContext, stated: AnyRegistration['case']): void {
  if (stated === undefined || stated.asIs === true) return;
  const { number } = stated;
  if (readCaseNumber(number, caseFormats) !== undefined) return;
  const reason = caseFault(number);
  const forms = caseForms(caseFormats);
  const errors = [{ pointer: '/case/number', code: 'value-wrong', detail: reason }];
  throw new LedgerError('case-not-recognised', { number, reason, forms, errors });
}

/** Throws `upload-unknown`, or `digest-mismatch` where the registration states another content. */
function uploadedContent(
  context: ServerContext,
  schema: RegistrableSchema,
  value: AnyRegistration,
  uploader: Json,
): SeenContent {
  const content = context.uploads.open(value.uploadToken!, uploader);
  if (content === undefined) throw new LedgerError('upload-unknown');
  const mismatch = schema.contentMismatch(value, content);
  if (mismatch === undefined) return content;
  const { pointer, found, expected } = mismatch;
  const reason = bilingual(DETAILS.uploadDiffers, { found, expected });
  throw new LedgerError('upload/digest-mismatch', {
    member: pointer,
    found,
    expected,
    errors: [{ pointer, code: 'digest-mismatch', detail: reason }],
  });
}

/** The upload token is not part of the request's digest: a retry has another one. */
function markOf(
  context: ServerContext,
  { scope }: Registrant,
  { route, key }: KeyedRoute,
  stated: object,
): IdempotencyMark {
  const digest = (value: Json) => hashOfParts(context.hash, canonicalJson(value));
  return { scope: digest([scope, route, key]), request: digest(stated as Json) };
}
