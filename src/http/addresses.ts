import { isIP, isIPv4 } from 'node:net';

/** Whether a text is an address, or the prefix of a network: `192.0.2.7`, `2001:db8::/32`. */
export function isAddressRange(text: string): boolean {
  const [address, bits, ...more] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address!)]!;
  const isPrefix = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= longest);
  return longest > 0 && isPrefix && more.length === 0;
}

/** In one spelling, without a zone; an IPv4 address within an IPv6 one is that IPv4 address. */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:([0-9.]+)$/.exec(bare)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : bare;
}
