import { mth, path, sha256 } from './merkle.ts';
import { checkpointText, signatureLine, signedNote, signText, testKey, tlogProof } from './note.ts';
import { jcs } from './jcs.ts';
import { checkpointNote, ORIGIN, receiptJson, type TestLedger, testLedger, trustJson } from './ledger.ts';
import { torsionSignature } from './torsion.ts';
import { trustVectors } from './trust-vectors.ts';
import { verdictVectors } from './verdict-vectors.ts';
import { commitment, logEntry, makeRecord, recordRoot, type SectionJson } from './record.ts';

/**
 * The published vectors of records, notes, receipts, trust files and verdicts, for other
 * implementations. The code of this folder makes them, which shares nothing with src, with the same
 * bytes each time. `node test/oracle/write-vectors.ts` writes them.
 */
export interface VectorFile {
  readonly about: string;
  readonly [name: string]: unknown;
}

export function vectorFiles(): Readonly<Record<string, VectorFile>> {
  return {
    'record.json': recordVectors(),
    'note.json': noteVectors(),
    'receipt.json': receiptVectors(),
    'trust.json': trustVectors(),
    'verdict.json': verdictVectors(),
  };
}

function recordVectors(): VectorFile {
  const section = (name: string, value: unknown): SectionJson => ({
    name,
    salt: sha256(`vector ${name}`).subarray(0, 16).toString('base64'),
    value,
  });
  const sections = [
    section('case', { number: '(2026)沪01民初1号' }),
    section('file', { name: '合同 1.pdf', mediaType: 'application/pdf', size: 0 }),
    section('empty', {}),
    section('null', null),
    section('order', { b: 1, a: [true, false, null], é: 'e', '😀': 'after', '\ufb33': 'the emoji', '': 0 }),
    section('escapes', '"\\\b\f\n\r\t\u0000\u001f\u007f\u2028'),
    section('integers', [0, -1, 9_007_199_254_740_991, -9_007_199_254_740_991]),
  ];
  const records = testLedger().records.slice(0, 3);
  return {
    about: 'Section commitments, record roots and log entries.',
    sections: sections.map((one) => ({
      ...one,
      canonical: jcs({ name: one.name, value: one.value }),
      commitment: commitment(one),
    })),
    records: records.map(({ header, disclosed }) => ({
      header,
      disclosed,
      canonicalHeader: jcs(header),
      recordRoot: recordRoot(header).toString('hex'),
      logEntry: logEntry(header).toString('hex'),
    })),
  };
}

