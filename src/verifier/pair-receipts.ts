/** A file that a receipt may belong to. */
export interface PlacedFile {
  /** Its path, with slashes. */
  readonly place: string;
  /** Lower-case hex; undefined: unknown. */
  readonly sha256: string | undefined;
}

/** A receipt, with what it says of its file. */
export interface PlacedReceipt {
  /** Its own path, with slashes. */
  readonly path: string;
  /** The path that the record states; undefined where it does not disclose one. */
  readonly statedPath: string | undefined;
  /** That the record commits to, lower-case hex; undefined where it does not disclose it. */
  readonly sha256: string | undefined;
}

/**
 * Finds the file of each receipt: the one next to it by name; then by as much of the stated path,
 * and of the receipt's own, as a file shares, the one of its digest before one that was changed;
 * then any of its digest. Only where no file is at its path a receipt gets one that another receipt
 * has too: an altered file must not be hidden by a copy of what it was.
 */
export function pairReceipts<F extends PlacedFile, R extends PlacedReceipt>(
  files: readonly F[],
  receipts: readonly R[],
): Map<R, F> {
  const index = new FileIndex(files);
  const found = new Map<R, F>();
  const all = receipts.map((receipt) => [receipt, statedBy(receipt)] as const);
  // what states most comes first
  all.sort(([, a], [, b]) => b.depth - a.depth);
  const pairEach = (fileFor: (receipt: R, stated: Stated) => F | undefined) => {
    for (const [receipt, stated] of all) {
      const file = found.has(receipt) ? undefined : fileFor(receipt, stated);
      if (file === undefined) continue;
      index.take(file, receipt.sha256);
      found.set(receipt, file);
    }
  };
  pairEach(({ sha256 }, { named }) => index.at(named, sha256)?.free());
  pairEach((_, { named }) => index.at(named)?.free());
  pairEach(({ sha256 }, { places }) => firstOf(places, (place) => index.at(place, sha256)?.freeOrShared()));
  const depth = Math.min(index.depth, ...all.slice(0, 1).map(([, stated]) => stated.depth));
  for (let parts = depth; parts > 0; parts--) {
    const ends = ({ paths }: Stated) => paths.flatMap((path) => (path.length < parts ? [] : [endOf(path, parts)]));
    pairEach(({ sha256 }, stated) => firstOf(ends(stated), (end) => index.ending(end, sha256)?.free()));
    if (parts > 1) pairEach((_, stated) => firstOf(ends(stated), (end) => index.ending(end)?.free()));
  }
  pairEach(({ sha256 }) => index.ofDigest(sha256)?.free());
  pairEach((_, { places }) => firstOf(places, (place) => index.at(place)?.free()));
  pairEach((_, { name }) => index.ending(name)?.only());
  pairEach(({ sha256 }) => index.ofDigest(sha256)?.freeOrShared());
  return found;
}

/** Where the file of a receipt may be. */
interface Stated {
  /** Next to the receipt, where it has just the name for that. */
  readonly named: string | undefined;
  /** Next to the receipt: by the rest of its name, and by the name that the record states. */
  readonly places: readonly string[];
  /** The paths that it may end in, in parts, the longest first. */
  readonly paths: readonly (readonly string[])[];
  /** Of the longest path, in parts. */
  readonly depth: number;
  readonly name: string;
}

/** What programs put after the name of a receipt does not matter: `F.receipt(1).json`. */
const AFTER_NAME = /\.receipt\b[^/]*$/i;
const SUFFIX = '.receipt.json';

