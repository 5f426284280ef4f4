import { LedgerError } from '../../src/text/ledger-error.ts';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ContentStore } from '../../src/adapters/embedded-store/contents/content-store.ts';
import { dataPaths, readIdentity } from '../../src/adapters/data-folder/data-folder.ts';
import { checkStore } from '../../src/adapters/embedded-store/check/check.ts';
import { type LevelStore, openStore } from '../../src/adapters/embedded-store/store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { keysForSize } from '../../src/protocol/trust.ts';
import { TILE_WIDTH, tileWidth } from '../../src/protocol/merkle/tile.ts';

/**
 * `node flip-worker.ts <whole folder> <folder to spoil> <flips.json> <first> <end>`: flips bits one
 * after the other, and prints one line for each: what `fsck` reports of the folder and what the
 * store answers. It is a separate process because LevelDB may end it; started again at the same
 * flip, it finds the mark that was left and must not end again.
 */
export interface Flip {
  /** Below the data folder. */
  readonly file: string;
  readonly bit: number;
}

export interface Judgement {
  readonly flip: number;
  /** `code file` of each problem of fsck, at most a few. */
  readonly findings: readonly string[];
  /** How the start went: `ok`, or the code that it was refused with. */
  readonly start: string;
  /** Questions that got an error with a code, and those that got a wrong answer. */
  readonly refused: number;
  readonly wrong: readonly string[];
}

const [whole, dir, list, first, end] = process.argv.slice(2) as [string, string, string, string, string];
const flips = JSON.parse(readFileSync(list, 'utf8')) as Flip[];
const identity = readIdentity(dataPaths(whole));
const vkeys = (size: bigint) => keysForSize(identity, size);

type Answers = ReadonlyMap<string, unknown>;

cpSync(whole, join(dir, '..', 'asked'), { recursive: true });
const original = await openStore({ dir: join(dir, '..', 'asked'), hash: nodeSha256, hasher: nodeTreeHasher });
const questions = await allQuestions(original);
const expected = await answersOf(original);
await original.close();
rmSync(join(dir, '..', 'asked'), { recursive: true });

for (let i = Number(first); i < Number(end); i++) {
  const { file } = flips[i]!;
  spoil(flips[i]!);
  console.log(JSON.stringify({ flip: i, ...(await judge(flips[i]!)) }));
  cpSync(join(whole, file), join(dir, file));
  restoreIndex();
  rmSync(join(dir, 'index.open'), { force: true });
}

function spoil({ file, bit }: Flip): void {
  const bytes = readFileSync(join(whole, file));
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(join(dir, file), bytes);
}

function restoreIndex(): void {
  rmSync(join(dir, 'index'), { recursive: true });
  cpSync(join(whole, 'index'), join(dir, 'index'), { recursive: true });
}

async function judge(flip: Flip): Promise<Omit<Judgement, 'flip'>> {
  const { file } = flip;
  if (file.startsWith('contents')) {
    const problem = await new ContentStore(join(dir, 'contents')).check(file.split('/').at(-1)!);
    return {
      findings: problem === undefined ? [] : [`${problem.code} ${problem.file}`],
      start: 'ok',
      refused: 0,
      wrong: [],
    };
  }
  // checking opens the index, and LevelDB cleans up: a start finds the damaged folder itself
  const { problems } = await checkStore({ dir, vkeys, hash: nodeSha256, hasher: nodeTreeHasher });
  const findings = problems.slice(0, 3).map(({ code, where }) => `${code} ${where.file ?? where.key}`);
  restoreIndex();
  if (dirname(file) === 'index') spoil(flip);
  let store: LevelStore;
  try {
    store = await openStore({ dir, hash: nodeSha256, hasher: nodeTreeHasher });
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { findings, start: error.code, refused: 0, wrong: [] };
  }
  const answers = await answersOf(store);
  await store.close();
  const wrong: string[] = [];
  let refused = 0;
  for (const [name, answer] of answers) {
    if (answer instanceof LedgerError) refused++;
    else if (!isDeepStrictEqual(answer, expected.get(name))) wrong.push(name);
  }
  return { findings, start: 'ok', refused, wrong };
}

/** Every read of a store for what it holds, and some for what it does not. */
async function allQuestions(reference: LevelStore): Promise<[string, (store: LevelStore) => unknown][]> {
  const { size } = reference.head();
  const all: [string, (store: LevelStore) => unknown][] = [
    ['head', (store) => store.head()],
    ['published', (store) => store.published()],
    ['anchors', (store) => store.anchorCount()],
    ['open anchors', (store) => store.openAnchors()],
    ['no id', (store) => store.indexOfId('none')],
    ['no mark', (store) => store.marked(new Uint8Array(32))],
  ];
  const lookups = new Map<string, { by: string; value: string }>();
  for (let i = 0n; i < size; i++) {
    const { header, lookups: own } = (await reference.record(i))!;
    for (const lookup of own) lookups.set(`${lookup.by} ${lookup.value}`, lookup);
    all.push([`record ${i}`, (store) => store.record(i)]);
    all.push(
      [`id ${i}`, (store) => store.indexOfId(header.id)],
      [`number ${i}`, (store) => store.indexOfNumber(header.number)],
    );
  }
  for (const [name, lookup] of lookups) all.push([name, (store) => store.indexesOf(lookup, 0n, 10_000)]);
  for (let known = 0n; known <= size; known += 30n)
    all.push([`published ${known}`, (store) => store.publishedAt(known)]);
  for (let id = 0; id <= reference.anchorCount(); id++) all.push([`anchor ${id}`, (store) => store.anchor(id)]);
  for (let known = 0n; known <= size; known += 50n)
    all.push([`final ${known}`, (store) => store.finalAnchorFrom(known)]);
  for (const level of [0, 1] as const) {
    for (let index = 0n; tileWidth(level, index, size) > 0; index++) {
      const width = tileWidth(level, index, size);
      all.push([`tile ${level}/${index}`, (store) => store.tile(level, index, width)]);
      if (level === 0) all.push([`bundle ${index}`, (store) => store.bundle(index, Math.min(width, TILE_WIDTH))]);
    }
  }
  return all;
}

async function answersOf(store: LevelStore): Promise<Answers> {
  const answers = await Promise.all(questions.map(([, ask]) => answerOf(() => ask(store))));
  return new Map(questions.map(([name], i) => [name, answers[i]]));
}

async function answerOf(ask: () => unknown): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
}
