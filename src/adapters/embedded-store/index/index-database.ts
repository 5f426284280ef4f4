import { LedgerError } from '../../../text/ledger-error.ts';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Level } from 'level';
import { damagedRow, mirrorKey, openRow, type Row } from './rows.ts';

const ENCODING = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** LevelDB's own default, written down because `loadState` reckons with it. */
export const WRITE_BUFFER_BYTES: number = 4 * 1024 * 1024;

type Snapshot = ReturnType<Level['snapshot']>;

interface Asked {
  readonly key: Buffer;
  readonly resolve: (content: Buffer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Required {
  readonly key: Buffer;
  readonly resolve: (content: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

export interface KeyRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
}

/**
 * The rows of the index in LevelDB: what is read is checked, what cannot be read is never taken for
 * not there.
 */
export class IndexDatabase {
  readonly folder: string;
  readonly #level: Level<Buffer, Buffer>;
  #asked: Asked[] = [];
  #required: Required[] = [];

  private constructor(folder: string, level: Level<Buffer, Buffer>) {
    this.folder = folder;
    this.#level = level;
  }

  /**
   * Fails with `index-unusable`, or `storage-full` or `storage-read-only`, which say nothing about
   * the index. A folder without a database is no empty index, except where one is made (`create`).
   */
  static async open(
    folder: string,
    options: { readonly create?: boolean; readonly bulk?: boolean } = {},
  ): Promise<IndexDatabase> {
    const create = options.create === true;
    const level = new Level<Buffer, Buffer>(folder, {
      ...ENCODING,
      createIfMissing: create,
      errorIfExists: create,
      writeBufferSize: options.bulk === true ? 8 * WRITE_BUFFER_BYTES : WRITE_BUFFER_BYTES,
    });
    try {
      await level.open();
    } catch (cause) {
      if (isDiskFull(cause)) throw diskFull(folder, cause);
      await requireWritable(folder);
      throw unusable(folder, reasonOf(cause), cause);
    }
    return new IndexDatabase(folder, level);
  }

  /**
   * The content of one row; undefined where LevelDB has none, which only a caller who knows that it
   * must be there can judge.
   */
  async get(key: Buffer): Promise<Buffer | undefined> {
    const value = await this.#reading(key, () => this.#level.get(key));
    return value === undefined ? undefined : openRow({ key, value });
  }

  /** The content of a row that must be there. */
  async getOrThrow(key: Buffer): Promise<Buffer> {
    const content = await this.get(key);
    if (content === undefined) throw damagedRow(key, 'is missing');
    return content;
  }

  async requireMany(keys: readonly Buffer[]): Promise<Buffer[]> {
    if (keys.length === 0) return [];
    const values = await this.#reading(keys[0]!, () => this.#level.getMany([...keys]));
    return keys.map((key, i) => {
      const value = values[i];
      if (value === undefined) throw damagedRow(key, 'is missing');
      return openRow({ key, value });
    });
  }

  /**
   * As `demand`, read together with all that are demanded at about the same time: tiles and bundles
   * are asked for by the thousand.
   */
  requireTogether(key: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#required.push({ key, resolve, reject });
      if (this.#required.length === 1) setImmediate(() => void this.#answerDemanded());
    });
  }

  async #answerDemanded(): Promise<void> {
    const required = this.#required;
    this.#required = [];
    let values: (Buffer | undefined)[] = [];
    try {
      if (required.length > 1) values = await this.#level.getMany(required.map(({ key }) => key));
    } catch {
      // whose row it is that cannot be read is not said
    }
    for (const [i, { key, resolve, reject }] of required.entries()) {
      const value = values[i];
      if (value === undefined) {
        this.getOrThrow(key).then(resolve, reject);
        continue;
      }
      try {
        resolve(openRow({ key, value }));
      } catch (error) {
        reject(error);
      }
    }
  }

  /**
   * One row of a mirrored family; undefined only where neither copy is there. All that are asked
   * for at about the same time are read together: the way to another thread and back takes longer
   * than a look that LevelDB's filters answer from memory, as for a new idempotency key.
   */
  getMirrored(key: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ key, resolve, reject });
      if (this.#asked.length === 1) setImmediate(() => void this.#answerAsked());
    });
  }

  async #answerAsked(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    const keys = asked.map(({ key }) => key);
    let values: (Buffer | undefined)[];
    try {
      values = await this.#level.getMany([...keys, ...keys.map(mirrorKey)]);
    } catch {
      // whose row it is that cannot be read is not said
      for (const { key, resolve, reject } of asked) this.#getMirroredAlone(key).then(resolve, reject);
      return;
    }
    for (const [i, { key, resolve, reject }] of asked.entries()) {
      const value = values[i];
      try {
        if (value !== undefined) resolve(openRow({ key, value }));
        else if (values[asked.length + i] === undefined) resolve(undefined);
        else this.#getMirroredAlone(key).then(resolve, reject); // it may have been written between the two looks
      } catch (error) {
        reject(error);
      }
    }
  }

  async #getMirroredAlone(key: Buffer): Promise<Buffer | undefined> {
    const content = await this.get(key);
    if (content !== undefined) return content;
    if ((await this.get(mirrorKey(key))) === undefined) return undefined;
    const later = await this.get(key);
    if (later === undefined) throw damagedRow(key, 'is missing, its second copy is there');
    return later;
  }

  /** Rows of a mirrored family in order of their keys, at most `limit`. Both copies must agree. */
  async rangeMirrored(
    { gte, lt }: KeyRange,
    limit: number,
  ): Promise<{ readonly key: Buffer; readonly content: Buffer }[]> {
    const [first, second] = await this.#bothCopies({ gte, lt }, limit);
    for (let i = 0; i < Math.max(first.length, second.length); i++) {
      const key = first[i]?.key;
      const other = second[i] === undefined ? undefined : mirrorKey(second[i]!.key);
      if (key !== undefined && other?.equals(key)) continue;
      // the smaller key is the one that the other copy lacks
      const isFirstAlone = other === undefined || (key !== undefined && key.compare(other) < 0);
      throw isFirstAlone
        ? damagedRow(second[i]?.key ?? mirrorKey(key!), 'or one before it is missing, the first copy is there')
        : damagedRow(other, 'is missing, its second copy is there');
    }
    return first.map((row) => ({ key: row.key, content: openRow(row) }));
  }

  /** Rows in order of their keys, unchecked, many at a time. */
  async *scan(range: Partial<KeyRange> & { readonly reverse?: boolean } = {}): AsyncGenerator<Row> {
    const iterator = this.#level.iterator({ ...range, fillCache: false });
    try {
      for (;;) {
        const entries = await this.#reading(range.gte ?? Buffer.alloc(0), () => iterator.nextv(1000));
        if (entries.length === 0) return;
        for (const [key, value] of entries) yield { key, value };
      }
    } finally {
      await iterator.close();
    }
  }

  /**
   * All rows or none. Not synced: the journal is the truth, and is synced before. A killed process
   * loses nothing of this; a power cut may lose the newest batches, and the state row goes back
   * with them, since a batch is one record of LevelDB's log: then the journal is replayed from
   * there. Where the cut (or a flipped bit) took a batch out of the *middle* of that log, the rows
   * `frame` have a gap, which `loadState` finds. Fails with `storage-full` where that is the
   * reason.
   */
  async write(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const batch = this.#level.batch(); // a chained one costs a third of a list
    for (const { key, value } of rows) batch.put(key, value);
    try {
      await batch.write();
    } catch (cause) {
      throw isDiskFull(cause) ? diskFull(this.folder, cause) : cause;
    }
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  /** As they were at one moment. */
  async #bothCopies({ gte, lt }: KeyRange, limit: number): Promise<[Row[], Row[]]> {
    const snapshot = this.#level.snapshot();
    try {
      return await Promise.all([
        this.#rows({ gte, lt, snapshot }, limit),
        this.#rows({ gte: mirrorKey(gte), lt: mirrorKey(lt), snapshot }, limit),
      ]);
    } finally {
      await snapshot.close();
    }
  }

  #rows(range: KeyRange & { readonly snapshot?: Snapshot }, limit: number): Promise<Row[]> {
    return this.#reading(range.gte, async () => {
      const entries = await this.#level.iterator({ ...range, limit }).all();
      return entries.map(([key, value]) => ({ key, value }));
    });
  }

  async #reading<T>(key: Buffer, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      throw readingFailed(key, cause);
    }
  }
}

