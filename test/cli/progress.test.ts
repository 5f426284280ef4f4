import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Output } from '../../src/cli/shell/output.ts';
import { bytesText, WorkProgress } from '../../src/cli/shell/work-progress.ts';
import { surroundings, TextSink } from './evl.ts';

const MIB = 2 ** 20;

describe('what is shown', () => {
  let ms: number;
  const now = () => ms;
  beforeEach(() => (ms = 0));

  test('files, bytes, rate and time left, in both languages', () => {
    const progress = new WorkProgress({ files: 100, bytes: 100 * MIB }, now);
    for (let i = 0; i < 20; i++) {
      ms += 100;
      progress.addBytes(MIB);
      progress.addFile();
    }
    expect(progress.text()).toEqual({
      zh: '20/100 个文件，20 MiB（共 100 MiB），每秒 10 MiB，约剩 8 秒',
      en: '20 of 100 files, 20 MiB of 100 MiB, 10 MiB/s, about 8 s left',
    });
  });

  test('what is not known is left out', () => {
    const progress = new WorkProgress({}, now);
    progress.addBytes(1500);
    expect(progress.text().en).toBe('1 KiB');
    ms = 1000;
    expect(progress.text().en).toBe('1 KiB, 1 KiB/s');
    progress.totalBytes = 1500 * 7200;
    expect(progress.text().en).toBe('1 KiB of 10 MiB, 1 KiB/s, about 2 h 0 min left');
  });

  test('the rate is that of the last seconds; what is sent again counts once', () => {
    const progress = new WorkProgress({ bytes: 1000 * MIB }, now);
    for (let i = 0; i < 100; i++) {
      ms += 1000;
      progress.addBytes(i < 80 ? 10 * MIB : MIB);
      progress.text();
    }
    expect(progress.text().en).toContain('1.0 MiB/s, about 3 min left');
    progress.addBytes(-820 * MIB);
    expect(progress.text().en).toMatch(/^0 B of/);
  });

  test('one large file is not done at the rate of files', () => {
    const progress = new WorkProgress({ files: 2, bytes: 100 * MIB }, now);
    ms = 1000;
    progress.addFile();
    progress.addBytes(MIB);
    expect(progress.text().en).toContain('about 2 min left');
  });

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1 KiB'],
    [1.5 * MIB, '1.5 MiB'],
    [15.7 * MIB, '15 MiB'],
    [2.25 * 2 ** 40, '2.3 TiB'],
  ])('%d bytes', (bytes, text) => expect(bytesText(bytes)).toBe(text));
});

describe('where it is shown', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  /** What stderr receives of progress that is shown ten times a second for five minutes. */
  function shown(isJson: boolean, isTTY: boolean): string {
    const stderr = Object.assign(new TextSink(), { isTTY });
    const output = new Output(isJson, 'en', surroundings(new TextSink(), stderr));
    for (let i = 0; i < 3000; i++) {
      vi.advanceTimersByTime(100);
      output.progress(() => `at ${i}`);
    }
    return stderr.text;
  }

  test('a terminal has one line that is written over', () => {
    expect(shown(false, true)).toContain('\r\u001b[Kat 42\r');
  });

  test('a log has a line a minute', () => {
    expect(shown(false, false)).toBe('at 599\nat 1199\nat 1799\nat 2399\nat 2999\n');
  });

  test('a program has nothing', () => {
    expect([shown(true, true), shown(true, false)]).toEqual(['', '']);
  });
});