function statedBy(receipt: PlacedReceipt): Stated {
  const path = receipt.path.normalize('NFC');
  const place = path.replace(AFTER_NAME, '');
  const own = partsOf(place);
  const stated = partsOf(receipt.statedPath?.normalize('NFC') ?? '');
  const name = stated.at(-1) ?? own.at(-1) ?? '';
  const paths = [stated, own].toSorted((a, b) => b.length - a.length);
  return {
    named: path.endsWith(SUFFIX) ? path.slice(0, -SUFFIX.length) : undefined,
    places: [place, [...place.split('/').slice(0, -1), name].join('/')],
    paths,
    depth: paths[0]!.length,
    name,
  };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function endOf(path: readonly string[], parts: number): string {
  return path.slice(-parts).join('/');
}

function firstOf<T>(keys: readonly string[], find: (key: string) => T | undefined): T | undefined {
  for (const key of keys) {
    const one = find(key);
    if (one !== undefined) return one;
  }
  return undefined;
}

/** Files by their paths, by how these end, and by digests. */
class FileIndex<F extends PlacedFile> {
  /** Parts of the longest path. */
  readonly depth: number;
  readonly #taken = new Set<F>();
  /** Taken by a receipt of another digest. */
  readonly #changed = new Set<F>();
  readonly #queues = new Map<string, Queue<F>>();

  constructor(files: readonly F[]) {
    const placed = files.map((file) => ({ file, path: partsOf(file.place.normalize('NFC')) }));
    // of two that end alike, the one in the outer folder
    placed.sort((a, b) => a.path.length - b.path.length);
    this.depth = placed.at(-1)?.path.length ?? 0;
    for (const { file, path } of placed) {
      const { sha256, place } = file;
      if (sha256 !== undefined) this.#insert(`of:${sha256}`, file);
      for (const key of [`at:${place.normalize('NFC')}`, ...path.map((_, i) => `end:${endOf(path, i + 1)}`)]) {
        this.#insert(key, file);
        if (sha256 !== undefined) this.#insert(`${sha256}:${key}`, file);
      }
    }
  }

  take(file: F, sha256: string | undefined): void {
    this.#taken.add(file);
    if (file.sha256 !== sha256) this.#changed.add(file);
  }

  /** Files at a place; of a digest, where one is given. */
  at(place: string | undefined, ...digest: [] | [string | undefined]): Queue<F> | undefined {
    return place === undefined ? undefined : this.#queueOf(`at:${place}`, digest);
  }

  ending(end: string, ...digest: [] | [string | undefined]): Queue<F> | undefined {
    return this.#queueOf(`end:${end}`, digest);
  }

  ofDigest(sha256: string | undefined): Queue<F> | undefined {
    return sha256 === undefined ? undefined : this.#queues.get(`of:${sha256}`);
  }

  /** No file has an unknown digest. */
  #queueOf(key: string, digest: [] | [string | undefined]): Queue<F> | undefined {
    if (digest.length === 0) return this.#queues.get(key);
    return digest[0] === undefined ? undefined : this.#queues.get(`${digest[0]}:${key}`);
  }

  #insert(key: string, file: F): void {
    const queue = this.#queues.get(key) ?? new Queue(this.#taken, this.#changed);
    this.#queues.set(key, queue);
    queue.files.push(file);
  }
}

/** Files that are alike in something, of which those that are taken are passed over once. */
class Queue<F> {
  readonly files: F[] = [];
  readonly #taken: ReadonlySet<F>;
  readonly #changed: ReadonlySet<F>;
  #next = 0;

  constructor(taken: ReadonlySet<F>, changed: ReadonlySet<F>) {
    this.#taken = taken;
    this.#changed = changed;
  }

  free(): F | undefined {
    while (this.#next < this.files.length && this.#taken.has(this.files[this.#next]!)) this.#next++;
    return this.files[this.#next];
  }

  /** The free one; where there is none, the first that its own receipt calls unchanged. */
  freeOrShared(): F | undefined {
    return this.free() ?? this.files.find((file) => !this.#changed.has(file));
  }

  /** The free one, where there is no other. */
  only(): F | undefined {
    const one = this.free();
    return this.files.slice(this.#next + 1).every((file) => this.#taken.has(file)) ? one : undefined;
  }
}
