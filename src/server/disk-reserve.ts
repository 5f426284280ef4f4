import { DETAILS } from '../text/problem-details.ts';
import { Problem } from './problem.ts';

/** Of a file system, in bytes: what we may still take, and all of it. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskReserveParts {
  readonly space: () => Promise<DiskSpace>;
  /** Undefined: the larger of 1 GiB and 5 % of the disk. */
  readonly reserveBytes: number | undefined;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

const ASK_EVERY_MS = 1000;

/**
 * Keeps the last of the disk free: a registration or upload is refused before anything of it is written, and what was accepted still gets its
 * checkpoint and its anchor. The disk is asked at most once a second.
 */
export class DiskReserve {
  readonly #parts: DiskReserveParts;
  #askedAtMs = -Infinity;
  #space: Promise<DiskSpace> | undefined;

  constructor(parts: DiskReserveParts) {
    this.#parts = parts;
  }

  /** Refuses with `storage-full` unless so many bytes fit without touching the reserve. */
  async demandRoom(bytes = 0): Promise<void> {
    if (!(await this.hasRoom(bytes))) {
      throw new Problem('storage-full', DETAILS.reserve);
    }
  }

  async hasRoom(bytes = 0): Promise<boolean> {
    const { freeBytes, totalBytes } = await this.#current();
    return freeBytes - bytes >= reserveOf(totalBytes, this.#parts.reserveBytes);
  }

  async freeBytes(): Promise<number> {
    return (await this.#current()).freeBytes;
  }

  #current(): Promise<DiskSpace> {
    const now = this.#parts.nowMs();
    if (this.#space === undefined || now - this.#askedAtMs >= ASK_EVERY_MS) {
      this.#askedAtMs = now;
      this.#space = this.#parts.space();
      this.#space.catch(() => (this.#space = undefined)); // whoever waits gets the error, the next one asks again
    }
    return this.#space;
  }
}

export function reserveOf(totalBytes: number, reserveBytes: number | undefined): number {
  return reserveBytes ?? Math.max(1024 ** 3, totalBytes * 0.05);
}
