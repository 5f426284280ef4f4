import { expect, test } from 'vitest';
import { parseTimestamp, recordedTimeText, timeText } from '../../src/text/time.ts';

test('a time is shown in Beijing time and in UTC, on every machine', () => {
  const before = process.env['TZ'];
  try {
    for (const zone of ['UTC', 'Asia/Shanghai', 'America/New_York']) {
      process.env['TZ'] = zone;
      expect(timeText('2026-11-30T08:36:13.123Z')).toEqual({
        zh: '北京时间 2026年11月30日 16:36:13',
        en: '2026-11-30 08:36:13 UTC',
      });
      expect(recordedTimeText('2026-11-30T08:36:13Z')).toEqual({
        zh: '2026年11月30日 16:36:13（北京时间；据运营方系统记载）',
        en: "2026-11-30 08:36:13 UTC (as recorded by the operator's system)",
      });
    }
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('the day changes with the zone, and another offset is the same moment', () => {
  expect(timeText('2026-12-31T16:00:00Z').zh).toBe('北京时间 2027年1月1日 00:00:00');
  expect(timeText('2027-01-01T00:00:00+08:00')).toEqual(timeText('2026-12-31T16:00:00Z'));
});

test.each(['', 'yesterday', '2026-11-30', '2026-11-30T08:36:13', '2026-13-30T08:36:13Z', '2026-11-30T08:36:13Z x'])(
  'what is no timestamp stays as it is: "%s"',
  (text) => {
    expect(parseTimestamp(text)).toBeNaN();
    expect(timeText(text)).toEqual({ zh: text, en: text });
    expect(recordedTimeText(text).zh).toBe(`${text}（据运营方系统记载）`);
  },
);
