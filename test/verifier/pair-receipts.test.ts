import { describe, expect, test } from 'vitest';
import { pairReceipts, type PlacedFile, type PlacedReceipt } from '../../src/verifier/pair-receipts.ts';

/** Which file each receipt gets: those of command line and page alike. */

const file = (place: string, sha256: string | undefined = place): PlacedFile => ({ place, sha256 });
const receipt = (path: string, sha256: string | undefined, statedPath?: string): PlacedReceipt => ({
  path,
  sha256,
  statedPath,
});

function paired(files: readonly PlacedFile[], receipts: readonly PlacedReceipt[]): Record<string, string> {
  const found = pairReceipts(files, receipts);
  return Object.fromEntries([...found].map(([{ path }, { place }]) => [path, place]));
}

describe('an altered file is not hidden by a copy of what it was', () => {
  const receipts = [
    receipt('x/rc/1.txt.receipt.json', '1', 'a/1.txt'),
    receipt('x/rc/3.txt.receipt.json', '3', 'a/3.txt'),
    receipt('x/rc/sub/copy1.txt.receipt.json', '1', 'a/sub/copy1.txt'),
    receipt('x/rc/sub/3.txt.receipt.json', '3', 'a/sub/3.txt'),
  ];
  const expected = {
    'x/rc/1.txt.receipt.json': 'x/a/1.txt',
    'x/rc/3.txt.receipt.json': 'x/a/3.txt',
    'x/rc/sub/copy1.txt.receipt.json': 'x/a/sub/copy1.txt',
    'x/rc/sub/3.txt.receipt.json': 'x/a/sub/3.txt',
  };
  test.each(['', '3.txt', 'sub/3.txt', '1.txt', 'sub/copy1.txt'])('altered: %s', (altered) => {
    const files = ['1.txt', '3.txt', 'sub/copy1.txt', 'sub/3.txt'].map((name) =>
      file(`x/a/${name}`, name === altered ? 'altered' : /\d/.exec(name)![0]),
    );
    for (const order of [receipts, receipts.toReversed()]) {
      expect(paired(files, order)).toEqual(expected);
      expect(paired(files.toReversed(), order)).toEqual(expected);
    }
  });

  test('of a folder that has another name now, and of receipts that have other names', () => {
    const files = [file('b/3.txt', '3'), file('b/sub/3.txt', 'altered')];
    const renamed = [receipt('rc/2.json', '3', 'a/sub/3.txt'), receipt('rc/1.json', '3', 'a/3.txt')];
    expect(paired(files, renamed)).toEqual({ 'rc/1.json': 'b/3.txt', 'rc/2.json': 'b/sub/3.txt' });
  });

  test('of files without their folders', () => {
    const files = [file('3.txt', 'altered'), file('copy.txt', '3')];
    const given = [receipt('copy.txt.receipt.json', '3', 'copy.txt'), receipt('1.json', '3', 'a/3.txt')];
    expect(paired(files, given)).toEqual({ 'copy.txt.receipt.json': 'copy.txt', '1.json': '3.txt' });
  });
});

test('the file next to a receipt is its file, whatever it holds by now', () => {
  const files = [file('a.txt', 'altered'), file('copy.txt', 'a')];
  expect(paired(files, [receipt('a.txt.receipt.json', 'a', 'a.txt')])).toEqual({ 'a.txt.receipt.json': 'a.txt' });
  expect(paired(files, [receipt('a.txt.receipt.json', undefined)])).toEqual({ 'a.txt.receipt.json': 'a.txt' });
});

test('a receipt with the name of the file comes before one with more in its name', () => {
  const files = [file('a.txt', 'b'), file('a(1).txt', 'b')];
  const receipts = [receipt('a.txt.receipt(1).json', 'b', 'a.txt'), receipt('a.txt.receipt.json', 'a', 'a.txt')];
  expect(paired(files, receipts)).toEqual({
    'a.txt.receipt.json': 'a.txt',
    'a.txt.receipt(1).json': 'a(1).txt',
  });
  // which of two records an altered file has is not for a copy of the other one to say
  expect(paired(files.slice(0, 1), receipts)).toEqual({ 'a.txt.receipt.json': 'a.txt' });
});

test('a renamed file is found by its digest, and shared by two records of it', () => {
  const receipts = [receipt('1.json', 'a', 'old.txt'), receipt('2.json', 'a', 'older.txt')];
  expect(paired([file('new.txt', 'a')], receipts)).toEqual({ '1.json': 'new.txt', '2.json': 'new.txt' });
});

test('names in another normal form are equal', () => {
  const found = paired(
    [file('e\u0301.txt', 'altered'), file('b', 'b')],
    [receipt('\u00e9.txt.receipt.json', 'a', '\u00e9.txt')],
  );
  expect(found).toEqual({ '\u00e9.txt.receipt.json': 'e\u0301.txt' });
});

test('an unrelated file is not taken for a changed one where several have its name', () => {
  const files = [file('p/1.jpg', 'x'), file('q/1.jpg', 'y')];
  expect(paired(files, [receipt('rc/r.json', 'z', '1.jpg')])).toEqual({});
});

test('ten thousand files of one content and one name', () => {
  const numbers = Array.from({ length: 10_000 }, (_, i) => i);
  const files = numbers.map((i) => file(`a/${i}/1.jpg`, 'same'));
  const receipts = numbers.map((i) => receipt(`rc/${i}.json`, 'same', `a/${9999 - i}/1.jpg`));
  const found = paired(files, receipts);
  expect(numbers.every((i) => found[`rc/${i}.json`] === `a/${9999 - i}/1.jpg`)).toBe(true);
  const hostile = receipt('rc/r.json', 'none', 'a/'.repeat(1_000_000));
  expect(paired(files, [hostile])).toEqual({});
});
