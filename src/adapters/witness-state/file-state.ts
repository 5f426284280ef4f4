import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8Text } from '../../protocol/encoding/bytes.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { originHash } from '../../protocol/note/add-checkpoint.ts';
import type { WitnessKey } from '../../protocol/note/cosignature.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Message } from '../../text/message.ts';
import { STATE_FAULTS } from '../../text/witness.ts';
import type { CosignedCheckpoint, RegisteringState } from '../../witness/ports.ts';
import { isAbsent } from '../files/file-errors.ts';
import { replaceFile } from '../files/replace-file.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { formatStateFile, parseStateFile } from './state-file.ts';

const STATE_NAME = /^[0-9a-f]{64}$/;

/**
 * The state of a witness as one file for each log in one folder, read from disk and checked at each
 * use: nothing in memory can be older or newer than the disk. Needs the folder's lock for writing.
 */
export class FileWitnessState implements RegisteringState {
  readonly #dir: string;
  readonly #key: WitnessKey;
  readonly #onFailStop: (error: Error) => void;
  /** The last task of each log. */
  readonly #last = new Map<string, Promise<unknown>>();
  #failure: LedgerError | undefined;
  #isClosed = false;

  private constructor(dir: string, key: WitnessKey, onFailStop: (error: Error) => void) {
    this.#dir = dir;
    this.#key = key;
    this.#onFailStop = onFailStop;
  }

  /**
   * Opens a folder and syncs it: what a process wrote that died before its fsync can be read, and
   * is not on the disk yet; it must be before it is shown to anyone.
   */
  static async open(
    dir: string,
    key: WitnessKey,
    onFailStop: (error: Error) => void = () => {},
  ): Promise<FileWitnessState> {
    try {
      // other names are temporary files, which a running witness may rename away meanwhile
      const names = (await readdir(dir)).filter((name) => STATE_NAME.test(name));
      for (const name of names) await syncFile(join(dir, name));
      await syncFolder(dir);
    } catch (cause) {
      if (isAbsent(cause)) throw new LedgerError('state-missing', { file: dir, cause });
      throw new LedgerError('state-failed', { file: dir, reason: errorText(cause), cause });
    }
    return new FileWitnessState(dir, key, onFailStop);
  }

  async register(origin: string): Promise<void> {
    const path = this.#pathOf(origin);
    if (existsSync(path)) await this.latest(origin);
    else await replaceFile(path, formatStateFile(origin, undefined));
  }

  /** Waits for a write under way: a cosignature that is not durable must not be shown. */
  latest(origin: string): Promise<CosignedCheckpoint | undefined> {
    return this.#inOrder(origin, () => this.#read(origin));
  }

  advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean> {
    return this.#inOrder(origin, async () => {
      const stored = await this.#read(origin);
      if ((stored?.size ?? 0n) !== expectedSize) return false;
      await this.#write(origin, next);
      return true;
    });
  }

  /**
   * Ends the writes under way and refuses the rest: nothing may be written after another process
   * has taken the folder's lock.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#last.values());
  }

  async #read(origin: string): Promise<CosignedCheckpoint | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) throw new LedgerError('stopping');
    const file = this.#pathOf(origin);
    const bytes = await readFile(file).catch((cause: unknown) => {
      if (isAbsent(cause)) throw new LedgerError('state-missing', { file, cause });
      throw new LedgerError('state-unreadable', { file, reason: errorText(cause), cause });
    });
    const damaged = (fault: Message, cause?: unknown) =>
      new LedgerError('state-damaged', { file, origin, fault, cause });
    try {
      const state = parseStateFile(utf8Text(bytes), origin, this.#key);
      if ('fault' in state) throw damaged(state.fault);
      return state.latest;
    } catch (cause) {
      if (cause instanceof ProtocolError) throw damaged(STATE_FAULTS.unreadable, cause);
      throw cause;
    }
  }

  async #write(origin: string, next: CosignedCheckpoint): Promise<void> {
    const file = this.#pathOf(origin);
    try {
      await replaceFile(file, formatStateFile(origin, next));
    } catch (cause) {
      this.#failure ??= new LedgerError('state-failed', { file, reason: errorText(cause), cause });
      this.#onFailStop(this.#failure);
    }
    // also where the write of another log failed meanwhile
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Runs the tasks of one log in the order of the calls, one at a time. */
  async #inOrder<T>(origin: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(origin);
    const result = (async () => {
      await before?.catch(() => {}); // reported to its own caller
      return task();
    })();
    this.#last.set(origin, result);
    try {
      return await result;
    } finally {
      if (this.#last.get(origin) === result) this.#last.delete(origin);
    }
  }

  #pathOf(origin: string): string {
    return join(this.#dir, originHash(origin));
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
