import { MemoryStore } from '../../src/adapters/memory-store/memory-store.ts';
import { nodeSha256, nodeTreeHasher } from '../../src/adapters/node-crypto/node-hashes.ts';
import {
  type AnchorJob,
  checkAnchor,
  checkCommit,
  checkPublish,
  type Commit,
  type Head,
  type LedgerRecord,
  type Lookup,
  type PublishedCheckpoint,
  requireHead,
} from '../../src/log/model.ts';
import type { Store } from '../../src/log/ports.ts';
import { equalBytes, toBase64 } from '../../src/protocol/encoding/bytes.ts';
import { CompactRange } from '../../src/protocol/merkle/compact-range.ts';
import { recordEntry, recordRoot } from '../../src/protocol/record/header.ts';
import { sectionCommitment } from '../../src/protocol/record/section.ts';
import { requireInvariant } from './violation.ts';
import type { Life, Scheduler } from './scheduler.ts';

export type Write =
  | { readonly kind: 'commit'; readonly commit: Commit; readonly expected: Pick<Head, 'size' | 'root'> }
  | { readonly kind: 'publish'; readonly checkpoint: PublishedCheckpoint }
  | { readonly kind: 'anchor'; readonly job: AnchorJob };

/** The part that outlives the program: the durable writes, in order. */
export class Disk {
  readonly writes: Write[];

  constructor(writes: readonly Write[] = []) {
    this.writes = [...writes];
  }

  commits(): Commit[] {
    return this.writes.flatMap((write) => (write.kind === 'commit' ? [write.commit] : []));
  }

  /** How many records are durable. */
  size(): bigint {
    return this.commits().at(-1)?.head.size ?? 0n;
  }
}

/**
 * A store of two parts, like the real one: a disk that is the truth, and an index that is made from
 * it again at each start. A write is durable, then indexed, then answered; the program may die
 * between any two of these. After a failed write the store refuses all others.
 */
