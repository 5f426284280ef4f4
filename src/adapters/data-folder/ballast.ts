import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { isDiskFull } from '../files/file-errors.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * A file that only takes up space. A start on a full disk removes it, because LevelDB cannot even
 * be read without writing; this much space is ours whatever else fills the disk. It holds nothing:
 * losing it loses nothing, and no backup contains it.
 */
export class Ballast {
  readonly sizeBytes: number;
  readonly #path: string;

  /** `sizeBytes`: a multiple of 1 MiB. */
  constructor(path: string, sizeBytes: number) {
    this.#path = path;
    this.sizeBytes = sizeBytes;
  }

  /** Whether the file exists in full; a crash may leave a part of it, which does not count. */
  isWhole(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.size === this.sizeBytes;
  }

  /** Frees the space; resolves to whether there was any. */
  async release(): Promise<boolean> {
    const existed = statSync(this.#path, { throwIfNoEntry: false }) !== undefined;
    await rm(this.#path, { force: true });
    return existed;
  }

  /**
   * Takes the space, or nothing at all where it does not fit. Random bytes: file systems leave out
   * zeros and compress the rest.
   */
  async make(): Promise<void> {
    try {
      const file = await open(this.#path, 'w', 0o600);
      try {
        for (let at = 0; at < this.sizeBytes; at += PIECE_BYTES) await file.writeFile(randomBytes(PIECE_BYTES));
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await this.release();
      if (!isDiskFull(error)) throw error;
    }
  }
}
