import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FRAME_OVERHEAD_BYTES } from '../../src/adapters/embedded-store/journal/frame.ts';
import { rebuildIndex } from '../../src/adapters/embedded-store/repair/rebuild.ts';
import { listFiles } from '../e2e/backup-helpers.ts';
import { Service, Workplace } from '../e2e/program.ts';
import { eventually, startLedger, type TestLedger } from '../server/ledger-fixture.ts';
import { SeededRandom } from '../simulation/random.ts';
import { report } from './figures.ts';
import type { Flip, Judgement } from './flip-worker.ts';

/**
 * Single bits flipped, one after the other, over all files of a real ledger: each is named, or
 * shown to be harmless.
 */

const RECORDS = 240;
const MORE_RECORDS = 30;
const SEGMENT_BYTES = 100_000;
const WORKERS = 2;
const SERVED = Number(process.env['SERVED'] ?? 30);
const FLIPS = Number(process.env['FLIPS'] ?? 1000);
/**
 * The same flips again, of files that are not quite the same: keys, salts and times are redrawn.
 */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 32);

// thousands of files are written and none needs to last: in memory, where there is such a folder
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'evl-corruption-'));
const whole = join(folder, 'whole');
let ledger: TestLedger;

beforeAll(async () => {
  ledger = await startLedger({ anchorIntervalMs: 3_600_000 });
  await register(0, RECORDS);
  await anchor(0);
  await ledger.server.stop();
  cutIntoSegments(join(ledger.dataDir, 'journal'));
  await rebuildIndex({ dir: ledger.dataDir });
  await ledger.restart();
  await register(RECORDS, MORE_RECORDS);
  await ledger.restart(); // these are another table
  await register(RECORDS + MORE_RECORDS, MORE_RECORDS); // and these LevelDB's log
  await anchor(1);
  await ledger.server.stop();
  cpSync(ledger.dataDir, whole, { recursive: true });
});
afterAll(async () => {
  await ledger.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function register(first: number, count: number): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => first + i);
  for (let at = 0; at < all.length; at += 30) {
    await Promise.all(all.slice(at, at + 30).map((i) => registerOne(i, i % 50 === 0)));
  }
}

async function registerOne(i: number, hasContent: boolean): Promise<void> {
  const { url } = ledger.server;
  const body = Buffer.from(`content ${i}`.repeat(50));
  const more: Record<string, unknown> = { digests: { sha256: createHash('sha256').update(body).digest('hex') } };
  if (hasContent) {
    const headers = { 'content-type': 'application/octet-stream' };
    const stored = await fetch(`${url}/v1/contents`, { method: 'POST', headers, body: new Uint8Array(body) });
    Object.assign(more, await stored.json());
    delete more['size'];
  }
  const file = { name: `${i}.txt`, size: body.length };
  const answer = await fetch(`${url}/v1/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${i}` },
    body: JSON.stringify({ case: { number: `case ${i % 7}` }, file, ...more }),
  });
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([201, '']);
}

async function anchor(before: number): Promise<void> {
  const { url } = ledger.server;
  // asked for again: the newest checkpoint may not have been published yet
  await eventually(async () => {
    await fetch(`${url}/v1/anchors`, { method: 'POST' });
    const { anchors, head, published } = (await (await fetch(`${url}/v1/anchors`)).json()) as {
      anchors: { state: string }[];
      head: { size: string };
      published: { size: string };
    };
    if (published.size !== head.size) return undefined;
    return anchors.length > before && anchors.every(({ state }) => state === 'final') ? true : undefined;
  });
}

/** The same frames in smaller segments, as a smaller limit would have made them. */
function cutIntoSegments(journal: string): void {
  const bytes = readFileSync(join(journal, '00000000.seg'));
  let [begin, at, number] = [0, 0, 0];
  const write = () =>
    writeFileSync(join(journal, `${String(number++).padStart(8, '0')}.seg`), bytes.subarray(begin, at));
  while (at < bytes.length) {
    at += bytes.readUInt32BE(at) + FRAME_OVERHEAD_BYTES;
    if (at - begin < SEGMENT_BYTES) continue;
    write();
    begin = at;
  }
  if (at > begin) write();
}

/** Spread over the kinds of files first, then over the files of a kind, then over their bits. */
function drawFlips(count: number): Flip[] {
  const random = new SeededRandom(SEED);
  const kinds = new Map<string, string[]>();
  for (const path of listFiles(whole)) {
    if (statSync(path).size === 0) continue; // lock files
    const file = relative(whole, path);
    const kind =
      dirname(file) === 'index' ? `index ${file.endsWith('.ldb') ? 'tables' : basename(file)}` : file.split('/')[0]!;
    if (['journal', 'contents'].includes(kind) || kind.startsWith('index'))
      kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  }
  const fairQueue = [...kinds].flatMap(([kind, files]) =>
    Array.from({ length: kind === 'journal' || kind === 'index tables' ? 4 : 1 }, () => files),
  );
  return Array.from({ length: count }, (_, i) => {
    const files = fairQueue[i % fairQueue.length]!;
    return bitOf(random.pick(files), random);
  });
}

