import { LedgerError } from '../../src/text/ledger-error.ts';
import { createPrivateKey, sign } from 'node:crypto';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import { Log } from '../../src/log/log.ts';
import type { RecordDraft } from '../../src/log/new-record.ts';
import type { Head } from '../../src/log/model.ts';
import type { LogSigner } from '../../src/log/ports.ts';
import { signedHead } from '../../src/log/signed-head.ts';
import { toBase64, toHex, utf8Bytes, utf8Text } from '../../src/protocol/encoding/bytes.ts';
import { verifierKey } from '../../src/protocol/note/vkey.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import { Witness } from './invariants.ts';
import { SeededRandom } from './random.ts';
import { allSettled, type CallKind, type Life, NO_FAULTS, Scheduler } from './scheduler.ts';
import { SimChain } from './sim-chain.ts';
import { SimWitness } from './sim-witness.ts';
import { Disk, SimStore } from './sim-store.ts';
import { flippingHashes } from './bad-memory.ts';
import { requireInvariant, Violation } from './violation.ts';

const ORIGIN = 'simulation.test/log';
const SECRET_KEY = new Uint8Array(32).fill(9);
const KEY = verifierKey(ORIGIN, ed25519.getPublicKey(SECRET_KEY));
/** The fixed beginning of an Ed25519 secret key in DER, PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PRIVATE_KEY = createPrivateKey({
  key: Buffer.concat([PKCS8_PREFIX, SECRET_KEY]),
  format: 'der',
  type: 'pkcs8',
});
/** The log key; it records what it signed. */
function newSigner(signatures: Map<string, Uint8Array>): LogSigner {
  return {
    origin: ORIGIN,
    sign: (text) => {
      const signature = new Uint8Array(sign(null, text, PRIVATE_KEY));
      signatures.set(utf8Text(text), signature);
      return { name: ORIGIN, keyId: KEY.keyId, signature };
    },
  };
}
const PLACE = { chainId: 1n, genesisHash: '0xb0', contract: '0xcontract', logs: [{ logId: '0xlog', fromSize: 0n }] };

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const STEPS = 220;
const HEALING_ROUNDS = 80;
/**
 * The errors that a client or the heartbeat may get when a part other than the log is broken;
 * anything else is a bug of ours.
 */
const EXPECTED_CODES = ['store-failed', 'chain-unreachable', 'chain-refused', 'clock-behind', 'idempotency-conflict'];

/** One registration that a client requests; with a mark it is retried until it is answered. */
interface Wish {
  readonly name: string;
  readonly draft: RecordDraft;
  readonly scope?: string;
}

/** The running program. */
interface Program extends Life {
  readonly store: SimStore;
  log?: Log;
  isPublishing: boolean;
  isAnchoring: boolean;
  /** A bit of its memory has flipped: it may refuse anything, and must not do anything wrong. */
  hadBitFlip: boolean;
}

export interface Summary {
  readonly records: number;
  readonly acknowledged: number;
  readonly anchors: number;
  readonly starts: number;
  /** Lines that a witness gave. */
  readonly cosignatures: number;
  /** Digest of all events, in order. */
  readonly digest: string;
}

/**
 * Runs one history. The same seed gives the same one; a Violation that it throws has the seed and
 * the last events in its message.
 */
export async function simulate(seed: number): Promise<Summary> {
  const world = new World(seed);
  try {
    return await world.run();
  } catch (error) {
    const trace = world.trace.slice(-80).join('\n  ');
    const invariant = error instanceof Violation ? error.invariant : 'internal-error';
    throw new Error(`SEED=${seed} breaks ${invariant}\n${String(error)}\n  ${trace}`, { cause: error });
  }
}

class World {
  readonly #random: SeededRandom;
  readonly #scheduler: Scheduler;
  readonly #disk = new Disk();
  readonly #chain: SimChain;
  /** Undefined: the log has none. */
  readonly #cosigner: SimWitness | undefined;
  readonly #witness: Witness;
  readonly #signer: LogSigner;
  readonly #emptyHead: Head;
  readonly #wishes: Wish[] = [];
  /** Scopes that were answered with something else than a conflict. */
  readonly #answered = new Set<string>();
  readonly #actions: readonly (readonly [weight: number, action: () => void])[];
  readonly #faultRates: Readonly<Record<CallKind, number>>;
  readonly #intervalMs: number;
  #bitFlipRate: number;
  #program: Program | undefined;
  #trueMs = START_MS;
  /** The error of the clock. */
  #skewMs = 0;
  #serial = 0;
  #starts = 0;
  #violation: unknown;

