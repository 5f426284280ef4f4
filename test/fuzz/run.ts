import { ProtocolError } from '../../src/protocol/encoding/errors.ts';
import { type Parser, PARSERS } from '../protocol/parsers.ts';
import { Coverage } from './coverage.ts';
import { type Edit, EDIT_KINDS, edited } from './mutation.ts';
import { SeededRandom } from '../simulation/random.ts';

/**
 * `npm run fuzz`: bends inputs of every reader of `src/protocol`, keeps those that reach code that
 * none reached before, and bends these further. `FUZZ_SECONDS` for each reader (10), `FUZZ_TARGET`
 * for one alone, `FUZZ_SEED` to repeat. Ends with 1 where a reader threw anything but a refusal,
 * gave what is not written as it was read, or took longer than a second.
 */

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 10);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const GROUP = 32;
const TIMEOUT_MS = 1000;

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
  const figures = `${inputs} inputs, ${corpus} kept, ${blocks} blocks reached first`;
  console.log(`${failures.length === 0 ? 'ok' : '! '} ${name.padEnd(26)} ${figures}`);
  for (const { input, reason } of failures) console.log(`   ${reason}\n   ${Buffer.from(input).toString('base64')}`);
}
console.log(`${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;

function fuzz(parser: Parser, random: SeededRandom) {
  const corpus: Uint8Array[] = parser.seeds.map((text) => Buffer.from(text));
  const failures = new Map<string, Failure>();
  const run = (group: readonly Uint8Array[]) => {
    for (const input of group) {
      const reason = failureOf(parser.read, input);
      if (reason !== undefined) failures.set(reason, { input, reason });
    }
    return coverage.takeNew();
  };
  let [inputs, blocks] = [corpus.length, run(corpus)];
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs && failures.size < 10;) {
    // to ask for the coverage takes longer than to read: which of the group it was is not asked
    const group = Array.from({ length: GROUP }, () => bent(corpus, random));
    const more = run(group);
    if (more > 0) corpus.push(...group);
    inputs += group.length;
    blocks += more;
  }
  return { inputs, corpus: corpus.length, blocks, failures: [...failures.values()] };
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

function failureOf(read: Parser['read'], input: Uint8Array): string | undefined {
  const startMs = performance.now();
  try {
    const [again, source] = read(input) ?? [];
    if (again !== source) return 'it is not written as it was read';
  } catch (error) {
    if (!(error instanceof ProtocolError)) return String(error);
  }
  return performance.now() - startMs > TIMEOUT_MS ? `it took ${Math.round(performance.now() - startMs)} ms` : undefined;
}
