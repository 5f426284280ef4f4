import type { JsonObject } from '../protocol/encoding/json.ts';
import { text, wrong } from '../protocol/encoding/shape.ts';

const API_KEY = /^evk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/;

/** The member `key` of an answer, `evk_` with id and secret; throws `ProtocolError`. */
export function parseApiKey(answer: JsonObject): string {
  const key = text('key', answer['key'], 200);
  if (!API_KEY.test(key)) throw wrong('key does not have its form', { place: 'key' });
  return key;
}
