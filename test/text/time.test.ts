import { expect, test } from 'vitest';
import { parseTimestamp, recordedTimeText, timeText } from '../../src/text/time.ts';

test.each([
  ['UTC', '2026-11-30 08:36:13 (UTC)'],
  ['Asia/Shanghai', '2026-11-30 16:36:13 (UTC+8)'],
  ['America/New_York', '2026-11-30 03:36:13 (UTC-5)'],
  ['Asia/Kolkata', '2026-11-30 14:06:13 (UTC+5:30)'],
])('a time is shown in Beijing time, and in English in the zone of the machine: %s', (zone, en) => {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    const zh = '2026-11-30 16:36:13（北京时间，UTC+8）';
    expect(timeText('2026-11-30T08:36:13.123Z')).toEqual({ zh, en });
    expect(recordedTimeText('2026-11-30T08:36:13Z')).toEqual({
      zh: `${zh}，据运营方系统记载`,
      en: `${en}, as recorded by the operator's system`,
    });
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('the day changes with the zone, and another offset is the same moment', () => {
  expect(timeText('2026-12-31T16:00:00Z').zh).toBe('2027-01-01 00:00:00（北京时间，UTC+8）');
  expect(timeText('2027-01-01T00:00:00+08:00')).toEqual(timeText('2026-12-31T16:00:00Z'));
});

test.each(['', 'yesterday', '2026-11-30', '2026-11-30T08:36:13', '2026-13-30T08:36:13Z', '2026-11-30T08:36:13Z x'])(
  'what is no timestamp stays as it is: "%s"',
  (text) => {
    expect(parseTimestamp(text)).toBeNaN();
    expect(timeText(text)).toEqual({ zh: text, en: text });
    expect(recordedTimeText(text).zh).toBe(`${text}，据运营方系统记载`);
  },
);
