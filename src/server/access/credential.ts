import { timingSafeEqual } from 'node:crypto';
import type { Directory } from '../../people/directory.ts';
import type { ApiKey } from '../../people/persons.ts';
import { fromHex, toHex, utf8Bytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import { PeopleError } from '../../text/people-error.ts';

/**
 * API keys as programs send them: `evk_<id>_<secret>`, the id a UUID without hyphens, the secret 32
 * random bytes in base64url. The directory holds the SHA-256 of the secret alone.
 */

const API_KEY = /^evk_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const NOBODY = '0'.repeat(64);

/** The key with this id and secret, as it is shown once. */
export function formatApiKey(id: string, secret: Uint8Array): string {
  return `evk_${id.replaceAll('-', '')}_${Buffer.from(secret).toString('base64url')}`;
}

/** Lower-case hex of the hash that the directory keeps of a secret. */
export function apiKeyHash(hash: Sha256, secret: Uint8Array): string {
  return toHex(hash(utf8Bytes(Buffer.from(secret).toString('base64url'))));
}

/**
 * The key that a request shows in `Authorization: Bearer`; undefined where it shows nothing. Throws
 * `credential-invalid`, the same for a key that is malformed, unknown, revoked or has ended.
 */
export function apiKeyOf(
  directory: Directory,
  hash: Sha256,
  authorization: string | undefined,
  nowMs: number,
): ApiKey | undefined {
  if (authorization === undefined) return undefined;
  const [, ...parts] = API_KEY.exec(authorization.replace(/^Bearer /i, '')) ?? [];
  const secret = parts.pop() ?? '';
  const key = directory.apiKey(parts.join('-'), nowMs);
  // an unknown key is compared as well, so that it takes as long
  const expected = fromHex('secret', key?.secretSha256 ?? NOBODY);
  const isRight = timingSafeEqual(hash(utf8Bytes(secret)), expected);
  if (key === undefined || !isRight) throw new PeopleError('credential-invalid');
  return key;
}
