import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_PDF_BYTES, readAttachments } from '../../src/verifier/pdf-attachments.ts';
import { readCertificate } from '../../src/verifier/certificate-document.ts';

const RECEIPT = JSON.stringify({
  format: 'evidence-ledger/receipt/v1',
  record: {},
  proof: '',
  anchor: null,
});

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function bytesOf(...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? latin1(part) : part))));
}

interface Made {
  readonly name?: string;
  readonly content: string | Uint8Array;
  readonly length?: string;
  readonly isDeflated?: boolean;
}

/** A PDF with attachments; objects of pages are left out, which no reader of attachments needs. */
function pdfWith(files: readonly Made[], ...more: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap(({ name, content, length, isDeflated = true }, i): (string | Uint8Array)[] => {
    const plain = Buffer.from(content);
    const data = isDeflated ? deflateSync(plain) : plain;
    const filter = isDeflated ? ' /Filter /FlateDecode' : '';
    const file = `${10 + 2 * i} 0 obj\n<< /Type /EmbeddedFile /Length ${length ?? data.length}${filter} >>\nstream\n`;
    const of = `/EF << /F ${10 + 2 * i} 0 R /UF ${10 + 2 * i} 0 R >>`;
    const specification =
      name === undefined ? '' : `${11 + 2 * i} 0 obj\n<< /Type /Filespec /F (${name}) /UF (${name}) ${of} >>\nendobj\n`;
    return [file, data, '\nendstream\nendobj\n', specification];
  });
  return bytesOf('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', ...parts, ...more, 'trailer\n<<>>\n%%EOF\n');
}

const namesOf = async (pdf: Uint8Array<ArrayBuffer>) => (await readAttachments(pdf)).map(({ name }) => name);
const textsOf = async (pdf: Uint8Array<ArrayBuffer>) =>
  (await readAttachments(pdf)).map(({ data }) => Buffer.from(data).toString());

test('attachments are read with their names, deflated or not', async () => {
  const pdf = pdfWith([
    { name: 'receipt.json', content: '{"a":1}' },
    { name: 'b', content: 'endstream obj 5 0 obj', isDeflated: false },
    { content: 'c' },
  ]);
  expect(await namesOf(pdf)).toEqual(['receipt.json', 'b', undefined]);
  expect(await textsOf(pdf)).toEqual(['{"a":1}', 'endstream obj 5 0 obj', 'c']);
});

test('a length that is stated elsewhere, or is wrong, ends at the keyword', async () => {
  for (const length of ['99 0 R', '7', '4000000000', '99999999999999999999']) {
    const pdf = pdfWith([{ name: 'a', content: 'content of a file', length }]);
    expect(await textsOf(pdf), length).toEqual(['content of a file']);
  }
});

test('names in hex, in UTF-16 and in an object stream are read', async () => {
  const content = '12 0 11 80 << /Type /Filespec /UF <FEFF0072002E006A> /EF << /UF 10 0 R >> >>';
  const stream = deflateSync(content);
  const head = `20 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`;
  const pdf = pdfWith([{ content: 'x' }], head, stream, '\nendstream\nendobj\n');
  expect(await namesOf(pdf)).toEqual(['r.j']);
});

test('a file inside an attachment is no attachment of the file itself', async () => {
  const inner = pdfWith([{ name: 'receipt.json', content: RECEIPT }]);
  const outer = pdfWith([{ name: 'evidence.pdf', content: inner, isDeflated: false }]);
  expect(await namesOf(outer)).toEqual(['evidence.pdf']);
  expect(await readCertificate(outer)).toBeUndefined();
});

test('an attachment that is long once inflated is left out, and so are many', async () => {
  const bomb = { name: 'receipt.json', content: Buffer.alloc(4 * 1024 * 1024 + 1) };
  expect(await namesOf(pdfWith([bomb, { name: 'b', content: 'b' }]))).toEqual(['b']);
  const large = { name: 'a', content: Buffer.alloc(4 * 1024 * 1024) };
  const read = await readAttachments(pdfWith([large, large, large, large, large, large]));
  expect(read).toHaveLength(4);
  const many = pdfWith(Array.from({ length: 5000 }, () => ({ name: 'a', content: 'a' })));
  expect(await readAttachments(many)).toHaveLength(32);
});

