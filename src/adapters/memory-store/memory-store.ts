import { concatBytes, equalBytes, toHex } from '../../protocol/encoding/bytes.ts';
import { assert } from '../../protocol/encoding/errors.ts';
import { CompactRange } from '../../protocol/merkle/compact-range.ts';
import { formatEntryBundle } from '../../protocol/merkle/entry-bundle.ts';
import { TILE_WIDTH, tileWidth } from '../../protocol/merkle/tile.ts';
import { portableTreeHasher, type TreeHasher } from '../../protocol/merkle/tree-hasher.ts';
import {
  type AnchorJob,
  checkAnchor,
  checkCommit,
  checkPublish,
  type Commit,
  type Head,
  type IdempotencyMark,
  isEnded,
  type LedgerRecord,
  type Lookup,
  type PublishedCheckpoint,
  requireHead,
} from '../../log/model.ts';
import type { Store } from '../../log/ports.ts';
import {
  type DirectoryEntry,
  type DirectoryHead,
  EMPTY_DIRECTORY,
  headAfter,
  requireDirectoryHead,
} from '../../people/model.ts';
import type { DirectoryStore } from '../../people/ports.ts';
import { sha256 } from '../../protocol/encoding/hash.ts';

/** A store in memory: for tests, and as the simplest implementation of the port. */
export class MemoryStore implements Store, DirectoryStore {
  #head: Head;
  #tree: CompactRange;
  readonly #hasher: TreeHasher;
  readonly #records: LedgerRecord[] = [];
  readonly #entries: Uint8Array[] = [];
  /** By tile level: every hash of that level. */
  readonly #levels: Uint8Array[][] = [];
  readonly #found = new Map<string, bigint[]>();
  readonly #marks = new Map<string, { readonly index: bigint; readonly request: Uint8Array }>();
  readonly #published = new Map<bigint, PublishedCheckpoint>();
  #lastPublished: PublishedCheckpoint | undefined;
  readonly #anchors: AnchorJob[] = [];
  readonly #directory: DirectoryEntry[] = [];
  #directoryHead = EMPTY_DIRECTORY;

  /** `head` is that of the empty tree. */
  constructor(head: Head, hasher: TreeHasher = portableTreeHasher) {
    this.#hasher = hasher;
    this.#tree = new CompactRange(hasher);
    checkCommit({ ...head, size: 0n }, { items: [], head });
    assert(equalBytes(head.root, hasher.empty), 'the first head should be that of the empty tree');
    this.#head = head;
  }

  head(): Head {
    return this.#head;
  }

