import { nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import type { CosignerAnswer } from '../../src/log/model.ts';
import type { Cosigner } from '../../src/log/ports.ts';
import type { AddCheckpoint } from '../../src/protocol/note/add-checkpoint.ts';
import { toBase64 } from '../../src/protocol/encoding/bytes.ts';
import { type Checkpoint, parseCheckpoint } from '../../src/protocol/note/checkpoint.ts';
import { parseWitnessVkey } from '../../src/protocol/note/cosignature.ts';
import { verifyConsistency } from '../../src/protocol/merkle/consistency.ts';
import { parseNote } from '../../src/protocol/note/note.ts';
import { parsePolicy, type WitnessPolicy } from '../../src/protocol/note/witness-policy.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';
import type { SeededRandom } from './random.ts';
import type { Life, Scheduler } from './scheduler.ts';
import { requireInvariant } from './violation.ts';
import { httpStatus } from '../../src/text/answer-faults.ts';

const KEY = testWitness('witness.test', 5);

/**
 * A witness that outlives the program and keeps the rules; its answers get lost, come late, or are
 * about something else.
 */
export class SimWitness {
  readonly policy: WitnessPolicy = parsePolicy(policyOf(1, KEY));
  /** Every cosignature line that it gave. */
  readonly given = new Set<string>();
  readonly #random: SeededRandom;
  readonly #durableSize: () => bigint;
  readonly #guard: (check: () => void) => void;
  #newest: { readonly checkpoint: Checkpoint; readonly note: string } | undefined;
  /** Base64 root by size, of all checkpoints that it received. */
  readonly #roots = new Map<bigint, string>();
  #timeSeconds = 1_800_000_000;

  constructor(random: SeededRandom, durableSize: () => bigint, guard: (check: () => void) => void) {
    this.#random = random;
    this.#durableSize = durableSize;
    this.#guard = guard;
  }

  /**
   * `life` is the program that makes the request; one whose memory has flipped a bit may make a
   * wrong one.
   */
  port(life: Life & { readonly hadBitFlip: boolean }, scheduler: Scheduler): Cosigner {
    return {
      name: 'w0',
      key: parseWitnessVkey(KEY.vkey),
      add: (request) =>
        scheduler
          .write(life, 'witness', `witness ${request.oldSize}`, () => this.#add(request, life))
          .catch((): CosignerAnswer => ({ status: 'unavailable', reason: { zh: '测试所致', en: 'for the test' } })),
      latest: () => scheduler.read(life, 'witness', 'witness shows', () => this.#newest?.note).catch(() => undefined),
    };
  }

  #add({ oldSize, proof, note }: AddCheckpoint, asker: { readonly hadBitFlip: boolean }): CosignerAnswer {
    const { text } = parseNote(note);
    const checkpoint = parseCheckpoint(text);
    this.#guard(() => this.#check(checkpoint));
    const before = this.#newest?.checkpoint ?? { size: 0n, root: nodeTreeHasher.empty };
    if (oldSize !== before.size) return { status: 'other-size', size: before.size };
    const isExtended =
      oldSize === 0n
        ? proof.length === 0
        : verifyConsistency(nodeTreeHasher, before.size, checkpoint.size, before.root, checkpoint.root, proof);
    if (!isExtended) {
      this.#guard(() =>
        requireInvariant(asker.hadBitFlip, 'witness-is-convinced', `from ${oldSize} to ${checkpoint.size}`),
      );
      return { status: 'conflict', reason: httpStatus(422) };
    }
    const line = cosignatureLine(KEY, text, this.#timeSeconds++);
    this.#newest = { checkpoint, note: note + line };
    if (this.#random.chance(0.1)) return { status: 'cosigned', lines: cosignatureLine(KEY, 'another text\n') };
    this.given.add(line);
    return { status: 'cosigned', lines: line };
  }

  /** The checkpoints that the log sends to a witness are durable, and of one tree. */
  #check({ size, root }: Checkpoint): void {
    const known = this.#roots.get(size);
    requireInvariant(
      known === undefined || known === toBase64(root),
      'one-root-a-size',
      `two roots of ${size} are to be cosigned`,
    );
    this.#roots.set(size, toBase64(root));
    requireInvariant(
      size <= this.#durableSize(),
      'cosigned-is-durable',
      `size ${size} is to be cosigned and not on the disk`,
    );
  }
}
