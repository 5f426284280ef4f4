import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScrubMemory } from '../../src/log/model.ts';
import type { ScrubWatch } from '../../src/log/ports.ts';
import { startScrubber } from '../../src/server/background/scrubber.ts';
import { eventually, startLedger, type TestLedger } from './ledger-fixture.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startLedger();
});
afterAll(() => ledger.remove());

const scrubHealth = async () =>
  ((await (await fetch(`${ledger.server.url}/readyz`)).json()) as { scrub: { passes: number; lastPassAt?: string } })
    .scrub;
const passed = () =>
  eventually(async () => {
    const health = await scrubHealth();
    return health.passes > 0 ? health : undefined;
  });

test('the time of the last complete pass survives a restart; a damaged note counts as none', async () => {
  const { lastPassAt } = await passed();
  expect(Math.abs(Date.parse(lastPassAt!) - Date.now())).toBeLessThan(60_000);
  const notes = join(ledger.dataDir, 'scrub.json');
  expect(JSON.parse(readFileSync(notes, 'utf8'))).toEqual({ lastPassMs: Date.parse(lastPassAt!) });

  for (const text of ['{"lastPassMs":"never","position":7}', '{"lastPassMs":1,"pos', '{"position":"elsewhere"}']) {
    await ledger.server.stop();
    writeFileSync(notes, text);
    await ledger.restart();
    await passed();
  }
  expect(ledger.events.filter(({ type }) => type === 'damage' || type === 'internal-error')).toEqual([]);
});

test('stopped repeatedly within a pass, it still reads everything', async () => {
  const pieces = 20;
  let memory: ScrubMemory = {};
  const read: number[] = [];
  let passes = 0;
  for (let run = 0; passes === 0 && run < pieces; run++) {
    const hasRead = Promise.withResolvers<void>();
    let left = 3;
    let isWhole = false;
    const walk = async (from: string | undefined, { onRead, onPosition }: ScrubWatch) => {
      if (isWhole) return; // the next pass
      for (let piece = Number(from ?? 0); piece < pieces; piece++) {
        if (left-- === 0) hasRead.resolve();
        if (left < 0) await new Promise(() => {});
        await onRead(1);
        read.push(piece);
        onPosition(() => String(piece + 1));
      }
      isWhole = true;
      hasRead.resolve();
    };
    const scrubber = startScrubber({
      bytesPerSecond: 1e9,
      source: {
        walk: (from, watch) => Promise.race([walk(from, watch), stopped(hasRead.promise)]),
        recall: async () => memory,
        remember: async (kept) => void (memory = kept),
      },
      clock: () => 1234,
      onProblem: () => {},
      onError: () => {},
    });
    await hasRead.promise;
    await scrubber.stop();
    passes = scrubber.health().passes;
  }
  expect(read).toEqual(Array.from({ length: pieces }, (_, i) => i));
  expect([passes, memory]).toEqual([1, { lastPassMs: 1234 }]);
});

/** Ends the walk as a stop would: in the middle. */
async function stopped(reached: Promise<void>): Promise<void> {
  await reached;
  await new Promise((resolve) => setImmediate(resolve));
  throw new Error('stopped');
}