  async commit(commit: Commit, expected: Pick<Head, 'size' | 'root'>): Promise<void> {
    requireHead(this.#head, expected);
    checkCommit(this.#head, commit);
    const tree = this.#tree.clone();
    const nodes: { readonly level: number; readonly hash: Uint8Array }[] = [];
    for (const { entry } of commit.items) {
      tree.append(this.#hasher.leaf(entry), 0, ({ level }, hash) => {
        if (level % 8 === 0) nodes.push({ level: level / 8, hash });
      });
    }
    assert(equalBytes(tree.root(), commit.head.root), `root of size ${commit.head.size} is not the root of its tree`);

    for (const { level, hash } of nodes) (this.#levels[level] ??= []).push(hash);
    for (const { record, entry, mark } of commit.items) this.#add(record, entry, mark);
    this.#tree = tree;
    this.#head = commit.head;
  }

  async record(index: bigint): Promise<LedgerRecord | undefined> {
    return index < 0n ? undefined : this.#records[Number(index)];
  }

  async indexOfId(id: string): Promise<bigint | undefined> {
    return this.#found.get(findKey('.id', id))?.[0];
  }

  async indexOfNumber(number: string): Promise<bigint | undefined> {
    return this.#found.get(findKey('.number', number))?.[0];
  }

  async indexesOf({ by, value }: Lookup, from: bigint, limit: number): Promise<bigint[]> {
    const indexes = this.#found.get(findKey(by, value)) ?? [];
    return indexes.filter((index) => index >= from).slice(0, limit);
  }

  async newestIndexesOf({ by, value }: Lookup, below: bigint, limit: number): Promise<bigint[]> {
    const indexes = this.#found.get(findKey(by, value)) ?? [];
    return indexes
      .filter((index) => index < below)
      .toReversed()
      .slice(0, limit);
  }

  async marked(scope: Uint8Array): Promise<{ readonly index: bigint; readonly request: Uint8Array } | undefined> {
    return this.#marks.get(toHex(scope));
  }

  async tile(level: number, index: bigint, width: number): Promise<Uint8Array | undefined> {
    if (!this.#has(level, index, width)) return undefined;
    const begin = Number(index) * TILE_WIDTH;
    return concatBytes(...this.#levels[level]!.slice(begin, begin + width));
  }

  async bundle(index: bigint, width: number): Promise<Uint8Array | undefined> {
    if (!this.#has('entries', index, width)) return undefined;
    const begin = Number(index) * TILE_WIDTH;
    return formatEntryBundle(this.#entries.slice(begin, begin + width));
  }

  async publish(checkpoint: PublishedCheckpoint): Promise<void> {
    checkPublish(this.#head, this.#lastPublished, this.#published.has(checkpoint.size), checkpoint);
    this.#published.set(checkpoint.size, checkpoint);
    if (checkpoint.size >= (this.#lastPublished?.size ?? 0n)) this.#lastPublished = checkpoint;
  }

  published(): PublishedCheckpoint | undefined {
    return this.#lastPublished;
  }

  async publishedAt(size: bigint): Promise<PublishedCheckpoint | undefined> {
    return this.#published.get(size);
  }

  async saveAnchor(job: AnchorJob): Promise<void> {
    checkAnchor(this.#anchors.length, this.#anchors[job.id], job);
    this.#anchors[job.id] = job;
  }

  async anchor(id: number): Promise<AnchorJob | undefined> {
    return this.#anchors[id];
  }

  anchorCount(): number {
    return this.#anchors.length;
  }

  openAnchors(): readonly AnchorJob[] {
    return this.#anchors.filter((job) => !isEnded(job));
  }

  async finalAnchorFrom(size: bigint): Promise<AnchorJob | undefined> {
    const finals = this.#anchors.filter((job) => job.state === 'final' && job.size >= size);
    return finals.reduce<AnchorJob | undefined>(
      (least, job) => (least === undefined || job.size < least.size ? job : least),
      undefined,
    );
  }

  directoryHead(): DirectoryHead {
    return this.#directoryHead;
  }

  async appendToDirectory(entries: readonly DirectoryEntry[], expected: DirectoryHead): Promise<void> {
    requireDirectoryHead(this.#directoryHead, expected);
    this.#directory.push(...entries);
    this.#directoryHead = headAfter(sha256, this.#directoryHead, entries);
  }

  async directoryEntries(from: number, limit: number): Promise<readonly DirectoryEntry[]> {
    return this.#directory.slice(from, from + limit);
  }

  async close(): Promise<void> {}

  #has(level: number | 'entries', index: bigint, width: number): boolean {
    return index >= 0n && width >= 1 && width <= tileWidth(level, index, this.#head.size);
  }

  #add(record: LedgerRecord, entry: Uint8Array, mark: IdempotencyMark | undefined): void {
    const index = BigInt(this.#records.length);
    this.#records.push(record);
    this.#entries.push(entry);
    const keys = new Set(record.lookups.map(({ by, value }) => findKey(by, value)));
    keys.add(findKey('.id', record.header.id)).add(findKey('.number', record.header.number));
    for (const key of keys) {
      const indexes = this.#found.get(key);
      if (indexes === undefined) this.#found.set(key, [index]);
      else indexes.push(index);
    }
    if (mark !== undefined) this.#marks.set(toHex(mark.scope), { index, request: mark.request });
  }
}

/** `by` of a look-up has no dot and no space, so these do not collide. */
function findKey(by: string, value: string): string {
  return `${by} ${value}`;
}
