import { expect, test } from 'vitest';
import { expressPath, RouteTable } from '../../src/http/route-table.ts';

const table = new RouteTable([
  { method: 'get', path: '/v1/things/{id}' },
  { method: 'post', path: '/v1/things/batch' },
  { method: 'get', path: '/v1/things/{id}/receipt' },
  { method: 'get', path: '/tile/{path}' },
  { method: 'get', path: '/trust.json' },
]);

test.each([
  ['/v1/things/7', '/v1/things/{id}'],
  ['/v1/things/batch', '/v1/things/batch'],
  ['/v1/things/7/receipt', '/v1/things/{id}/receipt'],
  ['/tile/0/x001/000.p/3', '/tile/{path}'],
  ['/trust.json', '/trust.json'],
  ['/trustXjson', undefined],
  ['/v1/things/', undefined],
  ['/v1/things/7/', undefined],
  ['/v1/things/7/more', undefined],
  ['/tile/', undefined],
])('%s is at %s', (path, expected) => {
  expect(table.at(path)?.path).toBe(expected);
});

test('a template in the spelling of Express', () => {
  expect(expressPath('/v1/things/{id}/receipt')).toBe('/v1/things/:id/receipt');
  expect(expressPath('/tile/{path}')).toBe('/tile/*path');
});
