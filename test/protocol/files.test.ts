import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatAnchor, parseAnchor } from '../../src/protocol/chain/anchor.ts';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import type { Json } from '../../src/protocol/encoding/json.ts';
import { formatNote } from '../../src/protocol/note/note.ts';
import { MAX_RECEIPT_BYTES, parseReceipt, receiptJson as writeReceipt } from '../../src/protocol/receipt.ts';
import { MAX_SECTIONS, parseRecordHeader, recordEntry, recordRoot } from '../../src/protocol/record/header.ts';
import { recordKind } from '../../src/protocol/record/kinds.ts';
import { sectionCommitment } from '../../src/protocol/record/section.ts';
import {
  MAX_TRUST_BYTES,
  parseTrust,
  trustFingerprint,
  trustJson as writeTrust,
} from '../../src/protocol/trust-file.ts';
import { keysForSize, logIdForSize } from '../../src/protocol/trust.ts';
import { judgeRecord } from '../../src/protocol/verify/record-steps.ts';
import {
  anchorJson,
  checkpointNote,
  ORIGIN,
  receiptJson,
  type ReceiptJson,
  testLedger,
  trustJson,
  type TrustJson,
} from '../oracle/ledger.ts';
import { testKey } from '../oracle/note.ts';
import { codeOf } from './thrown.ts';

/** The exchanged files, parsed and formatted: record header, receipt, anchor and trust file. */

const ledger = testLedger();
const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();

describe('record', () => {
  test('a commitment and a root known from text written by hand', () => {
    const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    const value = { size: 3, name: '证据.txt', list: [true, null, -1] };
    const text = '{"name":"file","value":{"list":[true,null,-1],"name":"证据.txt","size":3}}';
    const commitment = digest(Buffer.concat([Buffer.from('evidence-ledger/section/v1\0'), salt, Buffer.from(text)]));
    expect(Buffer.from(sectionCommitment(sha256, { name: 'file', salt, value }))).toEqual(commitment);

    const header = {
      v: 1 as const,
      origin: 'log.example',
      kind: 'evidence',
      id: '01920000-0000-7000-8000-000000000000',
      number: 'N-1',
      sections: { file: commitment.toString('base64') },
    };
    const root = digest(
      `evidence-ledger/record/v1\0{"id":"01920000-0000-7000-8000-000000000000","kind":"evidence","number":"N-1","origin":"log.example","sections":{"file":"${commitment.toString('base64')}"},"v":1}`,
    );
    expect(Buffer.from(recordRoot(sha256, header))).toEqual(root);
    expect(Buffer.from(recordEntry(root))).toEqual(Buffer.concat([Buffer.of(1), root]));
  });

  test('the domains keep commitments, roots and leaves apart', () => {
    const salt = new Uint8Array(16);
    const one = sectionCommitment(sha256, { name: 'a', salt, value: null });
    expect(sectionCommitment(sha256, { name: 'b', salt, value: null })).not.toEqual(one);
    expect(sectionCommitment(sha256, { name: 'a', salt: salt.with(15, 1), value: null })).not.toEqual(one);
    expect(sectionCommitment(sha256, { name: 'a', salt, value: 0 })).not.toEqual(one);
    expect(codeOf(() => sectionCommitment(sha256, { name: 'a', salt, value: 0.5 }))).toBe('json-number-unsafe');
  });

  const header = ledger.records[0]!.header;
  test('a header is read as it was written', () => {
    const parsed = parseRecordHeader(structuredClone(header) as unknown as Json);
    expect({ ...parsed, sections: { ...parsed.sections } }).toEqual(header);
    expect(Object.getPrototypeOf(parsed.sections)).toBeNull();
  });

  const commitment = header.sections['file']!;
  test.each<readonly [string, object, string]>([
    ['another version', { v: 2 }, 'record-version-unknown'],
    ['a version as text', { v: '1' }, 'record-version-unknown'],
    ['no origin', { origin: '' }, 'origin-invalid'],
    ['an origin with a space', { origin: 'a b' }, 'origin-invalid'],
    ['a long origin', { origin: 'a'.repeat(256) }, 'shape-wrong'],
    ['an id that is a number', { id: 7 }, 'shape-wrong'],
    ['a long id', { id: 'a'.repeat(65) }, 'shape-wrong'],
    ['a long number', { number: 'a'.repeat(65) }, 'shape-wrong'],
    ['a long kind', { kind: 'a'.repeat(65) }, 'shape-wrong'],
    ['an unknown member', { extra: 1 }, 'shape-wrong'],
    ['sections in a list', { sections: [] }, 'shape-wrong'],
    ['a commitment that is no text', { sections: { file: 1 } }, 'shape-wrong'],
    ['a short commitment', { sections: { file: 'QUI=' } }, 'length-wrong'],
    ['a commitment without padding', { sections: { file: commitment.slice(0, -1) } }, 'base64-invalid'],
    ['a commitment in hex', { sections: { file: 'a'.repeat(64) } }, 'shape-wrong'],
    [
      'too many sections',
      { sections: Object.fromEntries(Array.from({ length: MAX_SECTIONS + 1 }, (_, i) => [`s${i}`, commitment])) },
      'shape-wrong',
    ],
  ])('a header is refused: %s', (_, change, code) => {
    expect(codeOf(() => parseRecordHeader({ ...header, ...change }))).toBe(code);
  });

  test('kinds are a closed list', () => {
    expect(recordKind('evidence')?.required).toEqual(['file', 'digests', 'case', 'registrant', 'time']);
    for (const kind of ['', 'Evidence', 'toString', '__proto__', 'constructor'])
      expect(recordKind(kind)).toBeUndefined();
    const sections = { toString: commitment, ...header.sections };
    const parsed = parseRecordHeader({ ...header, sections });
    expect(judgeRecord(sha256, parsed, [])).toMatchObject({ status: 'unknown', code: 'section-unknown' });
    const withOptional = parseRecordHeader({
      ...header,
      sections: { ...header.sections, collection: commitment },
    });
    expect(judgeRecord(sha256, withOptional, [])).toEqual({ status: 'pass', code: 'ok' });
  });
});

