import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import decodeQr from 'qr/decode.js';
import { afterAll, describe, expect, test } from 'vitest';
import { TypstTypesetter } from '../../src/adapters/typst/typesetter.ts';
import { recordListDocument } from '../../src/documents/record-list.ts';
import { isAvailable } from '../availability.ts';
import { receiptJson, testLedger } from '../oracle/ledger.ts';
import { certificateNamed } from './named-certificate.ts';

/** Documents as another program reads and draws them. */

const dir = mkdtempSync(join(tmpdir(), 'evl-printed-'));
const typesetter = new TypstTypesetter();
afterAll(async () => {
  await typesetter.close();
  rmSync(dir, { recursive: true, force: true });
});

const run = promisify(execFile);
const hasPoppler = () => isAvailable('poppler-utils (pdftotext, pdftoppm)', startsPdftotext());

function startsPdftotext(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function textOf(pdf: Uint8Array): Promise<string> {
  const file = join(dir, 'text.pdf');
  writeFileSync(file, pdf);
  const { stdout } = await run('pdftotext', ['-layout', file, '-']);
  return stdout;
}

/** A page in grey, one byte a pixel. */
async function drawn(pdf: Uint8Array, page: number, dpi: number) {
  const file = join(dir, 'drawn.pdf');
  writeFileSync(file, pdf);
  await run('pdftoppm', ['-gray', '-r', String(dpi), '-f', String(page), '-singlefile', file, join(dir, 'page')]);
  const image = readFileSync(join(dir, 'page.pgm'));
  const [head, width, height] = /^P5\s(\d+)\s(\d+)\s255\s/.exec(image.toString('latin1', 0, 40))!;
  return { width: Number(width), height: Number(height), grey: image.subarray(head.length) };
}

describe.runIf(hasPoppler())('a certificate', () => {
  test('has its text, in both languages, and rare characters as they are', async () => {
    const text = await textOf(await typesetter.typeset(certificateNamed('㐂𠮷䶮𫖯𰻝-流水.csv')));
    for (const part of [
      '存证证书',
      'CERTIFICATE OF EVIDENCE DEPOSIT',
      '㐂𠮷䶮𫖯𰻝-流水.csv',
      '20260101-TESTTESTTES2-X',
      '12,345,678 字节',
      '本证书仅证明所载数据自上链时起未发现篡改，不证明内容真实，亦不构成公证或鉴定。',
      '附件一',
      'Annex A: declaration of the registrant',
      '附件二',
      'Annex B: declaration of the verifier',
      '附件三',
      'Annex C: hashes and events',
      '登记存证',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('has a QR code that leads to the record, with the beginning of its digest', async () => {
    const url = 'https://evl.example.gov.cn/verify';
    const document = certificateNamed('a.csv', url);
    const { width, height, grey } = await drawn(await typesetter.typeset(document), 1, 100);
    const data = new Uint8ClampedArray(width * height * 4).fill(255);
    for (const [i, level] of grey.entries()) data.fill(level, 4 * i, 4 * i + 3);
    const link = decodeQr({ width, height, data });
    expect(link).toMatch(/^https:\/\/evl\.example\.gov\.cn\/verify#20260101-TESTTESTTES2-X\.[0-9a-f]{16}$/);
    const { groups } = document.data as unknown as { groups: { rows: { zh: string; value: string }[] }[] };
    const sha256 = groups[0]!.rows.find(({ zh }) => zh === 'SHA-256')!.value.replaceAll(' ', '');
    expect(link.split('.').at(-1)).toBe(sha256.slice(0, 16));
  });

  test.each([['㐂'], ['𠮷'], ['䶮'], ['𫖯'], ['𰻝']])(
    '%s is drawn, and as no other character is',
    async (character) => {
      const inked = async (name: string) => {
        const { grey } = await drawn(await typesetter.typeset(certificateNamed(name)), 1, 150);
        return grey;
      };
      const [rare, blank, box] = [await inked(character), await inked('\u3000'), await inked('□')];
      expect(differing(rare, blank)).toBeGreaterThan(50);
      expect(differing(rare, box)).toBeGreaterThan(50);
    },
  );
});

describe.runIf(hasPoppler())('a list', () => {
  test('has each record, and repeats its head on every page', async () => {
    const ledger = testLedger();
    const receiptTexts = Array.from({ length: 60 }, (_, i) => JSON.stringify(receiptJson(ledger, i % 5, 5)));
    const document = recordListDocument({
      caseNumber: '(2026)沪01民初1号',
      receiptTexts,
      madeAt: '2026-11-30T09:00:00Z',
    });
    const text = await textOf(await typesetter.typeset(document));
    const pages = text.split('\f').filter((page) => page.trim() !== '');
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.filter((page) => page.includes('登记内容'))).toHaveLength(
      pages.length - (pages.at(-1)!.includes('证据') ? 0 : 1),
    );
    expect(text.match(/20260101-TESTTESTTES\d-X/g)).toHaveLength(60);
    // a row that breaks off has its first line on one page and its digests on the next one
    const count = (page: string, line: RegExp) => page.match(line)?.length ?? 0;
    for (const page of pages) expect(count(page, /SM3/g)).toBe(count(page, /TESTTESTTES\d-X/g));
    expect(text).toContain('登记清单');
  });
});

/** Pixels whose grey differs by much. */
function differing(a: Uint8Array, b: Uint8Array): number {
  return a.filter((level, i) => Math.abs(level - b[i]!) > 64).length;
}