function readingFailed(key: Buffer, cause: unknown): LedgerError {
  if (/too many open files/i.test(reasonOf(cause))) {
    return new LedgerError('too-many-files', { detail: 'index cannot be read: no file handle is left', cause });
  }
  return damagedRow(key, `or one near it cannot be read (${reasonOf(cause)})`, cause);
}

export function unusable(folder: string, reason: string, cause?: unknown): LedgerError {
  const message = `index ${folder} cannot be used: ${reason}; \`evl rebuild-index\` makes it again from the journal`;
  return new LedgerError('index-unusable', { detail: message, cause });
}

/**
 * The index is as good as before: LevelDB needs room for the log that it writes out when it opens,
 * and for what is made beside it.
 */
function diskFull(folder: string, cause: unknown): LedgerError {
  const message = `there is no space left for ${folder}: ${reasonOf(cause)}`;
  return new LedgerError('storage-full', { detail: message, cause });
}

/**
 * LevelDB cannot even be read without writing; that the folder takes no file is not a fault of what
 * is in it.
 */
async function requireWritable(folder: string): Promise<void> {
  for (const each of [dirname(folder), folder]) {
    try {
      await access(each, constants.W_OK);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') continue;
      throw new LedgerError('storage-read-only', { detail: `nothing can be written in ${each} (${code})`, cause });
    }
  }
}

function isDiskFull(error: unknown): boolean {
  return /no space left on device|disk quota exceeded/i.test(reasonOf(error));
}

/** What LevelDB says is in the cause of what the driver throws. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
