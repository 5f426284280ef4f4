import { joinBytes } from '../../../protocol/encoding/bytes.ts';
import { LedgerError } from '../../../text/ledger-error.ts';
import { errorText } from '../../../text/error-text.ts';
import { bilingual, type Message } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { isAbsent, isUnreadable } from '../../files/file-errors.ts';
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { linkFile } from '../../files/link-file.ts';
import { syncFolder } from '../../files/sync-folder.ts';
import { type DigestedStream, StreamDigests } from './stream-digests.ts';

/** Digests are lower-case hex, sizes bytes. */
export interface StoredContent {
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
}

/** What a check found: content that is not what its name states. */
export interface ContentProblem {
  readonly code: 'content-missing' | 'content-damaged';
  readonly file: string;
  readonly message: Message;
}

/** Bytes [start, end) of a content. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ReadOptions {
  /** Undefined: all bytes. */
  readonly range?: ByteRange | undefined;
  /** Ends the reading, which then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

const WHOLE: ByteRange = { start: 0, end: Infinity };
const READ_CHUNK_BYTES = 1024 * 1024;
/**
 * The bytes that are written and hashed at once. Where many uploads run at the same time, none may
 * keep that much in memory: each chunk is written as it comes.
 */
const BLOCK_BYTES = 256 * 1024;
const MANY_UPLOADS = 64;
const TEMP_FOLDER = 'incoming';

/**
 * Evidence bytes under `contents/ab/cd/<sha256>`, each file named for what it holds. A file appears
 * under its name only when it is whole and durable; what an interrupted upload leaves lies in
 * `incoming/` and is removed at the next start.
 */
