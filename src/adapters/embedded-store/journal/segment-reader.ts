import { open, type FileHandle } from 'node:fs/promises';
import { decodeFrame, FRAME_HEADER_BYTES, FRAME_OVERHEAD_BYTES, frameLength } from './frame.ts';

const CHUNK_BYTES = 1024 * 1024;
/** What a disk gives out or refuses as one. */
const SECTOR_BYTES = 4096;

/** Bytes that the disk does not give out. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Reads a file forward in chunks. What it returns stays valid: a chunk is never overwritten. */
export class SegmentReader {
  readonly #handle: FileHandle;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkAt = 0;

  readonly #zeroUnreadable: boolean;

  private constructor(handle: FileHandle, zeroUnreadable: boolean) {
    this.#handle = handle;
    this.#zeroUnreadable = zeroUnreadable;
  }

  /**
   * What cannot be read throws `UnreadableError`, or with `zeroUnreadable` counts as zeros, so that
   * what lies behind is found.
   */
  static async open(path: string, { zeroUnreadable = false } = {}): Promise<SegmentReader> {
    return new SegmentReader(await open(path, 'r'), zeroUnreadable);
  }

  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  async bytes(offset: number, length: number): Promise<Buffer> {
    const at = offset - this.#chunkAt;
    if (at < 0 || at + length > this.#chunk.length) await this.#fill(offset, length);
    const begin = offset - this.#chunkAt;
    return this.#chunk.subarray(begin, begin + length);
  }

  /** The bytes of the frame at `offset` if they end before `endOffset`, else what is there. */
  async frame(offset: number, endOffset: number): Promise<Buffer> {
    const length = frameLength(await this.bytes(offset, 4)) ?? FRAME_HEADER_BYTES;
    return this.bytes(offset, Math.min(length, endOffset - offset));
  }

  /**
   * `needed` bytes, if the file has them, and more for the next ones if the disk gives them out.
   */
  async #fill(offset: number, needed: number): Promise<void> {
    const chunk = Buffer.allocUnsafeSlow(Math.max(needed, CHUNK_BYTES));
    let bilingual = 0;
    while (bilingual < chunk.length) {
      const bytesRead = await this.#read(chunk, bilingual, offset + bilingual).catch((error: unknown) => {
        if (error instanceof UnreadableError && bilingual >= needed) return 0;
        throw error;
      });
      if (bytesRead === 0) break;
      bilingual += bytesRead;
    }
    this.#chunk = chunk.subarray(0, bilingual);
    this.#chunkAt = offset;
  }

  /**
   * Into `chunk` from `at` on; where the disk does not give out all of it, up to the end of one
   * sector.
   */
  async #read(chunk: Buffer, at: number, position: number): Promise<number> {
    const read = async (length: number) => (await this.#handle.read(chunk, at, length, position)).bytesRead;
    const rest = chunk.length - at;
    const sector = Math.min(rest, SECTOR_BYTES - (position % SECTOR_BYTES));
    try {
      return await read(rest).catch((error: unknown) => {
        if (isUnreadable(error)) return read(sector);
        throw error;
      });
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      if (!this.#zeroUnreadable) throw new UnreadableError(`it cannot be read: ${error.message}`, { cause: error });
      chunk.fill(0, at, at + sector);
      return sector;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EISDIR');
}

/**
 * The next whole frame from an offset on; with `badSeq` one of a later seq: then the bad one was
 * not the last thing written.
 */
export async function findFrame(
  reader: SegmentReader,
  from: number,
  endOffset: number,
  badSeq?: number,
): Promise<{ readonly offset: number; readonly seq: number } | undefined> {
  for (let offset = from; endOffset - offset > FRAME_OVERHEAD_BYTES; offset += CHUNK_BYTES) {
    const chunk = await reader.bytes(offset, CHUNK_BYTES + FRAME_HEADER_BYTES);
    for (let i = 0; i < CHUNK_BYTES && i + FRAME_HEADER_BYTES <= chunk.length; i++) {
      if (chunk[i]! > 0x0f || chunk[i + 4] !== 0) continue; // quickly past what is neither a length nor a seq
      const length = frameLength(chunk, i);
      if (length === undefined || offset + i + length > endOffset) continue;
      const seq = chunk.readBigUInt64BE(i + 4);
      if (badSeq !== undefined && (seq <= BigInt(badSeq) || seq > BigInt(badSeq + endOffset))) continue;
      const frame = decodeFrame(await reader.bytes(offset + i, length));
      if (typeof frame !== 'string') return { offset: offset + i, seq: frame.seq };
    }
  }
  return undefined;
}