function noteVectors(): VectorFile {
  const key = testKey(ORIGIN, 1);
  const witness = testKey('witness.example', 2);
  const text = checkpointText(ORIGIN, 7, mth(testLedger().entries));
  const good = signedNote(text, key);
  const signature = signText(key, text);
  const base64 = Buffer.concat([key.id, signature]).toString('base64');
  const withSignature = (written: string) => `${text}\n— ${ORIGIN} ${written}\n`;
  const flipped = Buffer.from(signature);
  flipped[0]! ^= 1;
  return {
    about: 'C2SP signed notes, judged by the one key: signed, unsigned, forged, or malformed (cannot be read).',
    key: { name: key.name, vkey: key.vkey, seed: '01'.repeat(32) },
    cases: [
      { name: 'signed by the key', note: good, expected: 'signed' },
      { name: 'signed by the key and a stranger', note: signedNote(text, witness, key), expected: 'signed' },
      { name: 'signed by a stranger alone', note: signedNote(text, witness), expected: 'unsigned' },
      {
        name: 'name of the key, id of another',
        note: `${text}\n${signatureLine(ORIGIN, witness.id, signature)}`,
        expected: 'unsigned',
      },
      {
        name: 'id of the key, name of another',
        note: `${text}\n${signatureLine('witness.example', key.id, signature)}`,
        expected: 'unsigned',
      },
      { name: 'another size', note: good.replace('\n7\n', '\n8\n'), expected: 'forged' },
      {
        name: 'a bit of the signature flipped',
        note: `${text}\n${signatureLine(ORIGIN, key.id, flipped)}`,
        expected: 'forged',
      },
      {
        name: 'a signature cut short',
        note: `${text}\n${signatureLine(ORIGIN, key.id, signature.subarray(1))}`,
        expected: 'forged',
      },
      {
        name: 'a point of small order added to the R of the signature',
        note: `${text}\n${signatureLine(ORIGIN, key.id, torsionSignature(1, Buffer.from(text), 'R').signature)}`,
        expected: 'forged',
      },
      { name: 'a blank line within the text', note: signedNote(`a\n\nb\n`, key), expected: 'signed' },
      { name: 'a byte order mark before the text', note: `\ufeff${good}`, expected: 'forged' },
      { name: 'CRLF', note: good.replaceAll('\n', '\r\n'), expected: 'malformed' },
      { name: 'no newline at the end', note: good.slice(0, -1), expected: 'malformed' },
      { name: 'a blank line at the end', note: `${good}\n`, expected: 'malformed' },
      { name: 'no signature', note: `${text}\n`, expected: 'malformed' },
      { name: 'base64 without padding', note: withSignature(base64.replace(/=+$/, '')), expected: 'malformed' },
      {
        name: 'base64 in the url-safe alphabet',
        note: withSignature(base64.replaceAll('+', '-').replaceAll('/', '_')),
        expected: 'malformed',
      },
      { name: 'text after the padding', note: withSignature(`${base64}AAAA`), expected: 'malformed' },
      { name: 'trailing bits that are not zero', note: withSignature('QUJDREV='), expected: 'malformed' },
      {
        name: '101 signatures',
        note: `${text}\n${signatureLine(ORIGIN, key.id, signature).repeat(101)}`,
        expected: 'malformed',
      },
    ],
  };
}

function receiptVectors(): VectorFile {
  const ledger = testLedger();
  const receipt = (size = 5) => receiptJson(ledger, 2, size);
  const unanchored = { ...receipt(), anchor: null };
  const otherRecord = { ...unanchored, record: ledger.records[3]! };
  const otherIndex = { ...unanchored, proof: unanchored.proof.replace('index 2', 'index 3') };
  const cases = [
    ['not anchored', unanchored, 'PENDING'],
    ['anchored, and no chain asked', receipt(), 'INDETERMINATE'],
    ['a section withheld', withDisclosed(unanchored, ({ name }) => name !== 'case'), 'PENDING'],
    ['another value', changed(unanchored, 'case', { number: 'other' }), 'INCONSISTENT'],
    ['another record under this proof', otherRecord, 'INCONSISTENT'],
    ['another index', otherIndex, 'INCONSISTENT'],
    ['the anchor of another size', { ...receipt(), anchor: receipt(7).anchor }, 'INCONSISTENT'],
    ['an unknown kind', unknownKind(ledger), 'INDETERMINATE'],
  ] as const;
  return {
    about: 'Receipts of one ledger with their trust file; the verdict without any chain node and without the file.',
    trust: trustJson(ledger),
    cases: cases.map(([name, json, expected]) => ({ name, expected, receipt: json })),
  };
}

type Receipt = ReturnType<typeof receiptJson>;

function withDisclosed(receipt: Receipt, isShown: (section: SectionJson) => boolean): Receipt {
  return { ...receipt, record: { ...receipt.record, disclosed: receipt.record.disclosed.filter(isShown) } };
}

function changed(receipt: Receipt, name: string, value: unknown): Receipt {
  const disclosed = receipt.record.disclosed.map((section) =>
    section.name === name ? { ...section, value } : section,
  );
  return { ...receipt, record: { ...receipt.record, disclosed } };
}

/** A record of a kind of later versions that is contained in the log. */
function unknownKind(ledger: TestLedger): Receipt {
  const record = makeRecord({ origin: ORIGIN, kind: 'later', id: 'x', number: 'y' }, { anything: 1 });
  const entries = ledger.entries.slice(0, 5).with(2, logEntry(record.header));
  const note = checkpointNote({ ...ledger, entries }, 5);
  return { format: 'evidence-ledger/receipt/v1', record, proof: tlogProof(2, path(2, entries), note), anchor: null };
}
