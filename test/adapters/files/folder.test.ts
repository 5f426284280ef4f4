import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collect } from '../../cli/collect.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeSince, digestFile } from '../../../src/adapters/files/file-digest.ts';
import { findFiles } from '../../../src/adapters/files/folder.ts';
import { baseName, folderOf, joinPath, pathText } from '../../../src/adapters/files/path-bytes.ts';
import { hasLinux, hasPosix } from '../../availability.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evl-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string | Buffer, text = 'x') => {
  writeFileSync(joinPath(Buffer.from(folder), Buffer.from(name)), text);
};

async function names(path = folder): Promise<string[]> {
  const found = await collect(findFiles(Buffer.from(path)));
  return found.map((item) =>
    item.kind === 'file' ? pathText(item.name).text : `${item.kind} ${String(baseName(item.path))}`,
  );
}

describe('a folder', () => {
  test('is read whole, in the order of bytes, with names relative to it', async () => {
    mkdirSync(join(folder, 'b', '子目录'), { recursive: true });
    for (const name of ['b.txt', 'b/2', 'b/10', 'b/子目录/证据.pdf', 'a b', 'Z', '-', '.hidden']) write(name);
    expect(await names()).toEqual(['-', '.hidden', 'Z', 'a b', 'b.txt', 'b/10', 'b/2', 'b/子目录/证据.pdf']);
  });

  test('receipts and their left-overs are passed over', async () => {
    for (const name of [
      'a',
      'a.receipt.json',
      'a.receipt.contradiction.json',
      'a.receipt.json.0123456789ab.tmp',
      'b.tmp',
    ]) {
      write(name);
    }
    expect((await names()).filter((name) => !name.startsWith('skipped'))).toEqual(['a', 'b.tmp']);
  });

  test.runIf(hasPosix())('links and special files are reported and not followed', async () => {
    symlinkSync('/etc', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'broken'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await names()).toEqual(['skipped broken', 'skipped link', 'skipped pipe']);
    symlinkSync(join(folder, '..'), join(folder, 'loop'));
    write('file');
    expect(await names()).toContain('file');
  });

  test('a folder of a ledger is not entered', async () => {
    for (const name of ['journal', 'index', 'keys']) mkdirSync(join(folder, 'data', name), { recursive: true });
    write('data/version');
    write('data/journal/00000000.seg');
    expect(await names()).toEqual(['skipped data']);
  });

  test('a named file is listed by the last part of its path', async () => {
    write('one');
    expect(await names(join(folder, 'one'))).toEqual(['one']);
    await expect(names(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

describe.runIf(hasLinux())('names that are not UTF-8', () => {
  const gbk = Buffer.from('b2c4c1cf252e747874', 'hex'); // 材料%.txt in GBK

  test('are found, read, and written with per cent signs', async () => {
    write(gbk, 'abc');
    const [found] = await collect(findFiles(Buffer.from(folder)));
    expect(found).toMatchObject({ kind: 'file' });
    const digest = await digestFile(found!.path);
    expect(digest.sha256).toMatch(/^ba7816bf/);
    expect(pathText(baseName(found!.path))).toEqual({ text: '%B2%C4%C1%CF%25.txt', isEscaped: true });
  });

  test('two of them never have one text', () => {
    const other = Buffer.concat([Buffer.from('%B2'), gbk.subarray(1)]);
    expect(pathText(other).text).not.toBe(pathText(gbk).text);
    expect(pathText(Buffer.from('证据%.txt'))).toEqual({ text: '证据%.txt', isEscaped: false });
    expect(pathText(Buffer.from('c3a9ff41', 'hex')).text).toBe('é%FFA');
  });
});

test('parts of paths', () => {
  const parts = (path: string) => [folderOf(Buffer.from(path)), baseName(Buffer.from(path))].map(String);
  expect(parts('a')).toEqual(['.', 'a']);
  expect(parts('/a')).toEqual(['/', 'a']);
  expect(parts('a/a/a')).toEqual(['a/a/', 'a']);
  expect(parts('d/a/')).toEqual(['d/', 'a']);
});

test('a change after the digest is noticed: content, and another file in its place', async () => {
  write('one', 'before');
  const path = Buffer.from(join(folder, 'one'));
  const { stamp } = await digestFile(path);
  expect(await changeSince(path, stamp)).toBeUndefined();
  write('one', 'behind');
  expect(await changeSince(path, stamp)).toMatchObject({ isCertain: true });
  rmSync(join(folder, 'one'));
  expect(await changeSince(path, stamp)).toMatchObject({ isCertain: true });
});