describe('receipt', () => {
  const receipt = (bend: (receipt: ReceiptJson) => void = () => {}) => {
    const json = receiptJson(ledger, 2, 5);
    bend(json);
    return json;
  };
  const read = (bend?: (receipt: ReceiptJson) => void) => parseReceipt(JSON.stringify(receipt(bend)));
  /** The code of each unreadable part. */
  const errors = (parsed: ReturnType<typeof parseReceipt>) =>
    Object.fromEntries(
      Object.entries(parsed).flatMap(([name, part]: [string, object]) =>
        'error' in part ? [[name, (part.error as { code: string }).code]] : [],
      ),
    );

  test.each([3, 5, 6, 7])('is read and written again, against the tree of %i', (size) => {
    const json = receiptJson(ledger, 2, size);
    const parsed = parseReceipt(Buffer.from(JSON.stringify(json)));
    expect(errors(parsed)).toEqual({});
    const { record, proof, anchor } = parsed;
    if (!('value' in record) || !('value' in proof) || !('value' in anchor)) throw new Error('unreadable');
    const written = writeReceipt({ ...record.value, proof: proof.value, anchor: anchor.value });
    expect(JSON.parse(JSON.stringify(written))).toEqual(json);
    expect(formatNote(proof.value.note)).toBe(checkpointNote(ledger, size));
  });

  test.each<readonly [string, string, string]>([
    ['no JSON', 'x', 'json-invalid'],
    ['a list', '[]', 'shape-wrong'],
    ['null', 'null', 'shape-wrong'],
    ['nothing in it', '{}', 'receipt-format-unknown'],
    ['another format', '{"format":"evidence-ledger/receipt/v2"}', 'receipt-format-unknown'],
    ['a format that is no text', '{"format":1}', 'receipt-format-unknown'],
    ['no parts', '{"format":"evidence-ledger/receipt/v1"}', 'shape-wrong'],
    ['too large', `"${'a'.repeat(MAX_RECEIPT_BYTES)}"`, 'json-too-large'],
  ])('not a receipt: %s', (_, source, code) => {
    expect(codeOf(() => parseReceipt(source))).toBe(code);
  });

  test('a duplicate or unknown member anywhere outside the parts', () => {
    const text = JSON.stringify(receipt());
    expect(codeOf(() => parseReceipt(text.replace('"proof":', '"anchor":null,"proof":')))).toBe('json-duplicate-name');
    expect(codeOf(() => parseReceipt(text.replace('"salt":', '"name":"x","salt":')))).toBe('json-duplicate-name');
    expect(codeOf(() => parseReceipt(text.replace('{', '{"extra":1,')))).toBe('shape-wrong');
  });

  test.each<readonly [string, (receipt: ReceiptJson) => unknown, Record<string, string>]>([
    ['an unknown member of the record', (r) => Object.assign(r.record, { extra: 1 }), { record: 'shape-wrong' }],
    [
      'an unknown member of a section',
      (r) => Object.assign(r.record.disclosed[0]!, { extra: 1 }),
      { record: 'shape-wrong' },
    ],
    ['an unknown member of the anchor', (r) => Object.assign(r.anchor!, { extra: 1 }), { anchor: 'shape-wrong' }],
    ['a section without a value', (r) => delete r.record.disclosed[0]!.value, { record: 'shape-wrong' }],
    ['a section twice', (r) => r.record.disclosed.push(r.record.disclosed[0]!), { record: 'section-repeated' }],
    ['a salt too short', (r) => (r.record.disclosed[0]!.salt = 'QUI='), { record: 'length-wrong' }],
    [
      'a salt too long',
      (r) => (r.record.disclosed[0]!.salt = Buffer.alloc(17).toString('base64')),
      { record: 'length-wrong' },
    ],
    ['a float in a value', (r) => (r.record.disclosed[0]!.value = { a: 1.5 }), { record: 'json-number-unsafe' }],
    ['a long section name', (r) => (r.record.disclosed[0]!.name = 'a'.repeat(65)), { record: 'shape-wrong' }],
    ['disclosed is no list', (r) => Object.assign(r.record, { disclosed: {} }), { record: 'shape-wrong' }],
    ['an unreadable header', (r) => (r.record.header.v = 9), { record: 'record-version-unknown' }],
    ['an unreadable proof', (r) => (r.proof = ''), { proof: 'proof-malformed' }],
    ['a proof that is no text', (r) => Object.assign(r, { proof: 1 }), { proof: 'shape-wrong' }],
    [
      'an extra line in the proof',
      (r) => (r.proof = r.proof.replace('index', 'extra QUI=\nindex')),
      { proof: 'proof-malformed' },
    ],
    ['an unreadable anchor', (r) => (r.anchor!.size = '05'), { anchor: 'decimal-invalid' }],
    [
      'all of them',
      (r) => [(r.record.header.v = 9), (r.proof = ''), (r.anchor!.size = 'x')],
      { record: 'record-version-unknown', proof: 'proof-malformed', anchor: 'decimal-invalid' },
    ],
  ])('one unreadable part does not hide the others: %s', (_, bend, expected) => {
    expect(errors(read(bend))).toEqual(expected);
  });
});