test.each([
  ['nothing', ''],
  ['no PDF', 'hello'],
  ['a head alone', '%PDF-1.7'],
  ['objects without an end', `%PDF-1.7\n${'1 0 obj '.repeat(1_000_000)}`],
  ['streams without an end', `%PDF-1.7\n${'1 0 obj <</Type /EmbeddedFile>>\nstream\n'.repeat(300_000)}`],
  ['the word obj', `%PDF-1.7\n${'obj'.repeat(3_000_000)}`],
  ['numbers', `%PDF-1.7\n${'1 '.repeat(4_000_000)}obj`],
  ['brackets', `%PDF-1.7\n${`1 0 obj ${'<<'.repeat(2000)}${' '.repeat(2000)}`.repeat(1000)}`],
  ['names', `%PDF-1.7\n1 0 obj ${'/Type /Filespec /UF ('.repeat(400_000)}`],
  ['ends', `%PDF-1.7\n${'endstream'.repeat(900_000)}`],
])('%s: nothing is found, soon', async (_, text) => {
  const startMs = performance.now();
  const pdf = bytesOf(text);
  expect(await readAttachments(pdf)).toEqual([]);
  expect(await readCertificate(pdf)).toBeUndefined();
  expect(performance.now() - startMs).toBeLessThan(5000);
});

/** The longest file of objects that have this and no end. */
function longestOf(begin: string, repeated: string): Uint8Array<ArrayBuffer> {
  const object = `1 0 obj${begin}${repeated.repeat((4090 - begin.length) / repeated.length)}`;
  return bytesOf('%PDF-1.7\n', object.repeat(MAX_PDF_BYTES / object.length - 1));
}

/** Time of the processor that reading takes, however busy the machine is. */
async function processorMsOf(pdf: Uint8Array<ArrayBuffer>): Promise<number> {
  const before = process.cpuUsage();
  expect(await readAttachments(pdf)).toEqual([]);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test.each([
  ['/Type /Filespec ', '/EF<<'],
  ['/Type /Filespec /EF<<', '/F 1 1 '],
  ['/Type /Filespec ', '/F('],
  ['/Type /Filespec ', '/F (\\('],
  ['/Type /Filespec ', '/F<0 '],
  ['', '/Type /Filespec'],
  ['/Type', ' '],
  ['>>', ' '],
  ['/Length', ' '],
])('objects of %j and many %j cost what objects without either cost', async (begin, repeated) => {
  const plainMs = await processorMsOf(longestOf('', '/A'));
  expect(await processorMsOf(longestOf(begin, repeated))).toBeLessThan(10 * plainMs);
});

test('every way of cutting and flipping a small file is read without an error', async () => {
  const pdf = pdfWith([
    { name: 'receipt.json', content: RECEIPT },
    { name: 'trust.json', content: '{}' },
  ]);
  const read = new Set<string | undefined>();
  for (let at = 0; at < pdf.length; at++) {
    const flipped = pdf.slice();
    flipped[at]! ^= 1 << (at % 8);
    for (const damaged of [pdf.slice(0, at), flipped]) read.add((await readCertificate(damaged))?.receiptText);
  }
  // a checksum of zlib, or the strict reader, refuses all other contents
  expect(read).toEqual(new Set([RECEIPT, undefined]));
});

test('a PDF is a certificate by the names and by a receipt as content', async () => {
  const trust = { name: 'trust.json', content: '{"x":1}' };
  const receipt = { name: 'receipt.json', content: RECEIPT };
  const read = await readCertificate(pdfWith([receipt, trust]));
  expect(read?.receiptText).toBe(RECEIPT);
  expect(read?.trustText).toBe('{"x":1}');
  expect((await readCertificate(pdfWith([receipt])))?.trustText).toBeUndefined();
  expect(await readCertificate(pdfWith([trust]))).toBeUndefined();
  expect(await readCertificate(pdfWith([{ name: 'other.json', content: RECEIPT }]))).toBeUndefined();
  expect(await readCertificate(pdfWith([{ name: 'receipt.json', content: '{"format":"x"}' }]))).toBeUndefined();
  const other = { name: 'receipt.json', content: `${RECEIPT} ` };
  expect(await readCertificate(pdfWith([receipt, other])), 'which of both counts is open').toBeUndefined();
  expect(await readCertificate(pdfWith([receipt, receipt]))).toBeDefined();
});
