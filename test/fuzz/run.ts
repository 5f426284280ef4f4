import { Script } from 'node:vm';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { type Parser, PARSERS } from '../protocol/parsers.ts';
import { Coverage } from './coverage.ts';
import { type Edit, EDIT_KINDS, edited } from './mutation.ts';
import { SeededRandom } from '../simulation/random.ts';

/**
 * `npm run fuzz`: bends inputs of every reader of `src/protocol`, keeps those that reach code that none reached before, and bends these further.
 * `FUZZ_SECONDS` for each reader (10), `FUZZ_TARGET` for one alone, `FUZZ_SEED` to repeat. Ends with 1 where a reader threw anything but a refusal, gave
 * what is not written as it was read, or took longer than a second.
 */

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 10);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const GROUP = 512;
/** What is called by a script of its own can be stopped in the middle. */
const BOUNDED = new Script('fuzzedWork()');
const PATIENCE_MS = 1000;

interface Failure {
  readonly input: Uint8Array;
  readonly reason: string;
}

const coverage = new Coverage((url) => url.includes('/src/protocol/'));
const targets = Object.entries(PARSERS).filter(([name]) => name.includes(process.env['FUZZ_TARGET'] ?? ''));
console.log(`seed ${seed}, ${seconds} s for each of ${targets.length} readers`);
let failed = 0;
for (const [name, parser] of targets) {
  const { inputs, corpus, blocks, failures } = fuzz(parser, new SeededRandom(seed));
  failed += failures.length;
  const figures = `${inputs} inputs, ${corpus} kept, ${blocks} blocks reached`;
  console.log(`${failures.length === 0 ? 'ok' : '! '} ${name.padEnd(26)} ${figures}`);
  for (const { input, reason } of failures) console.log(`   ${reason}\n   ${Buffer.from(input).toString('base64')}`);
}
console.log(`${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;

function fuzz(parser: Parser, random: SeededRandom) {
  const corpus: Uint8Array[] = [];
  const failures = new Map<string, Failure>();
  const reached = new Set<string>();
  /** Whether they reach what none reached before. */
  const reachesMore = (group: readonly Uint8Array[], isKept: boolean) => {
    for (const failure of readAll(parser, group)) failures.set(failure.reason, failure);
    const more = [...coverage.take()].filter((block) => !reached.has(block));
    if (isKept) for (const block of more) reached.add(block);
    return more.length > 0;
  };
  /** Those of a group that reach more. To ask takes longer than to read: halves are asked, as long as one of theirs does. */
  const reaching = (group: readonly Uint8Array[]): readonly Uint8Array[] => {
    if (!reachesMore(group, group.length === 1)) return [];
    const half = group.length / 2;
    return group.length === 1 ? group : [...reaching(group.slice(0, half)), ...reaching(group.slice(half))];
  };
  coverage.take();
  for (const text of parser.seeds) {
    corpus.push(Buffer.from(text));
    reachesMore(corpus.slice(-1), true);
  }
  let inputs = corpus.length;
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs && failures.size < 10;) {
    const group = Array.from({ length: GROUP }, () => bent(corpus, random));
    inputs += group.length;
    corpus.push(...reaching(group));
  }
  return { inputs, corpus: corpus.length, blocks: reached.size, failures: [...failures.values()] };
}

function bent(corpus: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const edits = Array.from({ length: 1 + random.below(5) }, (): Edit => ({
    kind: random.pick(EDIT_KINDS),
    at: random.below(1000) / 1000,
    extent: random.below(1000) / 1000,
    value: random.below(256),
  }));
  return edited(random.pick(corpus), edits, corpus);
}

/** Also ends readers that do not end. */
function readAll({ read }: Parser, group: readonly Uint8Array[]): Failure[] {
  const failures: Failure[] = [];
  let input = group[0]!;
  const work = () => {
    for (input of group) {
      const reason = failureOf(read, input);
      if (reason !== undefined) failures.push({ input, reason });
    }
  };
  Object.assign(globalThis, { fuzzedWork: work });
  try {
    BOUNDED.runInThisContext({ timeout: 60 * PATIENCE_MS });
  } catch (error) {
    failures.push({ input, reason: String(error) });
  }
  return failures;
}

function failureOf(read: Parser['read'], input: Uint8Array): string | undefined {
  const startMs = performance.now();
  try {
    const [again, source] = read(input) ?? [];
    if (again !== source) return 'it is not written as it was read';
  } catch (error) {
    if (!(error instanceof ProtocolError)) return String(error);
  }
  return performance.now() - startMs > PATIENCE_MS
    ? `it took ${Math.round(performance.now() - startMs)} ms`
    : undefined;
}
