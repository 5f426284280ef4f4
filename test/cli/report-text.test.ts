import { LOG_STEPS } from '../../src/protocol/verify/verdict.ts';
import { expect, test } from 'vitest';
import { surroundings, TextSink } from './evl.ts';
import { Output } from '../../src/cli/shell/output.ts';
import { printReport, type Subject } from '../../src/cli/print/report-text.ts';
import { independenceNote } from '../../src/verifier/report-view.ts';
import {
  type Report,
  type ReportObject,
  STEP_NAMES,
  VERDICT_EXIT,
  type Verdict,
} from '../../src/protocol/verify/report.ts';
import { FACTS } from '../../src/text/record-facts.ts';
import { INDEPENDENCE_SOURCES, REPORT } from '../../src/text/report.ts';
import { STEP_CODES } from '../../src/text/step-codes.ts';
import { PASS_SENTENCES, STATUS_LABELS, STEP_LABELS } from '../../src/text/steps.ts';
import { recordedTimeText, timeText } from '../../src/text/time.ts';
import {
  ADVICE,
  ANSWERS,
  MISMATCH_UNCHECKED,
  OTHER_FILE,
  SCOPE_NOTES,
  VERDICT_MEANINGS,
  VERIFIED_DIGEST,
  VERIFIED_FILE,
} from '../../src/text/verdicts.ts';
import { type Lang, type Message } from '../../src/text/message.ts';

/** Every text that a report can have: each placeholder must be filled, in both languages. */

const block = { blockNumber: '7', blockHash: '0x00', blockTime: '2026-01-01T00:00:00.000Z' };
const object: ReportObject = {
  isIntact: true,
  kind: 'evidence',
  id: 'i',
  number: 'n',
  origin: 'log.example',
  size: '5',
  index: '2',
  receivedAt: '2026-01-01T00:00:00Z',
  fileName: 'f',
  caseNumber: null,
  sections: {
    file: { name: 'f', size: 1_234_567 },
    digests: { sha256: 'ab', sm3: 'cd' },
    case: { number: 'c', title: 't' },
    registrant: { principal: 'p' },
  },
  withheld: { sections: ['collection'], others: 1 },
  notBefore: block,
  anchoredBy: { blockNumber: '9', blockHash: '0x01' },
};
const subjects: Subject[] = [
  {},
  { file: 'f', receipt: { name: 'r', source: 'file' } },
  { receipt: { name: 'r', source: 'service' } },
  { receipt: { name: 'r', source: 'certificate' } },
  { digests: { sha256: 'ab', sm3: 'cd', size: 3 }, service: 'https://log.example' },
  { number: 'n', service: 'https://log.example' },
];
const trusts: Report['trust'][] = [
  null,
  ...(['file', 'remembered', 'server'] as const).map((source) => ({ source, sha256: 'ab' })),
];

