import type { Request } from 'express';
import { LedgerError } from '../../text/ledger-error.ts';
import type { ServerParts } from '../operation.ts';
import { readCookie } from './cookies.ts';
import { apiKeyOf } from './credential.ts';

/**
 * Names the API key or the person of a request, for limits that hold wherever it comes from;
 * undefined for strangers, and for what shows no valid credential.
 */
export function principalKeys(parts: ServerParts): (request: Request) => string | undefined {
  const { people, sessions, hash, clock } = parts;
  return (request) => {
    if (!people.directory.hasPeople()) return undefined;
    try {
      const key = apiKeyOf(people.directory, hash, request.headers.authorization, clock());
      if (key !== undefined) return `key ${key.id}`;
    } catch (error) {
      // refused later, and counted for its address
      if (error instanceof LedgerError) return undefined;
      throw error;
    }
    const token = readCookie(request, 'session', parts);
    const person = token === undefined ? undefined : sessions.peek(token)?.person;
    return person === undefined ? undefined : `person ${person}`;
  };
}
