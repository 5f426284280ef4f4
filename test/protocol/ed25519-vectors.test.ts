import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { verifyEd25519 } from '../../src/protocol/note/vkey.ts';

interface Vector {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

const file = new URL('../fixtures/cctv-ed25519/vectors.ndjson.br', import.meta.url);
const vectors = brotliDecompressSync(readFileSync(file))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

/**
 * What PROTOCOL.md section 4 refuses: points of small order, encodings that are not canonical, and
 * signatures that hold only after multiplication by the cofactor. A component of small order in a
 * larger point is no reason to refuse.
 */
const REFUSED = ['low_order_A', 'low_order_R', 'non_canonical_A', 'non_canonical_R', 'low_order_residue'];

describe('the Ed25519 vectors of C2SP/CCTV', () => {
  test('are complete', () => {
    expect(vectors).toHaveLength(914);
  });

  test('are accepted or refused by their flags', () => {
    const wrong = vectors.filter(({ key, sig, msg, flags }) => {
      const expected = !(flags ?? []).some((flag) => REFUSED.includes(flag));
      return verifyEd25519(Buffer.from(key, 'hex'), Buffer.from(msg), Buffer.from(sig, 'hex')) !== expected;
    });
    expect(wrong.map(({ number, flags }) => `${number}: ${flags?.join(' ')}`)).toEqual([]);
  });
});
