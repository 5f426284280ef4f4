import { open, type FileHandle } from 'node:fs/promises';
import { errorText } from '../../../text/error-text.ts';
import { bilingual } from '../../../text/message.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { isUnreadable } from '../../files/file-errors.ts';
import { StoreFault } from '../store-fault.ts';
import { decodeFrame, FRAME_HEADER_BYTES, FRAME_OVERHEAD_BYTES, frameLength } from './frame.ts';

const CHUNK_BYTES = 1024 * 1024;
/** The unit in which a disk returns bytes or fails to. */
const SECTOR_BYTES = 4096;

/** The disk does not return the bytes of a file. */
export class UnreadableError extends StoreFault {
  constructor(cause: unknown) {
    super(bilingual(STORE_FAULTS.unreadable, { reason: errorText(cause) }), { cause });
  }
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
   * Opens a segment. Sectors that cannot be read throw `UnreadableError`, or with `zeroUnreadable`
   * count as zeros, so that what lies behind them is found.
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

  /** The bytes of the frame at `offset`, cut off at `endOffset` where they would go beyond it. */
  async frame(offset: number, endOffset: number): Promise<Buffer> {
    const length = frameLength(await this.bytes(offset, 4)) ?? FRAME_HEADER_BYTES;
    return this.bytes(offset, Math.min(length, endOffset - offset));
  }

  /**
   * Reads `needed` bytes, if the file has them, and more for the next calls as far as the disk
   * returns them.
   */
  async #fill(offset: number, needed: number): Promise<void> {
    const chunk = Buffer.allocUnsafeSlow(Math.max(needed, CHUNK_BYTES));
    let filled = 0;
    while (filled < chunk.length) {
      const bytesRead = await this.#read(chunk, filled, offset + filled).catch((error: unknown) => {
        if (error instanceof UnreadableError && filled >= needed) return 0;
        throw error;
      });
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#chunk = chunk.subarray(0, filled);
    this.#chunkAt = offset;
  }

  /**
   * Reads into `chunk` from `at` on; where the disk does not return all of it, up to the end of one
   * sector. Resolves to the number of bytes.
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
      if (!this.#zeroUnreadable) throw new UnreadableError(error);
      chunk.fill(0, at, at + sector);
      return sector;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/**
 * The next whole frame from an offset on. With `badSeq`, only one of a later seq: it proves that
 * the bad frame was not the last one written.
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
      // skips quickly what is neither a length nor a seq
      if (chunk[i]! > 0x0f || chunk[i + 4] !== 0) continue;
      const length = frameLength(chunk, i);
      if (length === undefined || offset + i + length > endOffset) continue;
      const seq = chunk.readBigUInt64BE(i + 4);
      if (badSeq !== undefined && (seq <= BigInt(badSeq) || seq > BigInt(badSeq + endOffset))) continue;
      const frame = decodeFrame(await reader.bytes(offset + i, length));
      if (!('fault' in frame)) return { offset: offset + i, seq: frame.seq };
    }
  }
  return undefined;
}
