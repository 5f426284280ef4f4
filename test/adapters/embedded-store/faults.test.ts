import { LedgerError } from '../../../src/text/ledger-error.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { createStore, openStore } from '../../../src/adapters/embedded-store/store.ts';
import { MemoryStore } from '../../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256, nodeTreeHasher } from '../../../src/adapters/node-crypto/node-hashes.ts';
import type { Head } from '../../../src/log/model.ts';
import type { Store } from '../../../src/log/ports.ts';
import { toBase64, utf8Bytes } from '../../../src/protocol/encoding/bytes.ts';
import { parseCheckpoint } from '../../../src/protocol/note/checkpoint.ts';
import { parseNote } from '../../../src/protocol/note/note.ts';
import type { Receipt } from '../../../src/protocol/receipt.ts';
import { recordEntry, recordRoot } from '../../../src/protocol/record/header.ts';
import { formatTlogProof, parseTlogProof } from '../../../src/protocol/note/tlog-proof.ts';
import { checkNote } from '../../../src/protocol/note/vkey.ts';
import { judgeInclusion } from '../../../src/protocol/verify/log-steps.ts';
import { draftOf, EMPTY_HEAD, logKey, type MemoryLog, openMemoryLog, ScriptedChain } from '../../log/memory-log.ts';
import { FALLIBLE_CALLS, type FallibleCall, type Fault, FaultyStore } from './faulty-store.ts';
import { newFolder, removeFolders } from './folder.ts';

/** A place that a store is opened in again and again. */
interface Place {
  open(): Promise<Store>;
}

type NewPlace = (head: Head) => Promise<Place>;

/** One history on one store, over restarts, and what clients have seen of it. */
class History {
  readonly #place: Place;
  readonly #chain = new ScriptedChain();
  readonly #fault: Fault | undefined;
  readonly #acknowledged = new Map<string, { readonly index: bigint; readonly entry: string }>();
  readonly #roots = new Map<bigint, string>();
  #inner!: Store;
  #store!: FaultyStore;
  #first!: FaultyStore;
  #memory!: MemoryLog;
  #largestSize = 0n;

  constructor(place: Place, fault?: Fault) {
    this.#place = place;
    this.#fault = fault;
  }

  /** How often each call was made of the first store, up to its end. */
  get counts(): FaultyStore['counts'] {
    return this.#first.counts;
  }

  /** The script. A step that fails is tried again, after a restart where the store has stopped. */
  async run(): Promise<void> {
    await this.#start(this.#fault);
    this.#first = this.#store;
    for (const names of [['a'], ['b', 'c'], ['d']]) {
      await this.#retried(() => all(names.map((name) => this.#register(name))));
      await this.#retried(() => this.#memory.log.publishStep());
      for (let i = 0; i < 2; i++) await this.#retried(() => this.#anchorStep());
      await this.#retried(() => this.#lookUp(names[0]!));
    }
    await this.#store.close().catch(() => this.#inner.close());
    await this.#start();
  }

