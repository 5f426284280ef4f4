import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/cli/settings/settings-table.ts';
import { READING_CODES } from '../../src/protocol/encoding/errors.ts';
import { STEP_NAMES } from '../../src/protocol/verify/report.ts';
import { STEP_CODES } from '../../src/text/step-codes.ts';
import { stepSentence } from '../../src/text/step-sentence.ts';
import { PASS_SENTENCES, STATUS_LABELS, STEP_LABELS } from '../../src/text/steps.ts';
import { LedgerError } from '../../src/text/ledger-error.ts';
import { bilingual, format, type Message } from '../../src/text/message.ts';

/** Every table of texts in src/text, by file and name. */
async function tables(): Promise<[string, Message][]> {
  const all: [string, Message][] = [];
  for (const file of globSync('src/text/*.ts').toSorted()) {
    const module = (await import(`../../${file.replaceAll('\\', '/')}`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) collect(`${file} ${name}`, value, all);
  }
  for (const [name, { zh, en }] of Object.entries(SETTINGS)) all.push([`setting ${name}`, { zh, en }]);
  return all;
}

function collect(where: string, value: unknown, into: [string, Message][]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  if ('zh' in value && 'en' in value) {
    const { zh, en } = value as Message;
    into.push([where, { zh, en }]);
  }
  for (const [name, member] of Object.entries(value)) collect(`${where} ${name}`, member, into);
}

const places = (text: string) => new Set([...text.matchAll(/\{([a-zA-Z0-9]+)\}/g)].map(([, name]) => name));

describe('the tables of texts', () => {
  test('every entry has both languages, with the same placeholders', async () => {
    const all = await tables();
    expect(all.length).toBeGreaterThan(150);
    for (const [where, words] of all) {
      expect(Object.keys(words).toSorted(), where).toEqual(['en', 'zh']);
      expect(words.zh.length * words.en.length, where).toBeGreaterThan(0);
      expect(places(words.zh), where).toEqual(places(words.en));
    }
  });

  test('zh is Chinese and en is not', async () => {
    for (const [where, { zh, en }] of await tables()) {
      // names and marks alone
      if (/^[\s\p{P}\p{S}a-zA-Z0-9{}:]*$/u.test(zh.replaceAll(/\{[a-zA-Z0-9]+\}/g, ''))) continue;
      expect(zh, where).toMatch(/\p{Script=Han}/u);
      expect(en, where).not.toMatch(/\p{Script=Han}/u);
    }
  });

  test('nothing claims truth, legal effect or conformity', async () => {
    for (const [where, { zh, en }] of await tables()) {
      expect(en, where).not.toMatch(/\b(authentic|genuine|admissible|legally|certif(y|ied)|tamper-proof)\b/i);
      expect(zh, where).not.toMatch(/真实有效|具有法律效力|合法有效|不可篡改|可采/);
    }
  });

  test('placeholders are filled, also with messages and with numbers', () => {
    const words = { zh: '{a}与{sha256}', en: '{a} and {sha256}' } as const;
    expect(format('en', words, { a: 1n, sha256: 'x' })).toBe('1 and x');
    expect(bilingual(words, { a: { zh: '甲', en: 'A' }, sha256: 2 })).toEqual({ zh: '甲与2', en: 'A and 2' });
    expect(format('en', words, { a: '{sha256}', sha256: '$&' })).toBe('{sha256} and $&');
  });

  test('a sentence is inserted in both languages, never as one text', () => {
    const words = { zh: '失败：{reason}', en: 'failed: {reason}' } as const;
    expect(bilingual(words, { reason: { zh: '遭拒绝', en: 'refused' } })).toEqual({
      zh: '失败：遭拒绝',
      en: 'failed: refused',
    });
    // @ts-expect-error A sentence in one language would be part of a text in the other.
    expect(format('zh', words, { reason: 'refused' })).toBe('失败：refused');
    // @ts-expect-error The same holds for errors.
    expect(new LedgerError('failed', { reason: 'refused' }).code).toBe('failed');
  });

  test('a count chooses between one and many', () => {
    const words = { zh: '发现 {count} 处', en: '{count} {count:place was|places were} found' } as const;
    const said = [0, 1, 2n, 11].map((count) => format('en', words, { count }));
    expect(said).toEqual(['0 places were found', '1 place was found', '2 places were found', '11 places were found']);
    expect(format('zh', words, { count: 1 })).toBe('发现 1 处');
  });
});

describe('verification steps', () => {
  test('every step has its texts', () => {
    expect(Object.keys(STEP_LABELS)).toEqual([...STEP_NAMES]);
    expect(Object.keys(PASS_SENTENCES)).toEqual([...STEP_NAMES]);
    expect(Object.keys(STATUS_LABELS)).toEqual(['pass', 'fail', 'unknown', 'none']);
  });

  test('every code of the verifier has a sentence', () => {
    const codes = codesIn('src/protocol/verify/*.ts', /\b(?:fail|unknown)\(\s*([^;]*?)\)[;,\s]/gs);
    expect(codes.size).toBeGreaterThan(40);
    expect([...codes].filter((code) => !(code in STEP_CODES))).toEqual([]);
  });

  test('every code of an unreadable part has a sentence', () => {
    const thrown = codesIn('src/**/*.ts', /(?:ProtocolError|#fail)\(\s*('[a-z0-9-]+')/gs);
    expect(new Set([...READING_CODES, 'no-answer'])).toEqual(thrown);
    expect([...thrown].filter((code) => !(code in STEP_CODES))).toEqual([]);
  });

  test('a code that is not in the table is shown as it is', () => {
    expect(stepSentence('anchor', 'never-heard-of')).toEqual({ zh: 'never-heard-of', en: 'never-heard-of' });
    expect(stepSentence('anchor', 'ok')).toBe(PASS_SENTENCES.anchor);
    expect(stepSentence('not-before', 'other-chain')).not.toEqual(stepSentence('chain-identity', 'other-chain'));
  });
});

/** The quoted codes that are the first argument of each call that the pattern finds. */
function codesIn(glob: string, calls: RegExp): Set<string> {
  const codes = new Set<string>();
  for (const file of globSync(glob)) {
    for (const [, args] of readFileSync(file, 'utf8').matchAll(calls)) {
      const first = args!.split(',')[0]!;
      const answer = first.includes('?') ? first.slice(first.indexOf('?')) : first;
      for (const [, code] of answer.matchAll(/'([a-z0-9]+(?:-[a-z0-9]+)*)'/g)) codes.add(code!);
    }
  }
  return codes;
}
