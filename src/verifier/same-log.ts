import { formatVkey } from '../protocol/note/vkey.ts';
import type { Trust } from '../protocol/trust.ts';

/**
 * Whether two trust files name one log: the same origin, and a key and a log id of the contract in
 * common, since those of the past stay in a trust file.
 */
export function isSameLog(one: Trust, other: Trust): boolean {
  const vkeysOf = ({ log }: Trust) => log.keys.map(({ key }) => formatVkey(key));
  const logIdsOf = ({ chain }: Trust) => chain.logs.map(({ logId }) => logId);
  return (
    one.log.origin === other.log.origin &&
    haveCommon(vkeysOf(one), vkeysOf(other)) &&
    haveCommon(logIdsOf(one), logIdsOf(other))
  );
}

function haveCommon(one: readonly string[], other: readonly string[]): boolean {
  return one.some((item) => other.includes(item));
}