/** Reports with every code at every step, once with each status, and each value of each member. */
function* reports(): Generator<Report> {
  const codes = ['ok', ...new Set(Object.keys(STEP_CODES).map((code) => code.split('/').at(-1)!))];
  for (const [i, code] of codes.entries()) {
    const statuses = code === 'ok' ? (['pass'] as const) : (['fail', 'unknown', 'none'] as const);
    for (const status of statuses) {
      const sources = [
        { name: 'a', by: 'verifier' as const, status: 'pass' as const, code: 'ok' },
        { name: 'b', by: 'operator' as const, status, code, expected: 'x', found: 'y' },
      ];
      yield {
        verdict: (Object.keys(VERDICT_EXIT) as Verdict[])[i % 6]!,
        scope: (['file', 'record', 'digest'] as const)[i % 3]!,
        comparison: (['equal', 'different', 'unknown', 'none'] as const)[i % 4]!,
        independence: ['none', ...Object.keys(INDEPENDENCE_SOURCES), Object.keys(INDEPENDENCE_SOURCES).join('+')][
          i % 5
        ]!,
        stated: ['none', 'chain+witnesses', 'pinned-block'][i % 3]!,
        vouchers: ['https://node.example'],
        nodes: [
          { name: 'a', address: 'a:443', by: 'verifier' as const },
          { name: 'b', address: 'b:443', by: 'operator' as const },
        ],
        trust: trusts[i % 4]!,
        object:
          i % 7 === 3 ? null : { ...object, isIntact: i % 5 > 0, receivedAt: i % 11 === 5 ? null : object.receivedAt },
        steps: STEP_NAMES.map((step) =>
          // One that passes, since a report with a single cause prints no steps.
          step === 'custody' && i > 0
            ? { step, status: 'pass', code: 'ok' }
            : { step, status, code, expected: ['>= 1', '< 1', 'x'][i % 3]!, found: '0', sources },
        ),
      };
    }
  }
  for (const verdict of Object.keys(VERDICT_EXIT) as Verdict[]) {
    for (const scope of ['file', 'record', 'digest'] as const) {
      yield {
        verdict,
        scope,
        comparison: scope === 'record' ? 'none' : verdict === 'VERIFIED' ? 'equal' : 'different',
        independence: 'none',
        stated: 'none',
        vouchers: [],
        nodes: [],
        trust: scope === 'record' ? null : trusts[1]!,
        object: { ...object, receivedAt: '2027-01-01T00:00:00Z', anchoredBy: block },
        steps: [
          { step: 'file-digest', status: 'pass', code: 'ok', expected: 'ab', found: 'ab' },
          { step: 'anchor', status: 'pass', code: 'ok', expected: '7', found: '7' },
          { step: 'finality', status: 'pass', code: 'ok' },
          ...(['record-root', 'inclusion', 'log-signature'] as const).map((step) => ({
            step,
            status: 'pass' as const,
            code: 'ok',
          })),
          { step: 'custody', status: 'none', code: 'not-asked' },
        ],
      };
    }
  }
}

function printed(lang: Lang): string {
  let notes = '';
  const stdout = new TextSink();
  const output = new Output(false, lang, surroundings(stdout));
  let i = 0;
  for (const report of reports()) {
    printReport(output, lang, report, subjects[i % subjects.length]!, { isVerbose: i++ % 2 === 0 });
    notes += `${independenceNote(report)?.[lang] ?? ''}\n`;
  }
  return stdout.text + notes;
}

function printedOne(report: Report, lang: Lang = 'en'): string {
  const stdout = new TextSink();
  printReport(new Output(false, lang, surroundings(stdout)), lang, report, {}, { isVerbose: true });
  return stdout.text;
}

test.each([
  ['2025-12-31T23:58:59Z', true],
  ['2025-12-31T23:59:30Z', false],
  ['2026-01-01T00:10:30Z', false],
  ['2026-01-01T00:11:01Z', true],
] as const)('the operator’s time %s next to blocks of 00:00 and 00:10: outside %s [T41]', (receivedAt, isOutside) => {
  const later = { ...block, blockNumber: '9', blockTime: '2026-01-01T00:10:00.000Z' };
  const steps = [...LOG_STEPS, 'anchor' as const, 'finality' as const, 'not-before' as const].map((step) => ({
    step,
    status: 'pass' as const,
    code: 'ok',
  }));
  const text = printedOne({ ...reports().next().value!, object: { ...object, receivedAt, anchoredBy: later }, steps });
  expect(text).toContain(`${recordedTimeText(receivedAt).en}\n`);
  expect(text).toContain(`made after block 7: ${timeText('2026-01-01T00:00:00Z').en}`);
  expect(text).toContain(`anchored by block 9: ${timeText('2026-01-01T00:10:00Z').en}`);
  expect(text.includes(REPORT.receivedAtOutside.en)).toBe(isOutside);
});

