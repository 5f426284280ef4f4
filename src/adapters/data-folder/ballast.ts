import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';

const PIECE_BYTES = 1024 * 1024;

/**
 * A file that only takes up space. A start on a full disk gives it up, because LevelDB cannot even
 * be read without writing; whatever else holds the disk, that much is ours. It holds nothing:
 * losing it loses nothing, and no backup has it.
 */
export class Ballast {
  readonly sizeBytes: number;
  readonly #path: string;

  /** `sizeBytes`: a multiple of 1 MiB. */
  constructor(path: string, sizeBytes: number) {
    this.#path = path;
    this.sizeBytes = sizeBytes;
  }

  /** One that a crash left half made is none. */
  isWhole(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.size === this.sizeBytes;
  }

  /** Gives the space back; whether there was any. */
  async release(): Promise<boolean> {
    const isThere = statSync(this.#path, { throwIfNoEntry: false }) !== undefined;
    await rm(this.#path, { force: true });
    return isThere;
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

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
