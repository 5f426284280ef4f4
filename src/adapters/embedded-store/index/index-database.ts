import { LedgerError } from '../../../text/ledger-error.ts';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Level } from 'level';
import { bilingual, type Message } from '../../../text/message.ts';
import { osErrorMessage } from '../../../text/os-errors.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { isLevelClosed, isLevelDiskFull, isLevelOutOfHandles, levelReason } from './level-reason.ts';
import { mirrorKey } from './keys.ts';
import { damagedRow, openRow, type Row } from './rows.ts';
import { StoreFault } from '../store-fault.ts';

const ENCODING = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/** LevelDB's own default, stated here because `requireNoGap` depends on it. */
export const WRITE_BUFFER_BYTES: number = 4 * 1024 * 1024;

type Snapshot = ReturnType<Level['snapshot']>;

/** A read that waits to be answered together with others. */
interface PendingRead {
  readonly key: Buffer;
  readonly resolve: (content: Buffer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The same of a row that must exist. */
interface PendingRequired {
  readonly key: Buffer;
  readonly resolve: (content: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

export interface KeyRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
  /** From the last key to the first. */
  readonly reverse?: boolean;
}

/**
 * The rows of the index in LevelDB. What is read is checked, and what cannot be read never counts
 * as absent.
 */
export class IndexDatabase {
  readonly folder: string;
  readonly #level: Level<Buffer, Buffer>;
  #mirroredReads: PendingRead[] = [];
  #requiredReads: PendingRequired[] = [];

  private constructor(folder: string, level: Level<Buffer, Buffer>) {
    this.folder = folder;
    this.#level = level;
  }

  /**
   * Opens the database. Fails with `index-unusable`, or with `storage-full` or `storage-read-only`,
   * which prove nothing about the index. A folder without a database is not an empty index, except
   * where one is made (`create`).
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
      if (isLevelDiskFull(cause)) throw new LedgerError('storage-full', { place: folder, cause });
      await requireWritable(folder);
      throw unusable(folder, levelReason(cause), cause);
    }
    return new IndexDatabase(folder, level);
  }

  /**
   * The content of one row; undefined where LevelDB has none, which only a caller can judge who
   * knows whether it must exist.
   */
  async get(key: Buffer): Promise<Buffer | undefined> {
    const value = await this.#reading(key, () => this.#level.get(key));
    return value === undefined ? undefined : openRow({ key, value });
  }

  /** The content of a row that must exist; throws `index-damaged` where it does not. */
  async getOrThrow(key: Buffer): Promise<Buffer> {
    const content = await this.get(key);
    if (content === undefined) throw damagedRow(key, STORE_FAULTS.rowMissing);
    return content;
  }

  /** The contents of rows that must exist, in one read. */
  async requireMany(keys: readonly Buffer[]): Promise<Buffer[]> {
    if (keys.length === 0) return [];
    const values = await this.#reading(keys[0]!, () => this.#level.getMany([...keys]));
    return keys.map((key, i) => {
      const value = values[i];
      if (value === undefined) throw damagedRow(key, STORE_FAULTS.rowMissing);
      return openRow({ key, value });
    });
  }

  /**
   * As `getOrThrow`, in one read with all that are requested at about the same time: tiles and
   * bundles are read by the thousand.
   */
  requireTogether(key: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#requiredReads.push({ key, resolve, reject });
      if (this.#requiredReads.length === 1) setImmediate(() => void this.#answerRequired());
    });
  }

  async #answerRequired(): Promise<void> {
    const required = this.#requiredReads;
    this.#requiredReads = [];
    let values: (Buffer | undefined)[] = [];
    try {
      if (required.length > 1) values = await this.#level.getMany(required.map(({ key }) => key));
    } catch {
      // LevelDB does not report which row cannot be read
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
   * One row of a mirrored family; undefined only where both copies are absent. All that are
   * requested at about the same time are read together: the way to another thread and back takes
   * longer than a look-up that LevelDB's filters answer from memory, as for a new idempotency key.
   */
  getMirrored(key: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.#mirroredReads.push({ key, resolve, reject });
      if (this.#mirroredReads.length === 1) setImmediate(() => void this.#answerMirrored());
    });
  }

  async #answerMirrored(): Promise<void> {
    const reads = this.#mirroredReads;
    this.#mirroredReads = [];
    const keys = reads.map(({ key }) => key);
    let values: (Buffer | undefined)[];
    try {
      values = await this.#level.getMany([...keys, ...keys.map(mirrorKey)]);
    } catch {
      // LevelDB does not report which row cannot be read
      for (const { key, resolve, reject } of reads) this.#getMirroredAlone(key).then(resolve, reject);
      return;
    }
    for (const [i, { key, resolve, reject }] of reads.entries()) {
      const value = values[i];
      try {
        if (value !== undefined) resolve(openRow({ key, value }));
        else if (values[reads.length + i] === undefined) resolve(undefined);
        // it may have been written between the two reads
        else this.#getMirroredAlone(key).then(resolve, reject);
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
    if (later === undefined) throw damagedRow(key, STORE_FAULTS.rowFirstMissing);
    return later;
  }

  /**
   * Rows of a mirrored family in order of their keys, at most `limit`. Throws `index-damaged` where
   * the two copies do not agree.
   */
  async rangeMirrored(
    { gte, lt, reverse = false }: KeyRange,
    limit: number,
  ): Promise<{ readonly key: Buffer; readonly content: Buffer }[]> {
    const [first, second] = await this.#bothCopies({ gte, lt, reverse }, limit);
    for (let i = 0; i < Math.max(first.length, second.length); i++) {
      const key = first[i]?.key;
      const other = second[i] === undefined ? undefined : mirrorKey(second[i]!.key);
      if (key !== undefined && other?.equals(key)) continue;
      // the key that comes first is the one that the other copy lacks
      const isBefore = (a: Buffer, b: Buffer) => (reverse ? b.compare(a) : a.compare(b)) < 0;
      const isFirstAlone = other === undefined || (key !== undefined && isBefore(key, other));
      throw isFirstAlone
        ? damagedRow(second[i]?.key ?? mirrorKey(key!), STORE_FAULTS.rowSecondMissing)
        : damagedRow(other, STORE_FAULTS.rowFirstMissing);
    }
    return first.map((row) => ({ key: row.key, content: openRow(row) }));
  }

  /** Rows in order of their keys, unchecked, many at a time. */
  async *scan(range: Partial<KeyRange> = {}): AsyncGenerator<Row> {
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
   * Writes all rows or none. Not synced: the journal is the truth, and is synced before. A killed
   * process loses nothing of this; a power cut may lose the newest batches, and the state row goes
   * back with them, since a batch is one record of LevelDB's log: then the journal is replayed from
   * there. Where the cut (or a flipped bit) took a batch out of the *middle* of that log, the rows
   * `frame` have a gap, which `requireNoGap` finds. Fails with `storage-full` where that is the
   * reason.
   */
  async write(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const batch = this.#level.batch(); // a chained batch costs a third of a list
    for (const { key, value } of rows) batch.put(key, value);
    try {
      await batch.write();
    } catch (cause) {
      if (isLevelDiskFull(cause)) throw new LedgerError('storage-full', { place: this.folder, cause });
      throw new StoreFault(levelReason(cause), { cause });
    }
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  /** Both copies as they were at one moment. */
  async #bothCopies({ gte, lt, reverse = false }: KeyRange, limit: number): Promise<[Row[], Row[]]> {
    const snapshot = await this.#reading(gte, async () => this.#level.snapshot());
    try {
      return await Promise.all([
        this.#rows({ gte, lt, reverse, snapshot }, limit),
        this.#rows({ gte: mirrorKey(gte), lt: mirrorKey(lt), reverse, snapshot }, limit),
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
      if (isLevelClosed(cause)) throw new LedgerError('store-closed', { cause });
      if (isLevelOutOfHandles(cause)) throw new LedgerError('too-many-files', { file: this.folder, cause });
      throw damagedRow(key, bilingual(STORE_FAULTS.rowUnreadable, { reason: levelReason(cause) }), cause);
    }
  }
}

/** `index-unusable`: the index cannot be used, and can be made again from the journal. */
export function unusable(folder: string, reason: Message, cause?: unknown): LedgerError {
  return new LedgerError('index-unusable', { folder, reason, cause });
}

/**
 * Fails with `storage-read-only` where the folder takes no files. LevelDB cannot even be read
 * without writing, and this is no fault of what is in the folder.
 */
async function requireWritable(folder: string): Promise<void> {
  for (const each of [dirname(folder), folder]) {
    try {
      await access(each, constants.W_OK);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') continue;
      throw new LedgerError('storage-read-only', { folder: each, reason: osErrorMessage(code), cause });
    }
  }
}
