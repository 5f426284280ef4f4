import type { Request, Response } from 'express';
import * as z from 'zod';
import type { ProblemCode } from '../http/problem.ts';
import { isUuid, uuidV7 } from '../kinds/record-id.ts';
import type { NewEvent } from '../people/directory-log.ts';
import type { Act, RightsObject } from '../people/rights.ts';
import type { Json } from '../protocol/encoding/json.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { callerOf, changeAs, requireRight } from './access/authorize.ts';
import { caseObject, grantedObject } from './access/case-object.ts';
import { readSmallBody, SMALL_BODY_PROBLEMS } from './access/json-request.ts';
import { recordObject } from './access/record-object.ts';
import { type DefinedOperation, define, jsonAnswer, type ServerParts } from './operation.ts';
import { RATES } from './rates.ts';
import { findRecord } from './records.ts';

interface Asked<Body> {
  readonly parts: ServerParts;
  readonly body: Body;
  /** The path's `id`. */
  readonly id: string;
  /** The person who asks, or `host`. */
  readonly by: string;
  /** A new id. */
  readonly newId: string;
}

interface Made {
  readonly event: NewEvent;
  /** What the answer holds besides the id, once the event is durable. */
  readonly answer?: () => Promise<Readonly<Record<string, Json>>>;
}

/** A change of the directory that may be asked for. */
interface Command<Body> {
  readonly path: string;
  readonly id: string;
  readonly act: Act;
  /** What the path's `id` names, where rights depend on it. */
  readonly object?: 'case' | 'grant' | 'record';
  readonly summary: string;
  readonly body: z.ZodType<Body>;
  readonly example: Json;
  readonly answer?: z.ZodObject;
  readonly answerExample?: Readonly<Record<string, Json>>;
  readonly make: (asked: Asked<Body>) => Made;
}

/** An id, for examples. */
export const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';

/** Codes with which the directory refuses a change. */
const REFUSALS = [
  'name-taken',
  'organisation-closed',
  'organisation-in-use',
  'person-left',
  'last-admin',
  'last-supervisor',
  'api-key-of-other',
  'roles-incompatible',
  'role-not-of-organisation',
  'role-not-held',
  'until-past',
  'api-key-too-long',
  'successor-foreign',
  'assignment-foreign',
  'assignment-role',
  'grant-to-owner',
  'grant-ended',
  'restore-not-pending',
  'restore-unconfirmed',
  'record-published',
  'record-not-published',
  'identity-taken',
  'identity-unknown',
  'organisation-unknown',
  'person-unknown',
  'api-key-unknown',
  'not-found',
  'store-failed',
  'storage-full',
] as const satisfies readonly ProblemCode[];

/**
 * The operation of a command: checks the right to it where that depends on an object, makes the
 * event, and answers once it is durable.
 */
export function command<Body>({
  path,
  id,
  act,
  object,
  summary,
  body,
  example,
  ...more
}: Command<Body>): DefinedOperation {
  const answer = z.strictObject({ id: z.string().nullable(), ...more.answer?.shape });
  return define(
    {
      method: 'post',
      path,
      id,
      tag: 'people',
      act,
      ...(object !== undefined && { object: object === 'record' ? object : ('in-handler' as const) }),
      summary,
      rate: RATES.write,
      ...(path.includes('{id}') && { parameters: { path: z.object({ id: z.string() }) } }),
      body: { mediaType: 'application/json', schema: body, example },
      answers: { 200: jsonAnswer('done and durable', answer, { id: ID, ...more.answerExample }) },
      problems: [...SMALL_BODY_PROBLEMS, ...REFUSALS],
    },
    (parts) => async (request, response) => {
      const found = object && (await OBJECTS[object](parts, request));
      // before the body is judged, so that nothing hidden shows
      requireRight(parts, response, act, found?.());
      const named = String(request.params['id']);
      if (path.includes('{id}') && object === undefined && !isUuid(named)) throw new LedgerError('not-found');
      const asked = {
        parts,
        body: await readSmallBody(parts, request, body),
        id: named,
        by: personOf(response),
        newId: uuidV7(parts.clock(), parts.random(10)),
      };
      const made = await changed(parts, response, { act, object: found }, () => more.make(asked));
      const answered = (await made.answer?.()) ?? {};
      response.setHeader('Cache-Control', 'no-store').json({ id: idOf(made.event, asked.newId), ...answered });
    },
  );
}

/** What the path's `id` names, as it is whenever it is asked for; each throws `not-found`. */
const OBJECTS = {
  case: async (parts, request) => () => caseObject(parts, request),
  grant: async (parts, request) => grantedObject(parts, request),
  record: async (parts, request) => {
    const { record } = await findRecord(parts, request);
    return () => recordObject(parts.people.directory, record);
  },
} satisfies Readonly<Record<string, (parts: ServerParts, request: Request) => Promise<() => RightsObject>>>;

/** Makes the change where the caller may, and resolves to it once it is durable. */
async function changed(
  parts: ServerParts,
  response: Response,
  judged: Parameters<typeof changeAs>[2],
  make: () => Made,
): Promise<Made> {
  let made: Made | undefined;
  await changeAs(parts, response, judged, () => (made = make()).event);
  return made!;
}

function personOf(response: Response): string {
  const caller = callerOf(response);
  return caller.kind === 'person' ? caller.person : 'host';
}

/** The id of what the event made; null where it made nothing. */
function idOf(event: NewEvent, newId: string): string | null {
  return Object.values(event).includes(newId) ? newId : null;
}
