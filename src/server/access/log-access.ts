import type { Request, RequestHandler, Response } from 'express';
import { normalizeCaseNumber } from '../../kinds/case-number.ts';
import { may, type RightsObject } from '../../people/rights.ts';
import type { Operation, ServerParts } from '../operation.ts';
import { callerOf } from './authorize.ts';
import { LOGGED_ACTS } from './logged-acts.ts';

/**
 * Has what a person or the owner of the folder asks for in the access log before it is answered;
 * see `LOGGED_ACTS`. Follows `authorize`.
 */
export function logAccess(operation: Operation, parts: ServerParts): RequestHandler {
  const { act, id } = operation;
  const how = act === 'public' ? 'no' : LOGGED_ACTS[act];
  if (act === 'public' || how === 'no') {
    return (_request, response, next) => {
      response.locals['operation'] = id; // where it signs somebody in, that is logged
      next();
    };
  }
  return async (request, response, next) => {
    const caller = callerOf(response);
    if (caller.kind === 'person' || caller.kind === 'host') {
      const by = caller.kind === 'person' ? caller.person : 'host';
      await logAsked(parts, response, { by, act, operation: id, ...objectsOf(parts, request, response, operation) });
    }
    next();
  };
}

/** Has a sign-in in the access log, unless the request is there already. */
export async function logSignIn(parts: ServerParts, response: Response, person: string): Promise<void> {
  const operation = response.locals['operation'] as string | undefined;
  if (operation !== undefined) await logAsked(parts, response, { by: person, act: 'manage-own-account', operation });
}

/**
 * Has a search of a public operation in the access log before it is made; of strangers, nothing.
 */
export async function logSearch(parts: ServerParts, response: Response): Promise<void> {
  const caller = callerOf(response);
  if (caller.kind !== 'person') return;
  const operation = response.locals['operation'] as string;
  await logAsked(parts, response, { by: caller.person, act: 'search', operation });
}

async function logAsked(
  { access }: ServerParts,
  response: Response,
  asked: Asked & { readonly act: keyof typeof LOGGED_ACTS },
): Promise<void> {
  const key = response.locals['apiKey'] as string | undefined;
  const place = await access.ask({ ...asked, key }, LOGGED_ACTS[asked.act] === 'before');
  if (place === undefined) return;
  response.once('close', () => access.answer(place, response.writableFinished ? response.statusCode : 0));
}

interface Asked {
  readonly by: string;
  readonly operation: string;
  readonly record?: string | undefined;
  readonly case?: string | undefined;
}

/** The ids of what the request is about, as far as the ledger knows them. */
function objectsOf(
  parts: ServerParts,
  request: Request,
  response: Response,
  { path, act, object }: Operation,
): { readonly record?: string | undefined; readonly case?: string | undefined } {
  const { directory } = parts.people;
  if (object === 'record') {
    const found = response.locals['object'] as RightsObject | undefined;
    return { record: found?.record?.id, case: found?.case?.id };
  }
  const id = String(request.params['id']);
  if (path.startsWith('/v1/cases/{id}')) return { case: directory.case(id)?.id };
  if (path.startsWith('/v1/grants/{id}')) {
    return { case: directory.caseOfGrant(id)?.id, record: directory.recordGrant(id)?.record };
  }
  const number = request.query['case'];
  if (act !== 'search' || typeof number !== 'string' || number.length > 200) return {};
  const cases = directory.casesNumbered(normalizeCaseNumber(number));
  const caller = callerOf(response);
  return {
    case: cases.find((file) => may(directory, caller, 'look-at-case', { case: file }, parts.clock()) === 'yes')?.id,
  };
}