export class ContentStore {
  readonly #folder: string;
  /**
   * Folders whose names this process has synced. That another process or another upload made them
   * does not prove that they are durable.
   */
  readonly #durable = new Set<string>();
  readonly #digests = new StreamDigests();
  /** Contents that were not what their names state when they were last read. */
  readonly #damaged = new Set<string>();
  /** Folders that got names of files from elsewhere, not yet synced. */
  readonly #adopting = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what interrupted uploads left; resolves to their number. Call before uploads begin. */
  async sweep(): Promise<number> {
    const incoming = join(this.#folder, TEMP_FOLDER);
    await mkdir(incoming, { recursive: true });
    const leftovers = await readdir(incoming);
    for (const name of leftovers) await rm(join(incoming, name), { force: true });
    return leftovers.length;
  }

  /**
   * Stores all bytes of a stream, hashing on the way; durable when it resolves. Existing content is
   * replaced by the new, equal bytes: whatever happened to the old file, the new one is good.
   * `accept` may refuse by throwing, before the content gets its name.
   */
  async put(stream: AsyncIterable<Uint8Array>, accept: (content: StoredContent) => void): Promise<StoredContent> {
    const temporary = join(this.#folder, TEMP_FOLDER, randomUUID());
    const file = await open(temporary, 'wx', 0o600);
    try {
      // A crash up to the rename leaves a nameless file that the next sweep removes.
      const blockBytes = () => (this.#digests.count > MANY_UPLOADS ? 0 : BLOCK_BYTES);
      const content = await copyAndHash(inBlocks(stream, blockBytes), file, this.#digests.begin());
      accept(content);
      await file.sync();
      await file.close();
      await this.#nameFile(temporary, content.sha256);
      return content;
    } catch (error) {
      await file.close().catch(() => {}); // it may be closed already; the first error is reported
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Size in bytes; undefined where this content is not stored. */
  async size(sha256: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(sha256))).size;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /**
   * The bytes, or those of [start, end). All of them are hashed on the way, whatever the range: the
   * last chunk is given out only if all are what the name states, else it throws `content-damaged`.
   */
  async *read(sha256: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    const { range: { start, end } = WHOLE, signal } = options;
    // Of content that was found damaged nothing is given out before all of it has been read again.
    if (this.#damaged.delete(sha256)) for await (const _ of this.read(sha256, { signal })) signal?.throwIfAborted();
    const file = await open(this.pathOf(sha256), 'r');
    const hash = createHash('sha256');
    let heldBack: Uint8Array | undefined;
    let offset = 0;
    const chunks: AsyncIterable<Uint8Array> = file.createReadStream({ highWaterMark: READ_CHUNK_BYTES });
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      hash.update(chunk);
      const part = chunk.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
      offset += chunk.length;
      if (part.length === 0) continue;
      if (heldBack !== undefined) yield heldBack;
      heldBack = part;
    }
    const found = hash.digest('hex');
    if (found !== sha256) {
      this.#damaged.add(sha256);
      const reason = bilingual(STORE_FAULTS.contentDiffers, { found, expected: sha256 });
      throw new LedgerError('content-damaged', { content: sha256, reason });
    }
    if (heldBack !== undefined) yield heldBack;
  }

  /**
   * Reads one content whole and compares it with its name. `onRead` gets the number of bytes of
   * each chunk, and may delay the reading.
   */
  async check(sha256: string, onRead?: (bytes: number) => Promise<void>): Promise<ContentProblem | undefined> {
    const file = this.pathOf(sha256);
    const damaged = (message: Message): ContentProblem => ({ code: 'content-damaged', file, message });
    try {
      for await (const chunk of this.read(sha256)) await onRead?.(chunk.length);
      return undefined;
    } catch (error) {
      if (isAbsent(error)) {
        return { code: 'content-missing', file, message: bilingual(STORE_FAULTS.contentMissing, { sha256 }) };
      }
      if (error instanceof LedgerError) return damaged(error.text);
      if (!isUnreadable(error)) throw error;
      return damaged(bilingual(STORE_FAULTS.contentUnreadable, { sha256, reason: errorText(error) }));
    }
  }

  pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new LedgerError('content-name');
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  /**
   * Takes the file `from`, which is durable, as this content: one file, two names. Its bytes are
   * not read. Resolves to false where there is no such file of this size, or it can have no second
   * name. Durable after `syncAdopted`.
   */
  async adopt(from: string, { sha256, size }: { readonly sha256: string; readonly size: number }): Promise<boolean> {
    const found = await stat(from).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (found?.size !== size) return false;
    const path = this.pathOf(sha256);
    await mkdir(dirname(path), { recursive: true });
    const isLinked = await linkFile(from, path);
    if (isLinked) this.#adopting.add(dirname(path));
    return isLinked;
  }

  /** Makes the names of all adopted files durable, each folder once. */
  async syncAdopted(): Promise<void> {
    const outer = new Set([...this.#adopting].map((inner) => dirname(inner)));
    for (const folder of [...this.#adopting, ...outer, this.#folder]) await syncFolder(folder);
    this.#adopting.clear();
  }

  async #nameFile(temporary: string, sha256: string): Promise<void> {
    const outer = join(this.#folder, sha256.slice(0, 2));
    const inner = join(outer, sha256.slice(2, 4));
    await mkdir(inner, { recursive: true });
    await rename(temporary, join(inner, sha256));
    await syncFolder(inner);
    if (this.#durable.has(inner)) return;
    await syncFolder(outer);
    await syncFolder(this.#folder);
    this.#durable.add(inner);
  }
}

/** Writes each block, then hands it over to be hashed while the next ones come. */
async function copyAndHash(
  blocks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  file: FileHandle,
  hashing: DigestedStream,
): Promise<StoredContent> {
  let size = 0;
  try {
    for await (const block of blocks) {
      size += block.length;
      await writeAll(file, block);
      await hashing.take(block);
    }
    return { ...(await hashing.digests()), size };
  } finally {
    hashing.drop();
  }
}

/**
 * Yields the same bytes in new blocks of about this size: each write and each message to a thread
 * has its cost.
 */
async function* inBlocks(
  stream: AsyncIterable<Uint8Array>,
  blockBytes: () => number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunks: Uint8Array[] = [];
  let length = 0;
  const block = () => {
    const whole = joinBytes(chunks);
    [chunks, length] = [[], 0];
    return whole;
  };
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= blockBytes()) yield block();
  }
  if (length > 0) yield block();
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
}