export class SimStore implements Store {
  readonly #disk: Disk;
  readonly #served: MemoryStore;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  #lastWrite: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  static async open(disk: Disk, emptyHead: Head, scheduler: Scheduler, life: Life): Promise<SimStore> {
    const served = new MemoryStore(emptyHead, nodeTreeHasher);
    for (const write of disk.writes) await apply(served, write);
    return new SimStore(disk, served, scheduler, life);
  }

  private constructor(disk: Disk, served: MemoryStore, scheduler: Scheduler, life: Life) {
    this.#disk = disk;
    this.#served = served;
    this.#scheduler = scheduler;
    this.#life = life;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  head(): Head {
    return this.#served.head();
  }

  commit(commit: Commit, expected: Pick<Head, 'size' | 'root'>): Promise<void> {
    return this.#inTurn({ kind: 'commit', commit, expected });
  }

  record(index: bigint): Promise<LedgerRecord | undefined> {
    return this.#read(`record ${index}`, () => this.#served.record(index));
  }

  indexOfId(id: string): Promise<bigint | undefined> {
    return this.#read('indexOfId', () => this.#served.indexOfId(id));
  }

  indexOfNumber(number: string): Promise<bigint | undefined> {
    return this.#read('indexOfNumber', () => this.#served.indexOfNumber(number));
  }

  indexesOf(lookup: Lookup, from: bigint, limit: number): Promise<bigint[]> {
    return this.#read('indexesOf', () => this.#served.indexesOf(lookup, from, limit));
  }

  newestIndexesOf(lookup: Lookup, below: bigint, limit: number): Promise<bigint[]> {
    return this.#read('newestIndexesOf', () => this.#served.newestIndexesOf(lookup, below, limit));
  }

  marked(scope: Uint8Array): Promise<{ readonly index: bigint; readonly request: Uint8Array } | undefined> {
    return this.#read('marked', () => this.#served.marked(scope));
  }

  tile(level: number, index: bigint, width: number): Promise<Uint8Array | undefined> {
    return this.#read(`tile ${level}/${index}/${width}`, () => this.#served.tile(level, index, width));
  }

  bundle(index: bigint, width: number): Promise<Uint8Array | undefined> {
    return this.#read('bundle', () => this.#served.bundle(index, width));
  }

  publish(checkpoint: PublishedCheckpoint): Promise<void> {
    return this.#inTurn({ kind: 'publish', checkpoint });
  }

  published(): PublishedCheckpoint | undefined {
    return this.#served.published();
  }

  publishedAt(size: bigint): Promise<PublishedCheckpoint | undefined> {
    return this.#read(`publishedAt ${size}`, () => this.#served.publishedAt(size));
  }

  saveAnchor(job: AnchorJob): Promise<void> {
    return this.#inTurn({ kind: 'anchor', job });
  }

  anchor(id: number): Promise<AnchorJob | undefined> {
    return this.#read(`anchor ${id}`, () => this.#served.anchor(id));
  }

  anchorCount(): number {
    return this.#served.anchorCount();
  }

  openAnchors(): readonly AnchorJob[] {
    return this.#served.openAnchors();
  }

  finalAnchorFrom(size: bigint): Promise<AnchorJob | undefined> {
    return this.#read(`finalAnchorFrom ${size}`, () => this.#served.finalAnchorFrom(size));
  }

  async close(): Promise<void> {}

  #read<T>(name: string, read: () => Promise<T>): Promise<T> {
    return this.#scheduler.read(this.#life, 'store-read', name, read);
  }

  #inTurn(write: Write): Promise<void> {
    const turn = this.#after(this.#lastWrite, write);
    this.#lastWrite = turn.catch(() => {}); // its caller gets the error
    return turn;
  }

  async #after(before: Promise<void>, write: Write): Promise<void> {
    await before;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#check(write);
    try {
      await this.#scheduler.write(this.#life, 'store-write', nameOf(write), () => {
        this.#disk.writes.push(write);
      });
    } catch (error) {
      this.#failure = error as Error;
      throw error;
    }
    await apply(this.#served, write);
  }

  /**
   * Requires that a signed root is the root of its records, computed here with hashes that do not
   * flip bits.
   */
  async #requireRight({ items, head }: Commit): Promise<void> {
    const tree = new CompactRange(nodeTreeHasher);
    for (const write of this.#disk.writes) {
      if (write.kind === 'commit') for (const { entry } of write.commit.items) tree.append(nodeTreeHasher.leaf(entry));
    }
    for (const { record } of items) {
      tree.append(nodeTreeHasher.leaf(recordEntry(recordRoot(nodeSha256, record.header))));
      for (const section of record.sections) {
        const isOpened = toBase64(sectionCommitment(nodeSha256, section)) === record.header.sections[section.name];
        requireInvariant(isOpened, 'signs-what-is-right', `section ${section.name} does not open its commitment`);
      }
    }
    requireInvariant(
      equalBytes(tree.root(), head.root),
      'signs-what-is-right',
      `size ${head.size} is signed with another root`,
    );
  }

  /** What a store refuses, it refuses before anything is written. */
  async #check(write: Write): Promise<void> {
    const served = this.#served;
    switch (write.kind) {
      case 'commit':
        requireHead(served.head(), write.expected);
        checkCommit(served.head(), write.commit);
        return this.#requireRight(write.commit);
      case 'publish': {
        const isKnown = (await served.publishedAt(write.checkpoint.size)) !== undefined;
        return checkPublish(served.head(), served.published(), isKnown, write.checkpoint);
      }
      case 'anchor':
        return checkAnchor(served.anchorCount(), await served.anchor(write.job.id), write.job);
    }
  }
}

async function apply(store: MemoryStore, write: Write): Promise<void> {
  if (write.kind === 'commit') await store.commit(write.commit, write.expected);
  else if (write.kind === 'publish') await store.publish(write.checkpoint);
  else await store.saveAnchor(write.job);
}

function nameOf(write: Write): string {
  if (write.kind === 'commit') return `commit to ${write.commit.head.size}`;
  if (write.kind === 'publish') return `publish ${write.checkpoint.size}`;
  return `save anchor ${write.job.id} ${write.job.state}`;
}
