import { expect, test } from 'vitest';
import { addressPrefix } from '../../src/server/access/address-prefix.ts';

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', 'unknown'],
  ['x'.repeat(1000), 'unknown'],
])('%s is of %s', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});