function bitOf(file: string, random: SeededRandom): Flip {
  return { file, bit: random.below(8 * statSync(join(whole, file)).size) };
}

interface Judged extends Judgement {
  readonly file: string;
  readonly bit: number;
  readonly isAborted: boolean;
}

/** Runs a worker, and again from where LevelDB ended it. */
async function judgeAll(flips: readonly Flip[], list: string, from: number, to: number): Promise<Judged[]> {
  const dir = join(folder, `worker-${from}`, 'data');
  mkdirSync(dirname(dir));
  cpSync(whole, dir, { recursive: true });
  const judged: Judged[] = [];
  let aborted = -1;
  for (let next = from; next < to; next = from + judged.length) {
    const program = join(import.meta.dirname, 'flip-worker.ts');
    const child = spawn(process.execPath, [program, whole, dir, list, String(next), String(to)]);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await new Promise((resolve) => child.once('close', resolve));
    for (const line of stdout.split('\n').filter((each) => each !== '')) {
      const judgement = JSON.parse(line) as Judgement;
      judged.push({ ...judgement, ...flips[judgement.flip]!, isAborted: judgement.flip === aborted });
    }
    if (from + judged.length >= to) break;
    const dead = from + judged.length;
    if (child.signalCode !== 'SIGABRT' && child.signalCode !== 'SIGSEGV') throw new Error(`worker ended: ${stderr}`);
    // the next start, of the same folder, must not end so again
    expect(dead, `dies again at flip ${JSON.stringify(flips[dead])}`).not.toBe(aborted);
    aborted = dead;
  }
  return judged;
}

test('a damaged segment and a damaged content are put back by evl repair, and the service continues [S16]', async () => {
  const workplace = new Workplace();
  const data = workplace.env['EVL_DATA_DIR']!;
  try {
    cpSync(whole, data, { recursive: true });
    const backup = join(workplace.dir, 'backup');
    expect((await workplace.run(['backup', backup])).exit).toBe(0);
    const content = listFiles(join(data, 'contents')).find((file) => statSync(file).size > 0)!;
    const segment = join(data, 'journal', '00000001.seg');
    for (const file of [content, segment]) {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 4;
      writeFileSync(file, bytes);
    }
    const found = await workplace.json<{ problems: { code: string; where: { file: string } }[] }>(['fsck']);
    expect([found.exit, found.problems.map(({ code, where }) => [code, where.file])]).toEqual([
      5,
      [
        ['journal-damaged', segment],
        ['content-damaged', content],
      ],
    ]);
    expect(await workplace.json(['repair'])).toMatchObject({ exit: 5, error: { code: 'repair-lacking' } });
    expect(await workplace.json(['repair', '--from', backup])).toMatchObject({
      exit: 0,
      ok: true,
      segments: [{ file: segment, kept: join(data, 'journal', '00000001.damaged-1') }],
      contents: [basename(content)],
    });
    expect(await workplace.json(['repair', '--from', backup])).toMatchObject({ exit: 0, segments: [], contents: [] });
    expect(await workplace.json(['fsck'])).toMatchObject({ exit: 0, ok: true });
    expect(readFileSync(segment).equals(readFileSync(join(whole, 'journal', '00000001.seg')))).toBe(true);
    const service = new Service(workplace);
    await service.start();
    expect((await fetch(`${service.url}/log/checkpoint`)).status).toBe(200);
    await service.stop();
  } finally {
    workplace.remove();
  }
});

test('single bits flipped over all files of the store: named or harmless, no wrong answer [S16]', async (context) => {
  const segments = readdirSync(join(whole, 'journal')).length;
  const tables = readdirSync(join(whole, 'index')).filter((name) => name.endsWith('.ldb')).length;
  expect({ segments: segments > 2, tables: tables > 0 }).toEqual({ segments: true, tables: true });
  const flips = drawFlips(FLIPS);
  const list = join(folder, 'flips.json');
  writeFileSync(list, JSON.stringify(flips));
  const each = Math.ceil(FLIPS / WORKERS);
  const parts = Array.from({ length: WORKERS }, (_, i) =>
    judgeAll(flips, list, i * each, Math.min(FLIPS, (i + 1) * each)),
  );
  const judged = (await Promise.all(parts)).flat();

  const wrong = judged.filter(({ wrong: answers }) => answers.length > 0);
  const named = judged.filter(({ findings }) => findings.length > 0);
  const harmless = judged.filter(
    ({ findings, start, refused }) => findings.length === 0 && start === 'ok' && refused === 0,
  );
  const unnamed = judged.filter((one) => !named.includes(one) && !harmless.includes(one));
  const elsewhere = named.filter(
    ({ file, findings }) => !file.startsWith('index') && !findings.some((finding) => finding.includes(file)),
  );
  const aborted = judged.filter(({ isAborted }) => isAborted);
  if (process.env['SHOW'] !== undefined) {
    console.log({ seed: SEED, named: named.length, aborted, harmless: harmless.map(({ file }) => file) });
  }
  expect({ wrong, unnamed, elsewhere }, `seed ${SEED}`).toEqual({ wrong: [], unnamed: [], elsewhere: [] });
  expect(judged).toHaveLength(FLIPS);
  expect(harmless.filter(({ file }) => !file.startsWith('index'))).toEqual([]);
  report(context, {
    seed: String(SEED),
    flips: judged.length,
    named: named.length,
    harmless: harmless.length,
    wrongAnswers: wrong.length,
    abortsOfLevelDb: aborted.length,
  });
});

