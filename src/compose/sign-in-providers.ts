import { resolve, dirname } from 'node:path';
import { readBoundedFileSync } from '../adapters/files/read-bounded.ts';
import { readSecretFile } from '../adapters/files/secret-file.ts';
import { type Json, parseJson } from '../protocol/encoding/json.ts';
import { list, members, text } from '../protocol/encoding/shape.ts';
import { isPlainAddress } from '../protocol/encoding/http.ts';
import type { ProviderSettings } from '../server/access/providers.ts';
import { errorText } from '../text/error-text.ts';
import { PeopleError } from '../text/people-error.ts';
import { SIGN_IN_FAULTS } from '../text/people.ts';

const MAX_FILE_BYTES = 64 * 1024;
const MAX_PROVIDERS = 8;
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/**
 * Reads the providers of OpenID Connect: a JSON list of `{id, name, issuer, clientId, secretFile}`,
 * with `algorithm` where ID tokens are not signed with RS256. Throws `providers-wrong`; of a file
 * with a secret that others can read `key-unreadable`.
 */
export function readProviders(file: string | undefined): readonly ProviderSettings[] {
  if (file === undefined) return [];
  const wrong = (fault: unknown) =>
    new PeopleError('providers-wrong', { file, reason: errorText(fault), cause: fault });
  let stated: readonly Omit<ProviderSettings & { readonly secretFile: string }, 'clientSecret'>[];
  try {
    const items = parseJson('providers', readBoundedFileSync(file, MAX_FILE_BYTES), MAX_FILE_BYTES);
    stated = list('providers', items, MAX_PROVIDERS).map(providerOf);
  } catch (error) {
    throw wrong(error);
  }
  const isRepeated = (name: 'id' | 'issuer') => new Set(stated.map((each) => each[name])).size < stated.length;
  if (isRepeated('id') || isRepeated('issuer')) {
    throw new PeopleError('providers-wrong', { file, reason: SIGN_IN_FAULTS.repeated });
  }
  for (const { id, issuer, algorithm } of stated) {
    const reason = faultOf(id, issuer, algorithm);
    if (reason !== undefined) throw new PeopleError('providers-wrong', { file, reason });
  }
  return stated.map(({ secretFile, ...provider }) => ({
    ...provider,
    clientSecret: readSecretFile(resolve(dirname(file), secretFile)),
  }));
}

function providerOf(value: Json) {
  const MEMBERS = ['id', 'name', 'issuer', 'clientId', 'secretFile'];
  const stated = members('provider', value, MEMBERS, ['algorithm']);
  const textOf = (name: string) => text(name, stated[name], 1024);
  return {
    id: textOf('id'),
    name: textOf('name'),
    issuer: textOf('issuer'),
    clientId: textOf('clientId'),
    secretFile: textOf('secretFile'),
    algorithm: stated['algorithm'] === undefined ? 'RS256' : textOf('algorithm'),
  };
}

function faultOf(id: string, issuer: string, algorithm: string) {
  if (!/^[a-z0-9-]{1,40}$/.test(id)) return SIGN_IN_FAULTS.id;
  if (!ALGORITHMS.includes(algorithm)) return SIGN_IN_FAULTS.algorithm;
  if (!URL.canParse(issuer) || !isPlainAddress(issuer)) return SIGN_IN_FAULTS.issuer;
  const { protocol, hostname } = new URL(issuer);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal) ? undefined : SIGN_IN_FAULTS.issuer;
}
