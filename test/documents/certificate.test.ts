import { expect, test } from 'vitest';
import { certificateDocument } from '../../src/documents/certificate.ts';
import type { TypesetDocument } from '../../src/documents/ports.ts';
import { recordListDocument } from '../../src/documents/record-list.ts';
import { beijingTime, shownText } from '../../src/documents/shown-text.ts';
import { parseTrust, trustFingerprint } from '../../src/protocol/trust-file.ts';
import { receiptJson, type ReceiptJson, testLedger, trustJson } from '../oracle/ledger.ts';

const ledger = testLedger();
const trustText = JSON.stringify(trustJson(ledger));
const RETRIEVED = '2026-11-30T09:00:00.000Z';

function certificateOf(
  receipt: ReceiptJson = receiptJson(ledger, 2, 5),
  trust: string | undefined = trustText,
  verifyUrl: string | null = 'https://evl.example/verify',
) {
  return certificateDocument({
    receiptText: JSON.stringify(receipt),
    trustText: trust,
    verifyUrl: verifyUrl ?? undefined,
    retrievedAt: RETRIEVED,
  });
}

interface RowJson {
  readonly zh: string;
  readonly en: string;
  readonly value: string;
  readonly second: string;
}

function rowsOf({ data }: TypesetDocument): Map<string, RowJson> {
  const { top, groups } = data as unknown as { top: RowJson[]; groups: { rows: RowJson[] }[] };
  return new Map([...top, ...groups.flatMap(({ rows }) => rows)].map((row) => [row.zh, row]));
}

/** What a court looks for on a certificate, whatever a record has of it. */
const LABELS = [
  ['证书编号／存证编号', 'Certificate / record no.'],
  ['证据类型', 'Type'],
  ['登记的文件名', 'registered name'],
  ['案号', 'case number'],
  ['证据编号', 'Item no.'],
  ['登记人', 'registrant'],
  ['文件格式', 'format'],
  ['文件大小', 'size'],
  ['SHA-256', ''],
  ['SM3', ''],
  ['取证方式', 'method'],
  ['取证工具', 'tool'],
  ['取证时间', 'collected'],
  ['登记时间', 'Registered'],
  ['不早于', 'Not before'],
  ['上链时间', 'Anchored'],
  ['取回时间', 'Retrieved'],
  ['区块链／链 ID', 'Chain id'],
  ['区块链运行方', 'Chain run by'],
  ['合约', 'Contract'],
  ['合约代码哈希', 'Code hash'],
  ['区块高度', 'Block height'],
  ['区块哈希', 'Block hash'],
  ['交易哈希', 'Transaction'],
  ['批次默克尔根', 'Merkle root'],
  ['证明路径', 'Path'],
  ['检查点（大小）', 'Checkpoint (size)'],
  ['见证节点联署', 'Cosigned by'],
  ['存证日志公钥', 'Log key'],
  ['签名', 'Signature'],
  ['核验基准文件指纹', 'Trust fingerprint'],
  ['保管链摘要', 'Custody'],
  ['瑕疵自检', 'Defect check'],
];

test('a certificate has every field, in both languages', () => {
  const rows = rowsOf(certificateOf());
  const { value, second } = rows.get('未填写')!;
  const notGiven = new Map(value.split('、').map((zh, i) => [zh, second.split(', ')[i]]));
  const english = (zh: string) => rows.get(zh)?.en ?? notGiven.get(zh);
  expect(LABELS.filter(([zh, en]) => english(zh!) !== en)).toEqual([]);
});

test('it says who runs the chain, in the words of the home page', () => {
  const runBy = (trust: object | undefined) =>
    rowsOf(
      certificateDocument({
        receiptText: JSON.stringify(receiptJson(ledger, 2, 5)),
        trustText: trust && JSON.stringify(trust),
        verifyUrl: 'https://evl.example/verify',
        retrievedAt: RETRIEVED,
      }),
    ).get('区块链运行方')!;
  const trust = trustJson(ledger);
  expect(runBy({ ...trust, chain: { ...trust.chain, operatedBy: 'operator' } }).value).toMatch(
    /^由运营方自行运行（链号/,
  );
  expect(runBy({ ...trust, chain: { ...trust.chain, operatedBy: 'others' } }).second).toMatch(/^Run by others, as the/);
  expect(runBy(undefined).value).toBe('未附核验基准文件，本证书不能说明');
});

