import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../src/protocol/encoding/errors.ts';
import { edited, EDIT_KINDS } from '../fuzz/mutation.ts';
import { PARSERS } from './parsers.ts';

/**
 * Every parser of foreign bytes gives a value that formats to the same bytes, or throws an error
 * with a code, never another one.
 */

const edit = fc.record({
  kind: fc.constantFrom(...EDIT_KINDS),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  extent: fc.double({ min: 0, max: 0.999, noNaN: true }),
  value: fc.integer({ min: 0, max: 255 }),
});

describe.each(Object.entries(PARSERS))('%s', (_name, { read, seeds }) => {
  const sources = seeds.map((seed) => Buffer.from(seed));

  function expectRead(bytes: Uint8Array): void {
    try {
      const [again, source] = read(bytes) ?? [];
      expect(again).toBe(source);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      expect(error.code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    }
  }

  test('its seeds are read', () => {
    for (const source of sources) {
      const [again, spelt] = read(source) ?? [];
      expect(again).toBe(spelt);
    }
  });

  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectRead));
  });

  test('mutated valid input', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 6 }), (source, edits) =>
        expectRead(edited(source, edits, sources)),
      ),
      { numRuns: 500 },
    );
  });
});
