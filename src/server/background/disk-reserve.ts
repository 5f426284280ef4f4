import { type DiskSpace, reserveOf } from '../../log/disk-reserve.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { DETAILS } from '../../text/problem-details.ts';

/** A file that reserves space for the next start on a full disk. */
export interface DiskBallast {
  readonly sizeBytes: number;
  isWhole(): boolean;
  /** Creates the file, or nothing where it does not fit. */
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

const READ_EVERY_MS = 1000;
/**
 * Below this nothing at all is written: a failed write would end the service, which can still be
 * read from.
 */
const LAST_BYTES = 1024 * 1024;

/**
 * Keeps a reserve of the disk free: a registration or upload is refused before anything of it is
 * written, while what was accepted still gets its checkpoint and its anchor. Nothing is registered
 * while the ballast is missing. It is created once there is room for the reserve and twice the
 * ballast; otherwise a full disk would release and create it in turns. The free space is read at
 * most once per second.
 */
export class DiskReserve {
  readonly #parts: DiskReserveParts;
  #readAtMs = -Infinity;
  #room: Promise<{ readonly freeBytes: number; readonly roomBytes: number }> | undefined;

  constructor(parts: DiskReserveParts) {
    this.#parts = parts;
  }

  /** Fails with `storage-full` unless this number of bytes fits without touching the reserve. */
  async requireRoom(bytes = 0): Promise<void> {
    if (!(await this.hasRoom(bytes))) {
      throw new LedgerError('storage-full', { place: DETAILS.diskReserve });
    }
  }

  async hasRoom(bytes = 0): Promise<boolean> {
    return (await this.#known()).roomBytes >= bytes;
  }

  /** Whether the few bytes of a checkpoint or an anchor can still be written. */
  async canWrite(): Promise<boolean> {
    return (await this.#known()).freeBytes >= LAST_BYTES;
  }

  async freeBytes(): Promise<number> {
    return (await this.#known()).freeBytes;
  }

  #known(): Promise<{ readonly freeBytes: number; readonly roomBytes: number }> {
    const now = this.#parts.nowMs();
    if (this.#room === undefined || now - this.#readAtMs >= READ_EVERY_MS) {
      this.#readAtMs = now;
      this.#room = this.#read();
      // its callers get the error, the next call reads again
      this.#room.catch(() => (this.#room = undefined));
    }
    return this.#room;
  }

  async #read(): Promise<{ readonly freeBytes: number; readonly roomBytes: number }> {
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