  constructor(seed: number) {
    const random = new SeededRandom(seed);
    this.#random = random;
    this.#scheduler = new Scheduler(random);
    this.#chain = new SimChain(random, random.pick([0, 0, 1, 3]));
    const signatures = new Map<string, Uint8Array>();
    this.#signer = newSigner(signatures);
    this.#emptyHead = signedHead(this.#signer, 0n, nodeTreeHasher.empty, 0);
    this.#cosigner = random.chance(0.3)
      ? new SimWitness(
          random,
          () => this.#disk.size(),
          (check) => this.#guard(check),
        )
      : undefined;
    this.#witness = new Witness(this.#disk, this.#chain, KEY, signatures, this.#cosigner?.given ?? new Set());
    this.#intervalMs = random.pick([0, 5000, 60_000]);
    // Each seed has a few kinds of faults: with all of them at once little would ever get done.
    const sometimes = (rate: number) => (random.chance(0.5) ? rate : 0);
    this.#faultRates = {
      'store-write': sometimes(0.06),
      'store-read': sometimes(0.04),
      'chain-write': sometimes(0.3),
      'chain-read': sometimes(0.1),
      witness: sometimes(0.3),
      timeout: 0,
    };
    this.#bitFlipRate = random.pick([0, 0, 0, 1 / 1000, 1 / 50]);
    this.#actions = [
      [40, () => {}],
      [12, () => this.#wish()],
      [8, () => this.#tryAgain()],
      [6, () => this.#askReceipt()],
      [8, () => this.#publishStep()],
      [16, () => this.#anchorStep()],
      [3, () => this.#program?.log?.requestAnchor()],
      [14, () => this.#mine()],
      [random.pick([0, 1, 3]), () => this.#crash()],
      [sometimes(2), () => this.#toggle('isDown')],
      [sometimes(2), () => this.#toggle('isStalled')],
      [sometimes(4), () => this.#chain.reorganize()],
      [sometimes(3), () => this.#chain.forgetPool()],
      [sometimes(2), () => this.#chain.burnNonce()],
      [sometimes(2), () => (this.#skewMs = random.pick([0, 0, 4000, -4000, 6000, -6000, HOUR_MS, -HOUR_MS, YEAR_MS]))],
    ];
  }

  get trace(): readonly string[] {
    return this.#scheduler.trace;
  }

  async run(): Promise<Summary> {
    this.#scheduler.faultRates = this.#faultRates;
    for (let i = 0; i < STEPS; i++) {
      await this.#step();
      this.#check();
    }
    await this.#heal();
    await this.#checkWhole();
    const summary = this.#summary();
    if (this.#random.chance(0.3)) await this.#startFromOlderCopy();
    return summary;
  }

  async #step(): Promise<void> {
    this.#trueMs += this.#random.below(1500);
    if (this.#program === undefined) await this.#start();
    // fail-stop: the process ends itself; or is restarted
    else if (this.#isStopped && this.#random.chance(0.3)) this.#crash();
    const calls = this.#scheduler.pendingCount;
    if (calls > 0 && this.#random.chance(0.7)) return this.#scheduler.runOne();
    this.#random.pickWeighted(this.#actions)();
    await allSettled();
  }

  get #isStopped(): boolean {
    return this.#program?.store.hasFailed === true || this.#program?.log?.halted !== undefined;
  }

  /** Starts the program on what the disk holds, and compares with the chain as `evl serve` does. */
  async #start(): Promise<void> {
    const life: Life = { isOver: false };
    const store = await SimStore.open(this.#disk, this.#emptyHead, this.#scheduler, life);
    const program: Program = Object.assign(life, {
      store,
      isPublishing: false,
      isAnchoring: false,
      hadBitFlip: false,
    });
    this.#program = program;
    this.#starts++;
    this.#trace('start');
    this.#watch(program, this.#begin(program), () => {
      // a start that fails ends the process
      if (program.log === undefined && !program.isOver) this.#crash();
    });
  }

  async #begin(program: Program): Promise<void> {
    program.log = await this.#open(program);
    await program.log.compareWithChain();
  }

  #open(program: Program): Promise<Log> {
    const { hash, hasher } = flippingHashes(
      this.#random,
      () => this.#bitFlipRate,
      () => {
        this.#trace('a bit flips');
        program.hadBitFlip = true;
      },
    );
    return Log.open({
      store: program.store,
      chain: this.#chain.port(program, this.#scheduler, (transaction) => {
        this.#trace(`sending, nonce ${transaction.nonce}`);
        this.#guard(() => this.#witness.send(transaction));
      }),
      signer: this.#signer,
      clock: () => this.#trueMs + this.#skewMs,
      random: (length) => this.#random.bytes(length),
      newIdentifiers: () => ({ id: `id-${this.#serial++}`, number: `number-${this.#serial++}` }),
      hash,
      hasher,
      place: PLACE,
      anchorIntervalMs: this.#intervalMs,
      ...(this.#cosigner && {
        witnesses: {
          policy: this.#cosigner.policy,
          cosigners: [this.#cosigner.port(program, this.#scheduler)],
          keys: [KEY],
          sleep: () => this.#scheduler.write(program, 'timeout', 'the timeout ends', () => {}),
          onEvent: ({ type }) => this.#trace(type),
        },
      }),
      onHalt: ({ message }) =>
        this.#guard(() => requireInvariant(program.hadBitFlip, 'never-halts-without-reason', message)),
    });
  }

  /** Power off. */
  #crash(): void {
    if (this.#program === undefined) return;
    this.#trace('crash');
    this.#scheduler.end(this.#program);
    this.#program = undefined;
  }

  #wish(): void {
    const name = `file ${this.#serial++}`;
    const scope = this.#random.chance(0.7) ? nodeSha256(utf8Bytes(`scope ${name}`)) : undefined;
    const wish = this.#newWish(name, scope);
    this.#try(wish);
    if (scope !== undefined && this.#random.chance(0.1)) this.#try(wish); // the same twice at once
    if (scope !== undefined && this.#random.chance(0.1)) this.#try(this.#newWish(`other ${name}`, scope));
  }

  #newWish(name: string, scope: Uint8Array | undefined): Wish {
    const sections = { file: { name }, digests: { sha256: name }, case: { number: '1' }, registrant: {} };
    const draft = { kind: 'evidence', sections, lookups: [{ by: 'name', value: name }] };
    if (scope === undefined) return this.#keep({ name, draft });
    const mark = { scope, request: nodeSha256(utf8Bytes(name)) };
    return this.#keep({ name, draft: { ...draft, mark }, scope: toHex(scope) });
  }

  #keep(wish: Wish): Wish {
    this.#wishes.push(wish);
    return wish;
  }

  /**
   * Without a mark no request may be sent twice; with one any request may, also one that was
   * answered.
   */
  #tryAgain(): void {
    const again = this.#wishes.filter(({ scope }) => scope !== undefined);
    if (again.length > 0) this.#try(this.#random.pick(again));
  }

  #try(wish: Wish): void {
    const program = this.#program;
    const log = program?.log;
    if (program === undefined || log === undefined) return;
    const { name, draft, scope } = wish;
    const answer = async () => {
      const registered = await log.register(draft);
      this.#trace(`registered ${name} as ${registered.index}`);
      this.#witness.acknowledge(registered, name, scope === undefined ? undefined : { scope, request: name });
      if (scope !== undefined) this.#answered.add(scope);
      this.#witness.receive(registered.index, await log.receiptOf(registered));
    };
    this.#watch(program, answer());
  }

  #askReceipt(): void {
    const program = this.#program;
    const indexes = this.#witness.acknowledged;
    if (program?.log === undefined || indexes.length === 0) return;
    this.#watch(program, this.#receipt(program.log, program.store, this.#random.pick(indexes)));
  }

  async #receipt(log: Log, store: SimStore, index: bigint): Promise<boolean> {
    const record = await store.record(index);
    requireInvariant(record !== undefined, 'nothing-lost', `acknowledged record ${index} is not found`);
    const receipt = await log.newestReceipt(index, record);
    this.#witness.receive(index, receipt);
    return receipt.anchor !== null;
  }

  #publishStep(): void {
    const program = this.#program;
    if (program?.log === undefined || program.isPublishing) return;
    program.isPublishing = true;
    const step = program.log.publishStep().finally(() => (program.isPublishing = false));
    this.#watch(program, step);
  }

  #anchorStep(): void {
    const program = this.#program;
    if (program?.log === undefined || program.isAnchoring) return;
    program.isAnchoring = true;
    const step = program.log.anchorStep().finally(() => (program.isAnchoring = false));
    this.#watch(program, step);
  }

  #mine(): void {
    if (!this.#chain.isStalled && !this.#chain.isDown) this.#chain.mine();
  }

  #toggle(trouble: 'isDown' | 'isStalled'): void {
    this.#chain[trouble] = !this.#chain[trouble];
    this.#trace(`chain ${trouble}: ${this.#chain[trouble]}`);
  }

  /**
   * Failures whose code names a broken part other than the log are expected; all others are the
   * log's own.
   */
  #watch(program: Program, work: Promise<unknown>, onFailure?: () => void): void {
    work.catch((error: unknown) => {
      if (program.isOver) return;
      this.#trace(`told: ${error instanceof LedgerError ? error.code : String(error)}`);
      const isExpected = error instanceof LedgerError && EXPECTED_CODES.includes(error.code);
      if (isExpected || (program.hadBitFlip && !(error instanceof Violation))) onFailure?.();
      else this.#violation ??= error;
    });
  }

