import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64, toHex } from '../../src/protocol/encoding/bytes.ts';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { canonicalJson, type Json } from '../../src/protocol/encoding/json.ts';
import { verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { verifyInclusion } from '../../src/protocol/merkle/inclusion.ts';
import { portableTreeHasher } from '../../src/protocol/merkle/tree-hasher.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { readReceipt } from '../../src/protocol/receipt.ts';
import { parseRecordHeader, recordEntry, recordRoot } from '../../src/protocol/record/header.ts';
import { sectionCommitment } from '../../src/protocol/record/section.ts';
import { readTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { checkNote, parseVkey } from '../../src/protocol/note/vkey.ts';
import type { ChainQuestion } from '../../src/protocol/chain/rpc.ts';
import { questionsFor, verifyReceipt } from '../../src/protocol/verify/verifier.ts';
import { vectorFiles } from '../oracle/vectors.ts';
import { complaints } from './scenario.ts';
import { codeOf } from './thrown.ts';

/** Tests src/protocol with the published vectors, which the code in test/oracle makes. */

const folder = join(import.meta.dirname, '../vectors');
const load = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

interface RecordFile {
  sections: { name: string; salt: string; value: Json; canonical: string; commitment: string }[];
  records: { header: Json; canonicalHeader: string; recordRoot: string; logEntry: string }[];
}
interface NoteFile {
  key: { vkey: string };
  cases: { name: string; note: string; expected: string }[];
}
interface ReceiptFile {
  trust: Json;
  cases: { name: string; expected: string; receipt: Json }[];
}
interface TrustFile {
  cases: { name: string; expected: string; code?: string; fingerprint?: string; trust: Json }[];
}
interface Exchange extends ChainQuestion {
  result: Json;
}
interface VerdictFile {
  cases: {
    name: string;
    expected: string;
    complaints: Record<string, string>;
    receipt: Json;
    trust: Json;
    file: { sha256: string; sm3: string; size: number } | null;
    now?: string;
    nodes: { name: string; exchanges: Exchange[] }[];
  }[];
}

test.each(Object.entries(vectorFiles()))('%s is what the oracle writes today', (name, file) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(`${JSON.stringify(file, null, 1)}\n`);
});

describe('record.json', () => {
  const { sections, records } = load('record.json') as RecordFile;

  test.each(sections)('section $name', ({ name, salt, value, canonical, commitment }) => {
    expect(canonicalJson({ name, value })).toBe(canonical);
    const section = { name, salt: fromBase64('salt', salt, 16), value };
    expect(toBase64(sectionCommitment(sha256, section))).toBe(commitment);
  });

  test.each(records)('record $recordRoot', ({ header, canonicalHeader, recordRoot: root, logEntry }) => {
    const parsed = parseRecordHeader(header);
    expect(canonicalJson({ ...parsed })).toBe(canonicalHeader);
    expect(toHex(recordRoot(sha256, parsed))).toBe(root);
    expect(toHex(recordEntry(recordRoot(sha256, parsed)))).toBe(logEntry);
  });
});

describe('note.json', () => {
  const { key, cases } = load('note.json') as NoteFile;

  test.each(cases)('$name: $expected', ({ note, expected }) => {
    const status = () => checkNote(parseNote(note), [parseVkey(key.vkey)]).status;
    const refused = codeOf(status);
    expect(refused === undefined ? status() : 'malformed').toBe(expected);
  });
});

describe('receipt.json', () => {
  const { trust, cases } = load('receipt.json') as ReceiptFile;

  test.each(cases)('$name: $expected', ({ receipt, expected }) => {
    const report = verifyReceipt({ receipt: readReceipt(receipt), trust: { source: 'file', value: readTrust(trust) } });
    expect(report.verdict).toBe(expected);
  });
});

describe('trust.json', () => {
  const { cases } = load('trust.json') as TrustFile;

  test.each(cases)('$name: $expected', ({ trust, expected, code, fingerprint }) => {
    const refused = codeOf(() => readTrust(trust));
    expect([refused === undefined ? 'read' : 'refused', refused]).toEqual([expected, code]);
    if (refused === undefined) expect(trustFingerprint(readTrust(trust))).toBe(fingerprint);
  });
});

describe('verdict.json', () => {
  const { cases } = load('verdict.json') as VerdictFile;

  test.each(cases)(
    '$name: $expected',
    ({ receipt: given, trust: trusted, file, now, nodes, expected, complaints: steps }) => {
      const [receipt, trust] = [readReceipt(given), readTrust(trusted)];
      const key = ({ method, params }: ChainQuestion) => canonicalJson([method, [...params]]);
      const chain = nodes.map(({ name, exchanges }) => ({
        name,
        address: name,
        by: 'verifier' as const,
        answers: questionsFor(receipt, trust).map((question) => {
          const exchange = exchanges.find((one) => key(one) === key(question));
          expect(exchange, key(question)).toBeDefined();
          return exchange!.result;
        }),
      }));
      const report = verifyReceipt({
        receipt,
        trust: { source: 'file', value: trust },
        ...(file !== null && { file }),
        ...(now !== undefined && { nowMs: Date.parse(now) }),
        chain,
      });
      expect([report.verdict, complaints(report)]).toEqual([expected, steps]);
    },
  );
});

describe('merkle/*.json', () => {
  interface Proofs<T> {
    cases: (T & { name: string; proof: string[]; expected: boolean })[];
  }
  const hash = (text: string) => Buffer.from(text.slice(2), 'hex');

  test('inclusion', () => {
    type Case = { leafHash: string; index: string; size: string; root: string };
    const { cases } = load('merkle/inclusion.json') as Proofs<Case>;
    expect(cases.length).toBeGreaterThan(50);
    for (const { name, leafHash, index, size, proof, root, expected } of cases) {
      const path = proof.map(hash);
      const found = verifyInclusion(portableTreeHasher, hash(leafHash), BigInt(index), BigInt(size), path, hash(root));
      expect(found, name).toBe(expected);
    }
  });

  test('consistency', () => {
    type Case = { oldSize: string; newSize: string; oldRoot: string; newRoot: string };
    const { cases } = load('merkle/consistency.json') as Proofs<Case>;
    expect(cases.length).toBeGreaterThan(50);
    for (const { name, oldSize, newSize, oldRoot, newRoot, proof, expected } of cases) {
      const [m, n] = [BigInt(oldSize), BigInt(newSize)];
      const hashes = proof.map(hash);
      const found = verifyConsistency(portableTreeHasher, m, n, hash(oldRoot), hash(newRoot), hashes);
      // For the empty tree the contract returns false and leaves the case to its caller; here the
      // caller's case is tested.
      const isFromEmpty = m === 0n && n > 0n && proof.length === 0 && hash(oldRoot).equals(portableTreeHasher.empty);
      expect(found, name).toBe(expected || isFromEmpty);
    }
  });
});