describe('anchor', () => {
  const anchor = anchorJson(ledger, 5)!;

  test('is read and written again', () => {
    expect(formatAnchor(parseAnchor(anchor as unknown as Json))).toEqual(anchor);
  });

  test.each<readonly [string, object, string]>([
    ['a number for a decimal', { size: 5 }, 'shape-wrong'],
    ['a chain id in hex', { chainId: '0x1' }, 'decimal-invalid'],
    ['a leading zero', { blockNumber: '012' }, 'decimal-invalid'],
    ['2^64', { anchorIndex: '18446744073709551616' }, 'decimal-too-large'],
    ['upper-case hex', { contract: `0x${'C0'.repeat(20)}` }, 'hex-invalid'],
    ['hex without 0x', { blockHash: 'a'.repeat(64) }, 'hex-invalid'],
    ['a short hash', { txHash: '0x00' }, 'length-wrong'],
    ['a long address', { contract: `0x${'00'.repeat(21)}` }, 'shape-wrong'],
    ['a root in hex', { root: `0x${'00'.repeat(20)}` }, 'base64-invalid'],
    ['a short root', { root: 'QUI=' }, 'length-wrong'],
    ['a negative position', { logPosition: -1 }, 'shape-wrong'],
    ['a fraction', { transactionIndex: 0.5 }, 'shape-wrong'],
    ['a text for a position', { logPosition: '1' }, 'shape-wrong'],
    ['a huge position', { logPosition: 1e9 }, 'shape-wrong'],
    ['an unknown member', { note: '' }, 'shape-wrong'],
  ])('is refused: %s', (_, change, code) => {
    expect(codeOf(() => parseAnchor({ ...anchor, ...change } as unknown as Json))).toBe(code);
  });

  test('each member is needed', () => {
    for (const name of Object.keys(anchor)) {
      const { [name as keyof typeof anchor]: _dropped, ...rest } = anchor;
      expect(
        codeOf(() => parseAnchor(rest as unknown as Json)),
        name,
      ).toBe('shape-wrong');
    }
  });
});