interface Served {
  readonly flip: Flip;
  readonly fsck: number | null;
  /** The code that `fsck` or the service reported; undefined where nothing was reported. */
  readonly reported: string | undefined;
  /** Questions that got another answer than without the flip. */
  readonly wrong: readonly string[];
}

/** What a client of the service sees, by question; problems by their code. */
async function seen(url: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    const text = await answer.text();
    answers.set(path, answer.ok ? text : `problem ${(JSON.parse(text) as { code: string }).code}`);
    return text;
  };
  const trust = JSON.parse(await ask('/trust.json')) as { chain: Record<string, unknown> };
  delete trust.chain['rpcUrls']; // a hint, of this start
  answers.set('/trust.json', JSON.stringify(trust));
  await ask('/log/checkpoint');
  await ask('/log/tile/0/000');
  const page = JSON.parse(await ask('/v1/evidence?case=case%201&limit=5')) as { items?: { id: string }[] };
  for (const { id } of page.items ?? []) await ask(`/v1/evidence/${id}/receipt`);
  return answers;
}

async function serveFlipped(flip: Flip, expected: ReadonlyMap<string, string>): Promise<Served> {
  const workplace = new Workplace();
  const service = new Service(workplace);
  const file = join(workplace.env['EVL_DATA_DIR']!, flip.file);
  try {
    cpSync(whole, workplace.env['EVL_DATA_DIR']!, { recursive: true });
    const bytes = readFileSync(file);
    bytes[flip.bit >> 3]! ^= 1 << (flip.bit & 7);
    writeFileSync(file, bytes);
    const fsck = await workplace.run(['fsck', '--json']);
    const failure = await service.start().then(
      () => undefined,
      (error: Error) => error.message,
    );
    const output = `${fsck.exit === 0 ? '' : fsck.stdout}${failure ?? ''}${service.stderr}`;
    const reported = /"code": "([a-z-]+)"|\(([a-z]+-[a-z-]+)\)|evl: (.*)|the service ended with/.exec(output);
    const answers = failure === undefined ? await seen(service.url) : new Map<string, string>();
    const differs = ([path, text]: [string, string]) =>
      withoutHeader(text) !== withoutHeader(expected.get(path)) && !text.startsWith('problem ');
    const wrong = [...answers].filter(differs).map(([path]) => path);
    return { flip, fsck: fsck.exit, reported: reported?.[1] ?? reported?.[2] ?? reported?.[3] ?? reported?.[0], wrong };
  } finally {
    await service.stop();
    workplace.remove();
  }
}

/**
 * A header that comes from the chain is missing where the chain does not run; the receipt proves
 * the same without it.
 */
function withoutHeader(text: string | undefined): string | undefined {
  return text?.replaceAll(/,"notBeforeHeader":"0x[0-9a-f]*"/g, '');
}

test('bits flipped in what a start reads: the program refuses, reports it, or answers as before [S16]', async (context) => {
  const whence = new Workplace();
  const service = new Service(whence);
  cpSync(whole, whence.env['EVL_DATA_DIR']!, { recursive: true });
  await service.start();
  const expected = await seen(service.url);
  await service.stop();
  whence.remove();

  const files = listFiles(whole)
    .filter((path) => statSync(path).size > 0)
    .map((path) => relative(whole, path))
    .filter((file) => !file.startsWith('contents'));
  const weighted = [...files, ...Array.from({ length: 6 }, () => ['trust.json', 'chain/transactions.jsonl']).flat()];
  const random = new SeededRandom(SEED);
  const flips = Array.from({ length: SERVED }, (_, i) => {
    const file = weighted[i % weighted.length]!;
    return bitOf(file, random);
  });
  const served: Served[] = [];
  await Promise.all(
    [0, 1].map(async (half) => {
      for (let i = half; i < flips.length; i += 2) served.push(await serveFlipped(flips[i]!, expected));
    }),
  );
  if (process.env['SHOW'] !== undefined) console.log(served.map((one) => JSON.stringify(one)).join('\n'));
  const wrong = served.filter((one) => one.wrong.length > 0);
  expect(wrong, `seed ${SEED}`).toEqual([]);
  const named = served.filter(({ reported }) => reported !== undefined).length;
  report(context, {
    servedFlips: served.length,
    servedNamed: named,
    servedHarmless: served.length - named,
    wrongAnswers: wrong.length,
  });
});