test.each(LOG_STEPS)('where %s does not pass, an anchor bounds no time of the record', (missing) => {
  const steps = [...LOG_STEPS, 'anchor' as const, 'finality' as const, 'not-before' as const].map((step) =>
    step === missing ? { step, status: 'fail' as const, code: 'wrong' } : { step, status: 'pass' as const, code: 'ok' },
  );
  const text = printedOne({ ...reports().next().value!, object: { ...object, anchoredBy: block }, steps });
  expect(text).toContain('the receipt states: after block 7; not verified');
  expect(text).toContain('the receipt states: anchored by block 7; not verified');
});

test.each([
  [
    'zh',
    '案件            未披露\n',
    '其他节          3 节，未披露\n',
    '登记时间        未披露\n',
    '登记时间        回执中没有记载\n',
  ],
  [
    'en',
    'case            not disclosed\n',
    'other sections  3, not disclosed\n',
    'registered      not disclosed\n',
    'registered      not stated\n',
  ],
] as const)(
  'what the receipt withholds is named, what it does not state is not said to be withheld: %s',
  (lang, named, others, time, noTime) => {
    const report = reports().next().value!;
    const { case: _, ...sections } = object.sections;
    const withheld = { sections: ['case', 'time'], others: 3 };
    const text = printedOne({ ...report, object: { ...object, sections, withheld, receivedAt: null } }, lang);
    for (const line of [named, others, time]) expect(text.split(line)).toHaveLength(2);
    const bare = { ...object, withheld: { sections: [], others: 0 }, receivedAt: null };
    const other = printedOne({ ...report, object: bare }, lang);
    expect(other).toContain(noTime);
    expect(other).not.toContain(FACTS.withheld[lang]);
  },
);

test('equal values are one value, in Chinese with its marks', () => {
  const steps = [
    { step: 'file-digest', status: 'pass', code: 'ok', expected: 'ab', found: 'ab' },
    { step: 'anchor', status: 'fail', code: 'anchor-root-differs', expected: 'c', found: 'd' },
  ] as const;
  const text = printedOne({ ...reports().next().value!, verdict: 'INCONSISTENT', object, steps }, 'zh');
  expect(text).toContain('存证记录矛盾（INCONSISTENT）');
  expect(text).toContain('哈希值：ab（一致）');
  expect(text).not.toContain('应为：ab');
  expect(text).toContain('应为：c\n');
  expect(text).toContain('实为：d\n');
  expect(text).toContain('链上锚定：锚定与检查点的默克尔根不同（anchor-root-differs）');
  expect(text).toContain('存证日志        log.example，序号 2（自 0 起）');
  expect(text).toContain('2026-01-01 08:00:00（北京时间，UTC+8），据运营方系统记载');
});

test.each(['zh', 'en'] as const)('every text of a report is in %s, with its placeholders filled', (lang) => {
  const text = printed(lang);
  expect(text.match(/.*\{[a-zA-Z0-9]+\}.*/g)).toBeNull();
  // a step that was not requested has its status alone
  const { 'not-asked': _, ...codes } = STEP_CODES;
  const tables = [
    REPORT,
    ADVICE,
    ANSWERS,
    FACTS,
    INDEPENDENCE_SOURCES,
    codes,
    PASS_SENTENCES,
    STATUS_LABELS,
    STEP_LABELS,
    SCOPE_NOTES,
  ];
  const verdicts = [VERDICT_MEANINGS, { VERIFIED_FILE, VERIFIED_DIGEST, MISMATCH_UNCHECKED, OTHER_FILE }];
  const missing = [...tables, ...verdicts]
    .flatMap((table) => Object.entries<Message>(table))
    .filter(([, words]) => {
      const parts = words[lang].split(/\{[a-zA-Z0-9]+\}/).map((part) => part.replaceAll(/[.*+?^$()[\]|\\]/g, '\\$&'));
      return !new RegExp(parts.join('.+')).test(text);
    });
  expect(missing).toEqual([]);
});
