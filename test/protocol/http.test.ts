import { describe, expect, test } from 'vitest';
import { BodyTooLarge, isPlainAddress, parseRetryAfter, readBoundedBody } from '../../src/protocol/encoding/http.ts';

describe('a bounded body', () => {
  const bodyOf = (...sizes: number[]) => ({
    body: (async function* () {
      for (const size of sizes) yield new Uint8Array(size).fill(size);
    })(),
  });

  test('is read whole, up to the limit', async () => {
    expect(await readBoundedBody(bodyOf(1, 0, 2), 3)).toEqual(Uint8Array.of(1, 2, 2));
    expect(await readBoundedBody({ body: null }, 0)).toEqual(new Uint8Array(0));
  });

  test('is given up with the first byte beyond the limit', async () => {
    const body = bodyOf(2, 2, 2);
    await expect(readBoundedBody(body, 3)).rejects.toEqual(new BodyTooLarge(3));
    expect(await body.body.next()).toEqual({ done: true, value: undefined });
  });
});

test('Retry-After is whole seconds', () => {
  expect(['7', '0', '999999'].map(parseRetryAfter)).toEqual([7000, 0, 999_999_000]);
  for (const header of [null, '', '-1', '1.5', '1e3', '1000000', ' 1', 'Thu, 01 Jan 2026 00:00:00 GMT']) {
    expect([header, parseRetryAfter(header)]).toEqual([header, undefined]);
  }
});

test.each([
  ['http://a.test', true],
  ['HTTPS://A.test:8443/witness/', true],
  ['http://127.0.0.1:8080', true],
  ['http://[::1]:8080/x', true],
  ['http://见证.example/x', true],
  ['ftp://a.test', false],
  ['a.test', false],
  ['http://', false],
  ['http:a.test', false],
  ['http://u@a.test', false],
  ['http://u:p@a.test/x', false],
  ['http://a.test\\@b.test', false],
  ['http://a.test?key=1', false],
  ['http://a.test/x?', false],
  ['http://a.test/x#y', false],
  ['http://a.test/x y', false],
  ['http://[::1', false],
])('%s is a plain address: %s', (url, expected) => {
  expect(isPlainAddress(url)).toBe(expected);
});
