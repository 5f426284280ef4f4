import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8Text } from '../../protocol/encoding/bytes.ts';
import type { WitnessKey } from '../../protocol/note/cosignature.ts';
import { OneAtATime } from '../../witness/one-at-a-time.ts';
import { type CosignedCheckpoint, originHash, WitnessError, type WitnessState } from '../../witness/ports.ts';
import { replaceFile, syncFile } from './durable-file.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { formatStateFile, parseStateFile } from './state-file.ts';

const STATE_NAME = /^[0-9a-f]{64}$/;

/**
 * One file for each log in one folder, read and checked anew each time: nothing in memory can be
 * older or newer than the disk. Needs the folder's lock.
 */
export class FileWitnessState implements WitnessState {
  readonly #dir: string;
  readonly #key: WitnessKey;
  readonly #onFailStop: (error: Error) => void;
  readonly #queue = new OneAtATime(Infinity);
  #failure: WitnessError | undefined;
  #isClosed = false;

  private constructor(dir: string, key: WitnessKey, onFailStop: (error: Error) => void) {
    this.#dir = dir;
    this.#key = key;
    this.#onFailStop = onFailStop;
  }

  /**
   * What a process wrote that died before it synced is there for this one to read, and not on the
   * disk yet: it is synced before anybody is told of it.
   */
  static async open(
    dir: string,
    key: WitnessKey,
    onFailStop: (error: Error) => void = () => {},
  ): Promise<FileWitnessState> {
    try {
      // others are drafts, which a running witness renames away from under `show`
      const names = (await readdir(dir)).filter((name) => STATE_NAME.test(name));
      for (const name of names) await syncFile(join(dir, name));
      await syncFolder(dir);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const isGone = code === 'ENOENT';
      throw new WitnessError(isGone ? 'state-missing' : 'state-failed', `${dir} cannot be synced: ${message}`, {
        cause,
      });
    }
    return new FileWitnessState(dir, key, onFailStop);
  }

  /**
   * Makes the empty place of a log. What is there already stays: a place that was used must not
   * become empty.
   */
  async register(origin: string): Promise<void> {
    const path = this.#pathOf(origin);
    if (existsSync(path)) await this.latest(origin);
    else await replaceFile(path, formatStateFile(origin, undefined));
  }

  /** Waits for what is being written: a cosignature that is not durable is shown to nobody. */
  latest(origin: string): Promise<CosignedCheckpoint | undefined> {
    return this.#queue.run(origin, () => this.#read(origin));
  }

  /**
   * Ends what is being written and refuses the rest: no write may come after another process has
   * the folder's lock.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.idle();
  }

  async #read(origin: string): Promise<CosignedCheckpoint | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) throw new WitnessError('stopping', 'the witness is stopping');
    const path = this.#pathOf(origin);
    const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'ENOENT' ? 'state-missing' : 'state-unreadable';
      throw new WitnessError(code, `the state of the log ${origin} cannot be read: ${cause.message}`, { cause });
    });
    try {
      return parseStateFile(utf8Text(bytes), origin, this.#key);
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new WitnessError('state-damaged', `${path}, the state of the log ${origin}: ${reason}`, { cause });
    }
  }

  advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean> {
    return this.#queue.run(origin, async () => {
      const stored = await this.#read(origin);
      if ((stored?.size ?? 0n) !== expectedSize) return false;
      await this.#write(origin, next);
      return true;
    });
  }

  async #write(origin: string, next: CosignedCheckpoint): Promise<void> {
    try {
      await replaceFile(this.#pathOf(origin), formatStateFile(origin, next));
    } catch (cause) {
      const message = `the state of the log ${origin} cannot be written: ${(cause as Error).message}`;
      this.#failure ??= new WitnessError('state-failed', message, { cause });
      this.#onFailStop(this.#failure);
    }
    // also where the write of another log failed meanwhile
    if (this.#failure !== undefined) throw this.#failure;
  }

  #pathOf(origin: string): string {
    return join(this.#dir, originHash(origin));
  }
}
