import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Report } from '../../src/protocol/verify/report.ts';

/** How the page asks its service about many files. */

interface Judge {
  judgeGiven(files: readonly object[], receipts: readonly object[]): Promise<{ name: string; report: Report }[]>;
}

interface Module {
  readonly PageJudge: new (
    service: object,
    trust: undefined,
    ended: AbortSignal,
    onProgress: (progress: { done: number }) => void,
  ) => Judge;
}

vi.stubGlobal('EVL_MODE', 'served');
// by a name that is computed: the types of the pages are those of browsers
const { PageJudge } = (await import(join(import.meta.dirname, '../../src/web/verify/judging.ts'))) as Module;

const COUNT = 3000;
const files = Array.from({ length: COUNT }, (_, key) => ({
  key,
  name: `${key}.txt`,
  sizeBytes: 1,
  doneBytes: 1,
  compared: { sha256: key.toString(16).padStart(64, '0'), sm3: '0'.repeat(64), size: 1 },
}));

/** A service that knows no record, and counts what is asked of it at once. */
function emptyService() {
  const counts = { now: 0, most: 0, all: 0 };
  const service = {
    url: 'http://ledger',
    async get() {
      counts.all++;
      counts.most = Math.max(counts.most, ++counts.now);
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      counts.now--;
      const body = new TextEncoder().encode('{"items":[],"treeSize":"0"}');
      return { status: 200, headers: new Headers(), body };
    },
  };
  return { service, counts };
}

test(`${COUNT} files without receipts are looked up a few at a time, with progress`, async () => {
  const { service, counts } = emptyService();
  const progress: number[] = [];
  const judge = new PageJudge(service, undefined, new AbortController().signal, ({ done }) => progress.push(done));
  const results = await judge.judgeGiven(files, []);
  expect(new Set(results.map(({ report }) => report.verdict))).toEqual(new Set(['NOT_FOUND']));
  expect(results.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  expect(counts).toEqual({ now: 0, most: 6, all: COUNT });
  expect(progress).toEqual(files.map(({ key }) => key + 1));
});

test('nothing more is asked when nobody waits for it', async () => {
  const { service, counts } = emptyService();
  const ended = new AbortController();
  const judge = new PageJudge(service, undefined, ended.signal, ({ done }) => done === 10 && ended.abort());
  await judge.judgeGiven(files, []);
  expect(counts.all).toBeLessThan(20);
});
