import { type FileHandle, open } from 'node:fs/promises';
import { isAbsent } from '../../files/file-errors.ts';

const READ_BYTES = 1024 * 1024;

/**
 * A segment in an earlier copy of the journal, compared with the present one from its beginning.
 */
export class EarlierSegment {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Bytes that were read and not yet compared. */
  #ahead = Buffer.alloc(0);
  #readBytes = 0;
  #equalBytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Undefined where the earlier copy has no such segment. */
  static async open(path: string): Promise<EarlierSegment | undefined> {
    try {
      return new EarlierSegment(path, await open(path, 'r'));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** Whether the next bytes are these; if not, nothing more can be asked. */
  async hasNext(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length;) {
      if (this.#ahead.length === 0 && !(await this.#readOn())) return false;
      const part = this.#ahead.subarray(0, bytes.length - at);
      if (part.compare(bytes, at, at + part.length) !== 0) return false;
      this.#ahead = this.#ahead.subarray(part.length);
      at += part.length;
    }
    this.#equalBytes += bytes.length;
    return true;
  }

  /** Whether nothing follows the bytes that were asked for. */
  async hasEnded(): Promise<boolean> {
    return this.#ahead.length === 0 && !(await this.#readOn());
  }

  /** The bytes that were found equal, once more. */
  async *equalBytes(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.#equalBytes;) {
      const size = Math.min(READ_BYTES, this.#equalBytes - at);
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(size), 0, size, at);
      if (bytesRead === 0) throw new Error(`${this.path} became shorter while it was read`);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #readOn(): Promise<boolean> {
    const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, this.#readBytes);
    this.#readBytes += bytesRead;
    this.#ahead = buffer.subarray(0, bytesRead);
    return bytesRead > 0;
  }
}