test('it states what the receipt discloses, with digests in groups and times at UTC+8 with their clocks', () => {
  const receipt = receiptJson(ledger, 2, 5);
  const rows = rowsOf(certificateOf(receipt));
  const sha256 = (receipt.record.disclosed.find(({ name }) => name === 'digests')!.value as { sha256: string }).sha256;
  expect(rows.get('SHA-256')!.value.replaceAll(' ', '')).toBe(sha256);
  expect(rows.get('SHA-256')!.value.split(' ')).toHaveLength(16);
  expect(rows.get('登记时间')!.value).toBe('2026-01-01 08:00:00 UTC+8（时钟来源：运营方的系统）');
  expect(rows.get('取回时间')!.second).toBe(
    '2026-11-30 17:00:00 UTC+8 (clock: the computer that made this certificate)',
  );
  expect(rows.get('区块哈希')!.value).toBe(receipt.anchor!.blockHash);
  expect(rows.get('核验基准文件指纹')!.value.replaceAll(' ', '')).toBe(trustFingerprint(parseTrust(trustText)));
  expect(rows.get('存证日志公钥')!.value).toBe(ledger.key.vkey);
});

test('what the record does not have is not given, and what the receipt withholds is shown as withheld', () => {
  const receipt = receiptJson(ledger, 2, 5);
  receipt.record.disclosed = receipt.record.disclosed.filter(({ name }) => name !== 'case' && name !== 'digests');
  const document = certificateOf(receipt);
  const rows = rowsOf(document);
  expect([rows.get('案号')!.value, rows.get('案号')!.second]).toEqual(['未披露', 'not disclosed']);
  expect(rows.get('SHA-256')!.value).toBe('未披露');
  expect([...rows.values()].filter(({ value }) => value === '未填写')).toEqual([]);
  expect(rows.get('未填写')).toMatchObject({ en: 'not given', value: expect.stringContaining('、取证方式、') });
  expect(rows.get('未填写')!.value).not.toContain('案号');
  expect(document.data['picture'], 'no part of the withheld digest').toMatch(/#20260101-TESTTESTTES2-X$/);
  expect(JSON.stringify(document.data)).not.toContain('沪01民初1号');
});

test('the statement stands to the word, and the receipt and the trust file are attached byte for byte', () => {
  const { data, attachments } = certificateOf();
  expect(data['statement']).toEqual({
    zh: '本证书仅证明所载数据自上链时起未发现篡改，不证明内容真实，亦不构成公证或鉴定。',
    en: 'This certificate shows only that the data has not been found altered since anchoring; it does not prove the content is true and is neither notarisation nor expert opinion.',
  });
  expect(attachments.map(({ name, text }) => [name, text])).toEqual([
    ['receipt.json', JSON.stringify(receiptJson(ledger, 2, 5))],
    ['trust.json', trustText],
  ]);
});

test('a certificate without a trust file says so, and names no key', () => {
  const receiptText = JSON.stringify(receiptJson(ledger, 2, 5));
  const document = certificateDocument({
    receiptText,
    trustText: undefined,
    verifyUrl: 'https://evl.example/verify',
    retrievedAt: RETRIEVED,
  });
  const rows = rowsOf(document);
  expect([rows.get('核验基准文件指纹')!.value, rows.has('存证日志公钥')]).toEqual(['未附核验基准文件', false]);
  expect(document.attachments).toHaveLength(1);
});

test.each(['access', 'kind-of-later-versions'])('none is made of a record of the kind %s, anchored or not', (kind) => {
  for (const size of [5, 4]) {
    const receipt = receiptJson(ledger, 2, size);
    expect(() =>
      certificateOf({ ...receipt, record: { ...receipt.record, header: { ...receipt.record.header, kind } } }),
    ).toThrow(expect.objectContaining({ code: 'kind-not-certifiable', exit: 2 }) as Error);
  }
});

test('none is made of a record that is not anchored', () => {
  expect(() => certificateOf(receiptJson(ledger, 2, 4))).toThrow(
    expect.objectContaining({ code: 'not-anchored', exit: 4 }) as Error,
  );
});

test('characters that disguise a name are shown as what they are', () => {
  expect(shownText('a\u202efdp.exe\u0000\u200b\ttab')).toBe('a‹U+202E›fdp.exe‹U+0000›‹U+200B› tab');
  expect(shownText('one\r\ntwo\nthree')).toBe('one\ntwo\nthree');
  expect(beijingTime('2026-12-31T23:30:00-01:00')).toBe('2027-01-01 08:30:00 UTC+8');
});

test('a list has each record once, with its state', () => {
  const receipts = [receiptJson(ledger, 0, 5), receiptJson(ledger, 3, 4)];
  const { data } = recordListDocument({
    caseNumber: '(2026)沪01民初1号',
    receiptTexts: receipts.map((receipt) => JSON.stringify(receipt)),
    madeAt: RETRIEVED,
  });
  const items = data['items'] as unknown as { number: string; state: { zh: string }; lines: { text: string }[] }[];
  expect(items.map(({ number, state }) => [number, state.zh])).toEqual([
    ['20260101-TESTTESTTES0-X', expect.stringMatching(/^已上链（区块 \d+）$/)],
    ['20260101-TESTTESTTES3-X', '已登记，待上链'],
  ]);
  expect(items[0]!.lines.map(({ text }) => text)).toContain('证据 0.txt');
});

test('a list names what a receipt withholds', () => {
  const receipt = receiptJson(ledger, 0, 5);
  receipt.record.disclosed = receipt.record.disclosed.filter(({ name }) => name === 'file');
  const { data } = recordListDocument({ caseNumber: '1', receiptTexts: [JSON.stringify(receipt)], madeAt: RETRIEVED });
  const [item] = data['items'] as unknown as { registered: string; lines: { zh: string; text: string }[] }[];
  expect(item!.lines.at(-1)).toMatchObject({ zh: '哈希值', text: '未披露 not disclosed' });
  expect(item!.registered).toBe('未披露 not disclosed');
});

test('a list has 2 before 10, whatever the order of registration', () => {
  const receiptTexts = ['f10.txt', 'f2.txt', 'f1.txt'].map((name, i) => {
    const receipt = receiptJson(ledger, i, 5);
    for (const section of receipt.record.disclosed) {
      if (section.name === 'file') section.value = { ...(section.value as object), name };
    }
    return JSON.stringify(receipt);
  });
  const { data } = recordListDocument({ caseNumber: '1', receiptTexts, madeAt: RETRIEVED });
  const items = data['items'] as unknown as { lines: { text: string }[] }[];
  expect(items.map(({ lines }) => lines[0]!.text)).toEqual(['f1.txt', 'f2.txt', 'f10.txt']);
});

test('the text below the code breaks before the number and the digest, and nowhere else', () => {
  const { link } = certificateOf().data;
  expect(link).toMatch(/^https:\/\/evl\.example\/verify\n#20260101-TESTTESTTES2-X\n\.[0-9a-f]{16}$/);
});

test('without the address of a verify page the code is number and digest, and the text says where to verify', () => {
  const { data } = certificateOf(receiptJson(ledger, 2, 5), trustText, null);
  expect(data['link']).toMatch(/^20260101-TESTTESTTES2-X\n\.[0-9a-f]{16}$/);
  expect(data['picture']).toMatch(/^二维码：20260101-TESTTESTTES2-X\.[0-9a-f]{16}$/);
  expect(JSON.stringify(data['verifySteps'])).toContain('离线核验页，把本证书的 PDF');
  expect(JSON.stringify(data)).not.toMatch(/https?:|undefined/);
  const withheld = receiptJson(ledger, 2, 5);
  withheld.record.disclosed = withheld.record.disclosed.filter(({ name }) => name !== 'digests');
  expect(certificateOf(withheld, trustText, null).data['link']).toBe('20260101-TESTTESTTES2-X');
});
