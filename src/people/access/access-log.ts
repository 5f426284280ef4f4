import { joinBytes } from '../../protocol/encoding/bytes.ts';
import type { Sha256 } from '../../protocol/encoding/hash.ts';
import type { AccessStreamFile, AccessStreams } from '../ports.ts';
import { type AccessHead, EMPTY_ACCESS, formatLine, type NewAccessEntry } from './entry.ts';

export interface AccessLogTools {
  readonly streams: AccessStreams;
  readonly hash: Sha256;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** Draws the id of a stream. */
  readonly newStream: () => string;
  readonly origin: string;
}

/** Where an entry is. */
export interface EntryPlace {
  readonly stream: string;
  readonly seq: number;
}

/** The durable state of a stream. */
export interface StreamHead extends AccessHead {
  readonly stream: string;
}

interface Waiting {
  readonly entry: NewAccessEntry;
  readonly resolve: (place: EntryPlace) => void;
  readonly reject: (error: unknown) => void;
}

interface OpenStream {
  readonly id: string;
  readonly file: AccessStreamFile;
  head: AccessHead;
  lastMs: number;
}

/**
 * Writes the access log of this run. What waits while one group is being written is the next group:
 * one sync serves many requests. A stream that could not be written gets nothing more, since its
 * end is unknown: the next entry begins another one.
 */
export class AccessLog {
  readonly #tools: AccessLogTools;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #stream: OpenStream | undefined;
  #abandoned: StreamHead[] = [];

  constructor(tools: AccessLogTools) {
    this.#tools = tools;
  }

  /** The stream that is written now, as far as it is durable; undefined where there is none yet. */
  head(): StreamHead | undefined {
    return this.#stream && { stream: this.#stream.id, ...this.#stream.head };
  }

  /** The streams of this run that were given up since the last call, as far as they are durable. */
  takeAbandoned(): readonly StreamHead[] {
    const taken = this.#abandoned;
    this.#abandoned = [];
    return taken;
  }

  /** Adds an entry; durable when it resolves. */
  add(entry: NewAccessEntry): Promise<EntryPlace> {
    const { promise, resolve, reject } = Promise.withResolvers<EntryPlace>();
    this.#waiting.push({ entry, resolve, reject });
    this.#writing ??= this.#write();
    return promise;
  }

  /**
   * Adds an entry with the next group, or with `flush`; it is lost where that cannot be written.
   */
  addLater(entry: NewAccessEntry): void {
    this.#waiting.push({ entry, resolve: () => {}, reject: () => {} });
  }

  /** Whether the answer to a question that has this place can still be written next to it. */
  isCurrent({ stream }: EntryPlace): boolean {
    return this.#stream?.id === stream;
  }

  /** Begins the stream where it has not begun. */
  async begin(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#stream === undefined) await (this.#writing = this.#write(true));
  }

  /** Writes what waits; never rejects. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing !== undefined) await (this.#writing ??= this.#write());
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#stream?.file.close();
    this.#stream = undefined;
  }

  async #write(isToBegin = false): Promise<void> {
    let mustBegin = isToBegin;
    try {
      while (this.#waiting.length > 0 || mustBegin) {
        mustBegin = false;
        const group = this.#waiting;
        this.#waiting = [];
        try {
          const stream = (this.#stream ??= await this.#begin());
          const places = await this.#append(
            stream,
            group.map(({ entry }) => entry),
          );
          for (const [i, { resolve }] of group.entries()) resolve({ stream: stream.id, seq: places[i]! });
        } catch (error) {
          const failed = this.#stream;
          this.#stream = undefined;
          if (failed !== undefined) this.#abandoned.push({ stream: failed.id, ...failed.head });
          await failed?.file.close().catch(() => {});
          for (const { reject } of group) reject(error);
        }
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #begin(): Promise<OpenStream> {
    const id = this.#tools.newStream();
    const file = await this.#tools.streams.create(id);
    const stream: OpenStream = { id, file, head: EMPTY_ACCESS, lastMs: 0 };
    try {
      await this.#append(stream, [{ entry: 'began', stream: id, origin: this.#tools.origin }]);
      return stream;
    } catch (error) {
      await file.close().catch(() => {});
      await this.#tools.streams.remove(id).catch(() => {}); // nothing was answered by it
      throw error;
    }
  }

  /** The numbers of the entries. */
  async #append(stream: OpenStream, entries: readonly NewAccessEntry[]): Promise<readonly number[]> {
    if (entries.length === 0) return [];
    const { hash, clock } = this.#tools;
    const atMs = Math.max(clock(), stream.lastMs); // as in the log, time never falls
    const at = new Date(atMs).toISOString();
    const lines: Uint8Array[] = [];
    const seqs: number[] = [];
    let { head } = stream;
    for (const entry of entries) {
      const made = formatLine(hash, head, entry, at);
      head = made.head;
      lines.push(made.line);
      seqs.push(head.count);
    }
    await stream.file.append(joinBytes(lines));
    stream.head = head;
    stream.lastMs = atMs;
    return seqs;
  }
}
