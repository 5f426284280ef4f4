import { type DiskSpace, reserveOf } from '../../log/disk-reserve.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { DETAILS } from '../../text/problem-details.ts';

/** Space that is held for the next start on a full disk. */
export interface DiskBallast {
  readonly sizeBytes: number;
  isWhole(): boolean;
  /** Makes it, or nothing where it does not fit. */
  make(): Promise<void>;
}

export interface DiskReserveParts {
  readonly space: () => Promise<DiskSpace>;
  readonly ballast: DiskBallast;
  /** Undefined: the larger of 1 GiB and 5 % of the disk. */
  readonly reserveBytes: number | undefined;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

const ASK_EVERY_MS = 1000;
/**
 * With less than this nothing at all is written: a write that fails ends the service, which can
 * still be read from.
 */
const LAST_BYTES = 1024 * 1024;

/**
 * Keeps the last of the disk free: a registration or upload is refused before anything of it is
 * written, and what was accepted still gets its checkpoint and its anchor. As long as the ballast
 * is missing nothing is registered either. It is made once it fits beside the reserve twice: else a
 * full disk would have it given up and made in turns. The disk is asked at most once a second.
 */
export class DiskReserve {
  readonly #parts: DiskReserveParts;
  #askedAtMs = -Infinity;
  #room: Promise<{ readonly freeBytes: number; readonly roomBytes: number }> | undefined;

  constructor(parts: DiskReserveParts) {
    this.#parts = parts;
  }

  /** Refuses with `storage-full` unless so many bytes fit without touching the reserve. */
  async requireRoom(bytes = 0): Promise<void> {
    if (!(await this.hasRoom(bytes))) {
      throw new LedgerError('storage-full', { place: DETAILS.diskReserve });
    }
  }

  async hasRoom(bytes = 0): Promise<boolean> {
    return (await this.#known()).roomBytes >= bytes;
  }

  /** Whether what was accepted may go on: the few bytes of a checkpoint or an anchor. */
  async canWrite(): Promise<boolean> {
    return (await this.#known()).freeBytes >= LAST_BYTES;
  }

  async freeBytes(): Promise<number> {
    return (await this.#known()).freeBytes;
  }

  #known(): Promise<{ readonly freeBytes: number; readonly roomBytes: number }> {
    const now = this.#parts.nowMs();
    if (this.#room === undefined || now - this.#askedAtMs >= ASK_EVERY_MS) {
      this.#askedAtMs = now;
      this.#room = this.#ask();
      this.#room.catch(() => (this.#room = undefined)); // whoever waits gets the error, the next one asks again
    }
    return this.#room;
  }

  async #ask(): Promise<{ readonly freeBytes: number; readonly roomBytes: number }> {
    const { space, ballast, reserveBytes } = this.#parts;
    let { freeBytes, totalBytes } = await space();
    const reserve = reserveOf(totalBytes, reserveBytes);
    if (!ballast.isWhole() && freeBytes >= reserve + 2 * ballast.sizeBytes) {
      await ballast.make();
      ({ freeBytes, totalBytes } = await space());
    }
    return { freeBytes, roomBytes: ballast.isWhole() ? freeBytes - reserve : -Infinity };
  }
}
