import * as z from 'zod';
import type { NewEvent } from '../../people/directory-log.ts';
import { type Role, ROLES } from '../../people/persons.ts';
import type { ServerParts } from '../operation.ts';
import { apiKeyHash, formatApiKey } from './credential.ts';

/** A time as requests state it; becomes RFC 3339 in UTC with milliseconds. */
export const StatedTime = z.iso.datetime({ offset: true }).transform((stated) => new Date(stated).toISOString());

/** What a request for an API key states. The directory bounds its end. */
export const StatedKey = z.strictObject({
  role: z.enum(ROLES),
  label: z.string().trim().min(1).max(200),
  until: StatedTime.describe('in the future, and no more than a year from now'),
});

interface KeyFacts {
  readonly id: string;
  readonly by: string;
  readonly person: string;
  readonly role: Role;
  readonly label: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly until: string;
}

/** The event that makes an API key, and the key, which is shown once the event is durable. */
export function newApiKey(
  { random, hash }: Pick<ServerParts, 'random' | 'hash'>,
  { id, label, ...facts }: KeyFacts,
): { readonly event: NewEvent; readonly key: string } {
  const secret = random(32);
  const secretSha256 = apiKeyHash(hash, secret);
  return {
    event: { event: 'api-key-added', key: id, ...facts, secretSha256, personal: { label } },
    key: formatApiKey(id, secret),
  };
}
