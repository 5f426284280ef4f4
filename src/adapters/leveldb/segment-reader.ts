import { open, type FileHandle } from 'node:fs/promises';
import { decodeFrame, FRAME_HEADER_BYTES, FRAME_OVERHEAD_BYTES, frameLength } from './frame.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Reads a file forward in chunks. What it returns stays valid: a chunk is never overwritten. */
export class SegmentReader {
  readonly #handle: FileHandle;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkAt = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<SegmentReader> {
    return new SegmentReader(await open(path, 'r'));
  }

  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  async bytes(offset: number, length: number): Promise<Buffer> {
    const at = offset - this.#chunkAt;
    if (at < 0 || at + length > this.#chunk.length) await this.#fill(offset, Math.max(length, CHUNK_BYTES));
    const begin = offset - this.#chunkAt;
    return this.#chunk.subarray(begin, begin + length);
  }

  /** The bytes of the frame at `offset` if they end before `endOffset`, else what is there. */
  async frame(offset: number, endOffset: number): Promise<Buffer> {
    const length = frameLength(await this.bytes(offset, 4)) ?? FRAME_HEADER_BYTES;
    return this.bytes(offset, Math.min(length, endOffset - offset));
  }

  async #fill(offset: number, length: number): Promise<void> {
    const chunk = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(chunk, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#chunk = chunk.subarray(0, filled);
    this.#chunkAt = offset;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** The next whole frame from an offset on; with `badSeq` one of a later seq: then the bad one was not the last thing written. */
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
