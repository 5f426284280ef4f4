import { describe, expect, test } from 'vitest';
import { normalizeCaseNumber } from '../../src/kinds/case-number.ts';
import { parseCaseFormat } from '../../src/kinds/cases/case-format.ts';
import { caseFault, caseForms, readCaseNumber } from '../../src/kinds/cases/read-case-number.ts';
import { evidenceView } from '../../src/kinds/evidence/view.ts';
import { lastingStatement } from '../../src/kinds/view.ts';

const read = (number: string, ...patterns: string[]) =>
  readCaseNumber(
    number,
    patterns.map((pattern) => parseCaseFormat(pattern)!),
  );

describe('what is read in a number', () => {
  test.each([
    ['（2026）浙01刑初123号', 'court', '浙01 = 杭州中院，刑初，2026 年，第 123 号'],
    ['(2026) 浙01刑初123号', 'court', '浙01 = 杭州中院，刑初，2026 年，第 123 号'],
    ['（２０２６）浙０１９２民初７号', 'court', '浙0192 = 杭州互联网法院，民初，2026 年，第 7 号'],
    ['〔2026〕浙刑终12345678号', 'court', '浙 = 浙江高院，刑终，2026 年，第 12345678 号'],
    ['（2019）最高法知民终1号', 'court', '最高法 = 最高人民法院，知民终，2019 年，第 1 号'],
    ['（2026）京73民初5号之一', 'court', '京73 = 北京知识产权法院，民初，2026 年，第 5（之一） 号'],
    ['（2026）甘0102执恢99号', 'court', '甘0102 = 甘肃的法院（代字未收录），执恢，2026 年，第 99 号'],
    ['（2026）苏01破申3号', 'court', '苏01 = 南京中院，破申，2026 年，第 3 号'],
    ['杭检刑诉〔2026〕123号', 'procuratorate', '杭检 = 杭州市检察院，刑诉，2026 年，第 123 号'],
    ['杭检检建[2026]第5号', 'procuratorate', '杭检 = 杭州市检察院，检建，2026 年，第 5 号'],
    ['杭上检刑诉〔2026〕8号', 'procuratorate', '杭上检 = 检察院（简称未收录），刑诉，2026 年，第 8 号'],
    ['杭公（西）勘〔2026〕0123号', 'police', '杭公(西) = 公安机关，勘，2026 年，第 0123 号'],
    ['浙公鉴〔2026〕1号', 'police', '浙公 = 公安机关，鉴，2026 年，第 1 号'],
  ])('%s', (number, form, zh) => {
    const reading = read(number);
    expect([reading?.form, reading?.text.zh]).toEqual([form, zh]);
    expect(reading?.text.en).toMatch(/= .*, (?:2026|2019), no\. /);
  });

  test.each([
    '',
    'c',
    'case 1',
    '浙01刑初123号',
    '（26）浙01刑初123号',
    '（2026）浙01刑初123',
    '（2026）浙01刑初号',
    '（2026）浙01刑初123号x',
    '（2026）某01刑初123号',
    '（3026）浙01刑初123号',
    '（2026）浙01刑初123456789号',
    '杭检〔2026〕123号',
    'SA-2026-000123',
  ])('%s is not recognised', (number) => {
    expect(read(number)).toBeUndefined();
    expect(caseFault(number).zh).toContain(normalizeCaseNumber(number));
  });

  test('a court number with an unknown court is told as such', () => {
    expect(caseFault('（2026）某01刑初123号').zh).toContain('“某01”不是法院代字');
    expect(caseFault('浙01刑初123号').zh).toContain('不合任何一种形式');
  });

  test('look-ups compare as they always did', () => {
    expect(normalizeCaseNumber('（2026） 浙０１刑初123号')).toBe('(2026)浙01刑初123号');
    expect(normalizeCaseNumber('杭检刑诉〔2026〕123号')).toBe('杭检刑诉(2026)123号');
    expect(normalizeCaseNumber('杭检［2026］【1】[2]')).toBe('杭检(2026)(1)(2)');
  });

  test('a number of any length is read in time', () => {
    const began = performance.now();
    for (const long of [
      '（2026）',
      '杭'.repeat(300),
      '（2026）浙01' + '刑'.repeat(290),
      '杭检'.repeat(150),
      '公('.repeat(150),
    ]) {
      expect(read(long)).toBeUndefined();
    }
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("an office's own forms", () => {
  test.each([
    ['SA-<year>-<digits:6>', ['SA-2026-000123'], ['SA-2026-123', 'SA-26-000123', 'sa-2026-000123', 'SA-2026-0001234']],
    ['收〔<year>〕<digits>号', ['收（2026）1号', '收[2026] 999 号'], ['收2026-1号', '收〔2026〕号']],
    ['<letters>/<han>.<digits>', ['AB/案.1'], ['AB/.1', 'A1/案.1']],
    ['X<text>', ['X1', 'Xany thing'], ['Y1', 'X']],
    ['(a+)+$', ['(a+)+$'], ['aaa', '(aa)+$']],
  ])('%s', (pattern, fits, others) => {
    for (const number of fits) expect(read(number, pattern)?.form, number).toBe('own');
    for (const number of others) expect(read(number, pattern), number).toBeUndefined();
  });

  test.each([
    '',
    ' ',
    '<nothing>',
    '<digits',
    'a>b',
    '<digits><digits>',
    '<digits><year>',
    '<digits>1',
    '<letters>A',
    '<han>号',
    '<text>x',
    '<digits:0>',
    '<digits:21>',
    '<year:4>',
    'x'.repeat(101),
  ])('%s is refused', (pattern) => {
    expect(parseCaseFormat(pattern)).toBeUndefined();
  });

  test('are named with the others', () => {
    expect(caseForms([parseCaseFormat('SA-<digits>')!]).zh).toMatch(/法院案号.*以及本单位的 SA-<digits>/);
    expect(caseForms([]).en).not.toContain('this office');
  });
});

test('that a number is meant as it is, is no part of the record nor of the key of its registration', () => {
  const stated = { case: { number: 'c' }, file: { name: 'a', size: 1 }, digests: { sha256: 'aa' } };
  const asIs = { ...stated, case: { number: 'c', asIs: true } };
  expect(evidenceView.sectionsOf(asIs, undefined)).toEqual(evidenceView.sectionsOf(stated, undefined));
  expect(lastingStatement({ ...asIs, uploadToken: 't' })).toEqual(lastingStatement(stated));
});
