import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { utf8Bytes } from '../../protocol/encoding/bytes.ts';

/** Begins the token of the data folder's owner. */
export const HOST_TOKEN_PREFIX = 'evh_';

/** Whether the request shows the token that lies in the data folder. */
export function showsHostToken({ headers }: IncomingMessage, hostToken: string): boolean {
  const shown = headers.authorization?.replace(/^Bearer /i, '') ?? '';
  if (!shown.startsWith(HOST_TOKEN_PREFIX)) return false;
  const [given, expected] = [shown, hostToken].map((token) => utf8Bytes(token.slice(0, 200)));
  return given!.length === expected!.length && timingSafeEqual(given!, expected!);
}