  /** What must hold at the end, on a store that was opened again. */
  async check(): Promise<void> {
    const store = this.#store;
    this.#see(store.head().note);
    expect(store.head().size).toBe(4n); // once each, however often it was tried
    expect(this.#acknowledged.size).toBe(4);
    for (const name of this.#acknowledged.keys()) {
      await this.#register(name); // the same mark gives the same record
      await this.#lookUp(name);
    }
    expect(store.head().size).toBe(4n);
    for (const [size, root] of this.#roots) expect(toBase64(await this.#memory.log.reader.rootAt(size))).toBe(root);
    expect(this.#chain.anchored.map(({ size }) => size)).toEqual([1n, 3n, 4n]);
    expect(store.openAnchors()).toEqual([]);
    expect((await store.finalAnchorFrom(4n))?.size).toBe(4n);
    expect(this.#memory.halts).toEqual([]);
  }

  async end(): Promise<void> {
    await this.#inner.close();
  }

  async #start(fault?: Fault): Promise<void> {
    this.#inner = await this.#place.open();
    this.#store = new FaultyStore(this.#inner, fault);
    expect(this.#store.head().size).toBeGreaterThanOrEqual(this.#largestSize);
    await this.#open();
  }

  async #open(): Promise<void> {
    // Opening reads the right edge, which may fail, too: then it is tried once more.
    const options = { store: this.#store, chain: this.#chain, anchorIntervalMs: 0 };
    this.#memory = await openMemoryLog(options).catch(() => openMemoryLog(options));
  }

  async #retried(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      expect(error).toBeInstanceOf(LedgerError);
      expect((error as LedgerError).code).toBe('store-failed');
      if (this.#store.hasStopped) {
        expect(this.#store.head().size).toBeGreaterThanOrEqual(this.#largestSize);
        await expect(this.#memory.register('after')).rejects.toMatchObject({ code: 'store-failed' });
        await this.#inner.close();
        await this.#start();
      }
      await step();
    }
    const { size, note } = this.#store.head();
    expect(size).toBeGreaterThanOrEqual(this.#largestSize);
    this.#largestSize = size;
    this.#see(note);
  }

  async #register(name: string): Promise<void> {
    const mark = { scope: nodeSha256(utf8Bytes(`scope ${name}`)), request: nodeSha256(utf8Bytes(name)) };
    const registered = await this.#memory.log.register({ ...draftOf(name), mark });
    const entry = recordEntry(recordRoot(nodeSha256, registered.record.header));
    const answer = { index: registered.index, entry: toBase64(entry) };
    expect(this.#acknowledged.get(name) ?? answer).toEqual(answer);
    this.#acknowledged.set(name, answer);
    this.#receive(registered.index, await this.#memory.log.receiptOf(registered));
  }

  async #anchorStep(): Promise<void> {
    await this.#memory.log.anchorStep();
    expect(this.#store.openAnchors().length).toBeLessThan(2);
  }

  /** All reads of the port, against what was acknowledged. */
  async #lookUp(name: string): Promise<void> {
    const store = this.#store;
    const { index, entry } = this.#acknowledged.get(name)!;
    const record = (await store.record(index))!;
    expect(toBase64(recordEntry(recordRoot(nodeSha256, record.header)))).toBe(entry);
    expect(await store.indexOfId(record.header.id)).toBe(index);
    expect(await store.indexOfNumber(record.header.number)).toBe(index);
    expect(await store.indexesOf({ by: 'name', value: name }, 0n, 2)).toEqual([index]);
    expect(await store.newestIndexesOf({ by: 'name', value: name }, index + 1n, 2)).toEqual([index]);
    expect((await store.marked(nodeSha256(utf8Bytes(`scope ${name}`))))?.index).toBe(index);
    const bundle = (await store.bundle(0n, Number(index) + 1))!;
    expect(toBase64(bundle.slice(-33))).toBe(entry);
    expect((await store.anchor(0))?.id).toBe(0);
    this.#receive(index, await this.#memory.log.newestReceipt(index, record));
  }

  #receive(index: bigint, receipt: Receipt): void {
    const proof = parseTlogProof(formatTlogProof(receipt.proof));
    expect(proof.index).toBe(index);
    expect(judgeInclusion(nodeSha256, receipt.header, proof).status).toBe('pass');
    expect(checkNote(proof.note, [logKey]).status).toBe('signed');
    this.#see(receipt.proof.note.text);
    if (receipt.anchor === null) return;
    expect(this.#chain.anchored.some(({ txHash }) => txHash === receipt.anchor?.txHash)).toBe(true);
  }

  #see(note: string): void {
    const { size, root } = parseCheckpoint(note.includes('\n\n') ? parseNote(note).text : note);
    expect(this.#roots.get(size) ?? toBase64(root)).toBe(toBase64(root));
    this.#roots.set(size, toBase64(root));
  }
}

/** Rejects only when all have ended. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

async function memoryPlace(head: Head): Promise<Place> {
  const store = new MemoryStore(head, nodeTreeHasher);
  return { open: async () => store };
}

async function levelPlace(head: Head): Promise<Place> {
  const options = { dir: newFolder(), hash: nodeSha256, hasher: nodeTreeHasher };
  await (await createStore(options, head)).close();
  return { open: () => openStore(options) };
}

describe.each([
  ['memory', memoryPlace],
  ['LevelDB', levelPlace],
] as const satisfies readonly (readonly [string, NewPlace])[])('each call of a store in %s may fail', (_, newPlace) => {
  afterAll(() => removeFolders());

  const faultsOf = (call: FallibleCall, count: number): Fault[] =>
    Array.from({ length: count }, (__, occurrence) => occurrence).flatMap((occurrence) => [
      { call, occurrence, way: 'before' },
      { call, occurrence, way: 'after' },
    ]);

  async function runWhole(fault?: Fault): Promise<FaultyStore['counts']> {
    const history = new History(await newPlace(EMPTY_HEAD), fault);
    await history.run();
    await history.check();
    await history.end();
    return history.counts;
  }

  test.each(FALLIBLE_CALLS)('%s: before and after it took effect', async (call) => {
    const count = (await runWhole()).get(call) ?? 0;
    expect(count, 'the script makes this call').toBeGreaterThan(0);
    for (const fault of faultsOf(call, count)) {
      await runWhole(fault).catch((error: unknown) => {
        throw new Error(`${call} ${fault.occurrence} fails ${fault.way} it took effect`, { cause: error });
      });
    }
  });
});
