import { expect, test } from 'vitest';
import type { WatchEvent } from '../../src/auditor/events.ts';
import { watchPrinter } from '../../src/cli/print/watch-report.ts';
import { Output } from '../../src/cli/shell/output.ts';
import type { Cli } from '../../src/cli/shell/context.ts';
import { format } from '../../src/text/message.ts';
import { surroundings, TextSink } from './evl.ts';

test('a watch without news reports once an hour that it is alive', () => {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const output = new Output(false, 'en', { ...surroundings(stdout), stderr });
  const cli = { lang: 'en', output, format: format.bind(undefined, 'en') } as unknown as Cli;
  const print = watchPrinter(cli);
  const pass = (minutes: number): WatchEvent => ({
    type: 'pass',
    timeMs: minutes * 60_000,
    durationMs: 1,
    outcome: 'ok',
    size: 7n,
    anchoredSize: 7n,
  });
  for (let minutes = 0; minutes <= 150; minutes += 10) print(pass(minutes));
  const lines = stderr.text.split('\n').filter((line) => line !== '');
  expect(lines).toEqual([
    '1970-01-01T01:00:00.000Z  still watching, nothing new: entries 7, log and chain are in order',
    '1970-01-01T02:00:00.000Z  still watching, nothing new: entries 7, log and chain are in order',
  ]);
  expect(stdout.text).toBe('');
});
