import type { WitnessKey } from '../protocol/note/cosignature.ts';
import type { VerifierKey } from '../protocol/note/vkey.ts';
import type { Submission } from './submission.ts';

/** What a witness needs of its surroundings. */

/**
 * A log that the witness watches. It has several keys while it changes its key, or where it signs
 * with more than one.
 */
export interface WitnessedLog {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

/** The newest checkpoint of a log that this witness has cosigned. */
export interface CosignedCheckpoint {
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Of the cosignature, in Unix seconds. */
  readonly timeSeconds: bigint;
  /** The signed note: the log's signatures that were verified, and the cosignature. */
  readonly note: string;
}

/**
 * The witness's memory, with one entry for each registered log. It must not forget: a log whose
 * entry is missing or damaged rejects with `state-missing` or `state-damaged`, and is never treated
 * like one of which nothing was cosigned yet. After a write has failed everything rejects with
 * `state-failed` (fail-stop: the outcome is known only after a restart).
 */
export interface WitnessState {
  /** Undefined where nothing of this log was cosigned yet. */
  latest(origin: string): Promise<CosignedCheckpoint | undefined>;
  /**
   * Compares and swaps, atomically for each origin: returns false and writes nothing where the
   * stored size is no longer `expectedSize` (0 where nothing was cosigned yet). Durable when it
   * resolves.
   */
  advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean>;
}

/** A state that takes new logs. */
export interface RegisteringState extends WitnessState {
  /**
   * Creates the empty entry of a log. An existing entry stays as it is, and must be readable: a
   * used one must not become empty.
   */
  register(origin: string): Promise<void>;
}

/** The list of the logs that a witness watches. Changed by one process at a time. */
export interface WatchedLogs {
  /** Throws `witness-missing` or `witness-logs-unreadable`. */
  read(): readonly WitnessedLog[];
  /** Durable when it resolves. */
  write(logs: readonly WitnessedLog[]): Promise<void>;
}

export interface CosignatureSigner {
  readonly key: WitnessKey;
  /** Returns 64 bytes of Ed25519. */
  sign(message: Uint8Array): Uint8Array;
}

/** A log seems to have signed a checkpoint that does not extend the cosigned one. */
export interface Alarm {
  readonly origin: string;
  /**
   * `root-differs`: the log contradicts itself. `proof-wrong`: either that, or a good checkpoint
   * was sent with a wrong proof.
   */
  readonly code: 'root-differs' | 'proof-wrong';
  /** Undefined where nothing of the log was cosigned yet. */
  readonly stored: CosignedCheckpoint | undefined;
  readonly submission: Submission;
}

/** Unix seconds. */
export type ClockSeconds = () => bigint;
