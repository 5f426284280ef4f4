import { deepStrictEqual } from 'node:assert';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type LevelStore } from '../../../src/adapters/embedded-store/store.ts';
import { anchorJob, caseOf, checkpointOf, digestOf, recordId, scopeOf, TestLedger } from './ledger.ts';

/**
 * `node flips.ts <folder of a store with 27 records> <from> <to>`: flips bit after bit, spread over
 * the first table of the index, and prints for each the outcome of all reads: `right`, `found`
 * (some read threw `index-damaged`), `refused` (`index-unusable`), or what was wrong.
 */
const [dir, from, to] = process.argv.slice(2) as [string, string, string];
const index = join(dir, 'index');
const whole = join(dir, 'index.whole');
if (!existsSync(whole)) cpSync(index, whole, { recursive: true });
const table = readdirSync(whole).find((name) => name.endsWith('.ldb'))!;
const bytes = readFileSync(join(whole, table));
const ledger = new TestLedger();
ledger.next(27);

for (let i = Number(from); i < Number(to); i++) {
  rmSync(index, { recursive: true });
  cpSync(whole, index, { recursive: true });
  const flipped = Buffer.from(bytes);
  flipped[Math.floor((i / Number(to)) * bytes.length)]! ^= 1 << (i % 8);
  writeFileSync(join(index, table), flipped);
  console.log(await judge());
}

async function judge(): Promise<string> {
  let store: LevelStore;
  try {
    store = await openStore({ dir });
  } catch (error) {
    return codeOf(error) === 'index-unusable' ? 'refused' : String(error);
  }
  try {
    return await judgeAnswers(store);
  } finally {
    await store.close();
  }
}

async function judgeAnswers(store: LevelStore): Promise<string> {
  const range = (count: number, at: (i: number) => number) => Array.from({ length: count }, (_, i) => BigInt(at(i)));
  const questions: (readonly [string, () => Promise<unknown>, unknown])[] = [
    ...ledger.items.flatMap(({ record }, i) => [
      [`record ${i}`, () => store.record(BigInt(i)), record] as const,
      [`id ${i}`, () => store.indexOfId(recordId(i)), BigInt(i)] as const,
      [`mark ${i}`, async () => (await store.marked(scopeOf(i)))?.index, i % 2 === 0 ? BigInt(i) : undefined] as const,
    ]),
    ['digest', () => store.indexesOf({ by: 'sha256', value: digestOf(12) }, 0n, 50), range(10, (i) => 10 + i)],
    ['case', () => store.indexesOf({ by: 'case', value: caseOf(0) }, 0n, 50), range(9, (i) => 3 * i)],
    [
      'newest of a case',
      () => store.newestIndexesOf({ by: 'case', value: caseOf(0) }, 27n, 50),
      range(9, (i) => 24 - 3 * i),
    ],
    ['no id', () => store.indexOfId(recordId(27)), undefined],
    ['published', () => store.publishedAt(27n), checkpointOf(ledger.head)],
    ['not published', () => store.publishedAt(26n), undefined],
    ['final anchor', () => store.finalAnchorFrom(1n), anchorJob(0, 27n, 'final')],
    ['no final anchor', () => store.finalAnchorFrom(28n), undefined],
  ];
  let isFound = false;
  for (const [name, ask, expected] of questions) {
    try {
      const answer = await ask();
      deepStrictEqual(plain(answer), plain(expected), name);
    } catch (error) {
      if (codeOf(error) !== 'index-damaged') return `wrong: ${name}: ${String(error).split('\n')[0]}`;
      isFound = true;
    }
  }
  return isFound ? 'found' : 'right';
}

/** Without the prototypes that parsed objects lack. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_, member: unknown) => (typeof member === 'bigint' ? `${member}n` : member)),
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