  #guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error;
    }
  }

  #check(): void {
    this.#guard(() => this.#witness.check(this.#program?.store));
    if (this.#violation !== undefined) throw this.#violation;
  }

  /** Ends all faults; then everything must complete by itself. */
  async #heal(): Promise<void> {
    this.#trace('all trouble ends');
    this.#scheduler.faultRates = NO_FAULTS;
    this.#bitFlipRate = 0;
    if (this.#program?.hadBitFlip === true) this.#crash();
    this.#chain.isDown = false;
    this.#chain.isStalled = false;
    this.#skewMs = 0;
    for (let round = 0; round < HEALING_ROUNDS && !(await this.#isWhole()); round++) {
      if (this.#isStopped) this.#crash(); // failures of before may arrive only now
      // A year ahead and back: the operator waits until the clock has caught up.
      this.#trueMs = Math.max(this.#trueMs, this.#disk.commits().at(-1)?.head.lastTimeMs ?? 0);
      if (this.#program === undefined) await this.#start();
      for (const wish of this.#openWishes()) this.#try(wish);
      await this.#finishCalls();
      this.#publishStep();
      await this.#finishCalls();
      this.#anchorStep();
      await this.#finishCalls();
      this.#chain.mine();
      this.#trueMs += this.#intervalMs;
      this.#check();
    }
  }

  async #finishCalls(): Promise<void> {
    for (await allSettled(); this.#scheduler.pendingCount > 0;) await this.#scheduler.runOne();
    this.#check();
  }

  async #isWhole(): Promise<boolean> {
    await allSettled();
    const store = this.#program?.store;
    if (store === undefined || this.#scheduler.pendingCount > 0) return false;
    const { size } = store.head();
    return (
      this.#openWishes().length === 0 && store.openAnchors().length === 0 && this.#chain.finalSizes().at(-1) === size
    );
  }

  /** A conflict is not final: the request that it conflicted with may have failed. */
  #openWishes(): Wish[] {
    return this.#wishes.filter(({ scope }) => scope !== undefined && !this.#answered.has(scope));
  }

  async #checkWhole(): Promise<void> {
    const { store, log } = this.#program!;
    const size = store.head().size;
    requireInvariant(
      this.#openWishes().length === 0,
      'all-is-answered',
      `${this.#openWishes().length} requests have no answer`,
    );
    if (size > 0n) {
      const final = this.#chain.finalSizes().at(-1);
      requireInvariant(final === size, 'all-is-anchored', `the log has size ${size}, the chain ${final}`);
    }
    const isAnchored = new Map<bigint, Promise<boolean>>();
    for (const index of this.#witness.acknowledged) isAnchored.set(index, this.#receipt(log!, store, index));
    const roots = [...this.#witness.seenSizes()].map(async ([seen, root]) => {
      requireInvariant(
        toBase64(await log!.reader.rootAt(seen)) === root,
        'one-root-a-size',
        `the tree of ${seen} is another one`,
      );
    });
    const marks = [...new Set(this.#wishes.flatMap(({ scope }) => scope ?? []))];
    const whole = Promise.all([
      ...isAnchored.values(),
      ...roots,
      this.#witness.checkWhole(store, marks, this.#random.chance(0.2)),
    ]);
    whole.catch(() => {}); // thrown below
    await this.#finishCalls();
    await whole;
    for (const [index, anchored] of isAnchored) {
      requireInvariant(await anchored, 'all-is-anchored', `receipt of record ${index} has no anchor`);
    }
  }

  #summary(): Summary {
    const digest = toHex(nodeSha256(utf8Bytes([...this.trace, ...this.#witness.seenSizes().values()].join('\n'))));
    return {
      records: Number(this.#disk.size()),
      acknowledged: this.#witness.acknowledgedCount,
      anchors: this.#chain.finalSizes().length,
      starts: this.#starts,
      cosignatures: this.#cosigner?.given.size ?? 0,
      digest,
    };
  }

  /**
   * Replaces the disk by a copy older than what the contract knows: the log must detect it, halt,
   * and send nothing.
   */
  async #startFromOlderCopy(): Promise<void> {
    const { writes } = this.#disk;
    const anchored = this.#chain.anchoredSize;
    const copy = new Disk(writes.slice(0, this.#random.below(writes.length)));
    if (copy.size() >= anchored) return;
    this.#crash();
    this.#scheduler.end(this.#program ?? { isOver: true });
    this.#trace(`older copy of size ${copy.size()}`);
    const life: Life = { isOver: false };
    const store = await SimStore.open(copy, this.#emptyHead, this.#scheduler, life);
    const halts: LedgerError[] = [];
    const isSent: boolean[] = [];
    const opened = Log.open({
      store,
      chain: this.#chain.port(life, this.#scheduler, () => isSent.push(true)),
      signer: this.#signer,
      clock: () => this.#trueMs,
      random: (length) => this.#random.bytes(length),
      newIdentifiers: () => ({ id: `id-${this.#serial++}`, number: `number-${this.#serial++}` }),
      hash: nodeSha256,
      hasher: nodeTreeHasher,
      place: PLACE,
      anchorIntervalMs: 0,
      onHalt: (reason) => halts.push(reason),
    });
    const log = await this.#finished(opened);
    // Where the chain did not answer at the start, the log continues and may even be the longer one
    // when it does.
    const isChainLate = this.#random.chance(0.5);
    if (isChainLate) {
      for (let i = 0; i < 1 + this.#random.below(Number(anchored - copy.size()) + 3); i++) {
        await this.#finished(log.register(this.#newWish(`new ${i}`, undefined).draft));
      }
      await this.#finished(log.publishStep());
    }
    const asked = await this.#finished(
      (isChainLate ? log.anchorStep() : log.compareWithChain()).then(
        () => 'nothing',
        (error: LedgerError) => error.code,
      ),
    );
    const expected = store.head().size < anchored ? 'log-rolled-back' : 'log-forked';
    requireInvariant(asked === expected, 'refuses-older-copy', `the log says ${asked}, should say ${expected}`);
    requireInvariant(
      log.halted?.code === expected && halts.length === 1,
      'refuses-older-copy',
      `halted ${halts.length} times`,
    );
    const { size } = store.head();
    const refused = await this.#finished(
      log.register(this.#newWish('after', undefined).draft).then(
        () => 'registered',
        (error: LedgerError) => error.code,
      ),
    );
    requireInvariant(refused === expected, 'refuses-older-copy', `a registration is answered with ${refused}`);
    requireInvariant(
      store.head().size === size && isSent.length === 0,
      'refuses-older-copy',
      'something was signed or sent',
    );
  }

  async #finished<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {}); // thrown below
    for (await allSettled(); this.#scheduler.pendingCount > 0;) await this.#scheduler.runOne();
    return work;
  }

  #trace(event: string): void {
    this.#scheduler.trace.push(event);
  }
}
