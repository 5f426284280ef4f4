import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openPaper } from '../../src/cli/tasks/paper-file.ts';
import { hasLinux, hasPosix } from '../availability.ts';

const folder = mkdtempSync(join(tmpdir(), 'evl-paper-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a report replaces no file, also none that appeared while it was judged', async () => {
  const path = join(folder, 'report.html');
  const paper = await openPaper(path);
  writeFileSync(path, 'mine');
  await expect(paper!.write('<p>')).rejects.toMatchObject({ code: 'report-exists' });
  await expect(openPaper(path)).rejects.toMatchObject({ code: 'report-exists' });
  expect(readFileSync(path, 'utf8')).toBe('mine');
  await (await openPaper(join(folder, 'new', 'report.html')))!.write('<p>');
  expect(readFileSync(join(folder, 'new', 'report.html'), 'utf8')).toBe('<p>');
});

test.runIf(hasPosix())('nor a link that leads nowhere', async () => {
  symlinkSync('nowhere/at-all', join(folder, 'link.html'));
  await expect(openPaper(join(folder, 'link.html'))).rejects.toMatchObject({ code: 'report-exists' });
});

test.runIf(hasLinux())('a place that takes no folders is named', async () => {
  const paper = await openPaper('/proc/no-folder/report.html');
  await expect(paper!.write('<p>')).rejects.toMatchObject({ code: 'file-unwritable' });
});