describe('trust file', () => {
  const repeat = <Item>(items: Item[], other: Partial<Item>) => items.push({ ...items[0]!, ...other });
  const json = (bend: (trust: TrustJson) => unknown = () => {}) => {
    const trust = trustJson(ledger);
    bend(trust);
    return trust;
  };
  const read = (bend?: (trust: TrustJson) => unknown) => parseTrust(JSON.stringify(json(bend)));
  const later = testKey(ORIGIN, 3);
  const full = (trust: TrustJson) => {
    trust.log.keys = [
      { vkey: ledger.key.vkey, fromSize: '0', toSize: '6' },
      { vkey: later.vkey, fromSize: '6' },
    ];
    trust.chain.logs.push({ logId: `0x${'ee'.repeat(32)}`, fromSize: '6' });
    trust.chain.finality = { confirmations: '12' };
    trust.chain.operatedBy = 'others';
    trust.witnessPolicy = 'quorum none\n';
    trust.endorsers = { k: 1, of: [`0x${'e1'.repeat(20)}`] };
    trust.pinnedCheckpoints = [checkpointNote(ledger, 3)];
    trust.pinnedBlocks = [{ number: '7', hash: ledger.chain.blockHash(7) }];
    trust.maxPendingMs = 1000;
  };

  test('the smallest and the fullest are read and written again', () => {
    expect(writeTrust(read())).toEqual(json());
    expect(writeTrust(read(full))).toEqual(json(full));
    expect(writeTrust(read((t) => (t.chain.finality = { tag: 'safe' })))).toMatchObject({
      chain: { finality: { tag: 'safe' } },
    });
  });

  test('keys and log ids hold for their sizes, both ends', () => {
    const trust = read(full);
    const names = (size: bigint) => keysForSize(trust, size).map(({ keyId }) => Buffer.from(keyId).toString('hex'));
    expect(names(0n)).toEqual([ledger.key.id.toString('hex')]);
    expect(names(5n)).toEqual([ledger.key.id.toString('hex')]);
    expect(names(6n)).toEqual([later.id.toString('hex')]);
    expect(names(2n ** 64n - 1n)).toEqual([later.id.toString('hex')]);
    expect(logIdForSize(trust.chain, 5n)).toBe(ledger.logId);
    expect(logIdForSize(trust.chain, 6n)).toBe(`0x${'ee'.repeat(32)}`);
    expect(logIdForSize({ ...trust.chain, logs: [] }, 6n)).toBeUndefined();
    expect(logIdForSize({ ...trust.chain, logs: [{ logId: 'a', fromSize: 7n }] }, 6n)).toBeUndefined();
    const unsorted = { ...trust.chain, logs: trust.chain.logs.toReversed() };
    expect(logIdForSize(unsorted, 5n)).toBe(ledger.logId);
    expect(logIdForSize(unsorted, 9n)).toBe(`0x${'ee'.repeat(32)}`);
  });

  test('the fingerprint is of every fact, whatever the spelling of the file', () => {
    const plain = trustFingerprint(read());
    const reordered = Object.fromEntries(Object.entries(json()).toReversed());
    expect(trustFingerprint(parseTrust(JSON.stringify(reordered, null, 4)))).toBe(plain);
    expect(trustFingerprint(read((t) => (t.chain.rpcUrls = ['http://other'])))).toBe(plain);
    const facts: readonly ((trust: TrustJson) => unknown)[] = [
      full,
      (t) => (t.log.keys[0]!.fromSize = '1'),
      (t) => (t.log.keys[0]!.toSize = '9'),
      (t) => (t.log.origin = 'other.example'),
      (t) => (t.chain.chainId = '1'),
      (t) => (t.chain.genesisHash = ledger.chain.blockHash(1)),
      (t) => (t.chain.contract = `0x${'00'.repeat(20)}`),
      (t) => (t.chain.codeHash = ledger.chain.blockHash(1)),
      (t) => (t.chain.logs = []),
      (t) => (t.chain.operatedBy = 'others'),
      (t) => (t.chain.finality = { confirmations: '1' }),
      (t) => (t.chain.sources = 2),
      (t) => (t.maxPendingMs = 1),
      (t) => (t.witnessPolicy = 'quorum none\n'),
    ];
    const prints = facts.map((bend) => trustFingerprint(read(bend)));
    expect(new Set([plain, ...prints]).size).toBe(facts.length + 1);
  });

  test.each<readonly [string, (trust: TrustJson) => unknown, string]>([
    ['another format', (t) => (t.format = 'evidence-ledger/trust/v3'), 'trust-format-unknown'],
    ['one key plain and revoked', (t) => t.log.keys.push({ ...t.log.keys[0]!, revokedAtBlock: '1' }), 'trust-repeated'],
    ['one key for two ranges', (t) => repeat(t.log.keys, { fromSize: '7' }), 'trust-repeated'],
    [
      'a key that ends before it begins',
      (t) => (t.log.keys[0] = { ...t.log.keys[0]!, fromSize: '7', toSize: '6' }),
      'shape-wrong',
    ],
    ['one log id twice', (t) => repeat(t.chain.logs, { fromSize: '7' }), 'trust-repeated'],
    ['two log ids from one size', (t) => repeat(t.chain.logs, { logId: `0x${'ee'.repeat(32)}` }), 'trust-repeated'],
    ['one node twice', (t) => (t.chain.rpcUrls = ['http://a', 'http://a']), 'trust-repeated'],
    [
      'two blocks of one number',
      (t) => (t.pinnedBlocks = [0, 1].map((i) => ({ number: '7', hash: ledger.chain.blockHash(i) }))),
      'trust-repeated',
    ],
    [
      'one checkpoint twice',
      (t) => (t.pinnedCheckpoints = [3, 3].map((size) => checkpointNote(ledger, size))),
      'trust-repeated',
    ],
    ['an unknown member', (t) => Object.assign(t, { extra: 1 }), 'shape-wrong'],
    ['an unknown member of log', (t) => Object.assign(t.log, { extra: 1 }), 'shape-wrong'],
    ['an unknown member of chain', (t) => Object.assign(t.chain, { extra: 1 }), 'shape-wrong'],
    ['an unknown member of a key', (t) => Object.assign(t.log.keys[0]!, { extra: 1 }), 'shape-wrong'],
    ['no keys', (t) => (t.log.keys = []), 'shape-wrong'],
    ['an invalid key', (t) => (t.log.keys[0]!.vkey = 'x'), 'vkey-malformed'],
    [
      'a key with another id',
      (t) => (t.log.keys[0]!.vkey = t.log.keys[0]!.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')),
      'vkey-id-wrong',
    ],
    ['a size as a number', (t) => Object.assign(t.log.keys[0]!, { fromSize: 0 }), 'shape-wrong'],
    ['an origin with a space', (t) => (t.log.origin = 'a b'), 'origin-invalid'],
    ['no sources', (t) => (t.chain.sources = 0), 'shape-wrong'],
    ['a fraction of a source', (t) => (t.chain.sources = 1.5), 'shape-wrong'],
    ['an unknown operator', (t) => (t.chain.operatedBy = 'nobody'), 'shape-wrong'],
    ['an unknown tag', (t) => (t.chain.finality = { tag: 'latest' }), 'shape-wrong'],
    ['no confirmations', (t) => (t.chain.finality = { confirmations: '0' }), 'shape-wrong'],
    ['tag and confirmations', (t) => (t.chain.finality = { tag: 'safe', confirmations: '1' }), 'shape-wrong'],
    ['no finality', (t) => (t.chain.finality = {}), 'shape-wrong'],
    [
      'an upper-case contract',
      (t) => (t.chain.contract = t.chain.contract.toUpperCase().replace('0X', '0x')),
      'hex-invalid',
    ],
    ['a short genesis hash', (t) => (t.chain.genesisHash = '0x00'), 'length-wrong'],
    ['a pin of another origin', (t) => [full(t), (t.log.origin = 'other.example')], 'shape-wrong'],
    ['a pin that is no checkpoint', (t) => (t.pinnedCheckpoints = ['x']), 'note-malformed'],
    ['pins that are null', (t) => Object.assign(t, { pinnedCheckpoints: null }), 'shape-wrong'],
    ['pinned blocks that are null', (t) => Object.assign(t, { pinnedBlocks: null }), 'shape-wrong'],
    ['node addresses that are null', (t) => Object.assign(t.chain, { rpcUrls: null }), 'shape-wrong'],
    ['more endorsements than endorsers', (t) => (t.endorsers = { k: 2, of: [`0x${'e1'.repeat(20)}`] }), 'shape-wrong'],
    [
      'an endorser twice',
      (t) => (t.endorsers = { k: 1, of: [`0x${'e1'.repeat(20)}`, `0x${'e1'.repeat(20)}`] }),
      'shape-wrong',
    ],
    ['no endorser', (t) => (t.endorsers = { k: 1, of: [] }), 'shape-wrong'],
    ['a pinned block without a hash', (t) => (t.pinnedBlocks = [{ number: '1' } as never]), 'shape-wrong'],
    ['a negative waiting time', (t) => (t.maxPendingMs = -1), 'shape-wrong'],
    ['a policy that is no text', (t) => Object.assign(t, { witnessPolicy: 1 }), 'shape-wrong'],
    ['a policy that cannot be read', (t) => (t.witnessPolicy = 'quorum court\n'), 'policy-malformed'],
  ])('is refused: %s', (_, bend, code) => {
    expect(codeOf(() => read(bend))).toBe(code);
  });

  test('duplicates, size, other JSON', () => {
    const text = JSON.stringify(json());
    expect(codeOf(() => parseTrust(text.replace('"chainId":', '"chainId":"1","chainId":')))).toBe(
      'json-duplicate-name',
    );
    expect(codeOf(() => parseTrust(`"${'a'.repeat(MAX_TRUST_BYTES)}"`))).toBe('json-too-large');
    for (const source of ['null', '[]', '7']) expect(codeOf(() => parseTrust(source))).toBe('shape-wrong');
  });
});
