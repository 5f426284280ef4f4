/** The network of an address: 24 bits of IPv4, 64 of IPv6, as the access log counts them. */
export function addressPrefix(address: string): string {
  const [, mapped = address] = /^::ffff:([0-9.]+)$/i.exec(address) ?? [];
  if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(mapped)) return `${mapped.slice(0, mapped.lastIndexOf('.'))}.0/24`;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const [before, after] = [head, tail].map((part) => (part === undefined || part === '' ? [] : part.split(':')));
  const missing = tail === undefined ? 0 : 8 - before!.length - after!.length;
  const groups = [...before!, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after!];
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return 'unknown';
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
