import { ProtocolError } from './errors.ts';

export const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * A number in decimal digits without sign or leading zeros, at most 2^64 - 1, such as tree sizes,
 * indexes, block numbers and chain ids. Throws `decimal-invalid` or `decimal-too-large`; `what`
 * names the value in the message.
 */
export function parseDecimal(what: string, text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) {
    throw new ProtocolError('decimal-invalid', `${what} is not a decimal without leading zeros`, { place: what });
  }
  const value = BigInt(text);
  if (value > MAX_UINT64) {
    throw new ProtocolError('decimal-too-large', `${what} is larger than 2^64 - 1`, { place: what, found: text });
  }
  return value;
}
