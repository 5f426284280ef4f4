import { toHex, utf8Bytes } from '../protocol/encoding/bytes.ts';
import type { WitnessKey } from '../protocol/note/cosignature.ts';
import { sha256 } from '../protocol/encoding/hash.ts';
import type { VerifierKey } from '../protocol/note/vkey.ts';
import type { Submission } from './submission.ts';

/** What a witness needs of the world. */

/**
 * A log that the witness watches. Several keys: the log changes its key, or signs with more than
 * one.
 */
export interface WitnessedLog {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

/** The name of a log in paths: hex SHA-256 of its origin, as C2SP tlog-witness has it. */
export function originHash(origin: string): string {
  return toHex(sha256(utf8Bytes(origin)));
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
 * The witness's memory, one place for each log that was registered. It must not forget: a log whose
 * place is missing or damaged rejects with `state-missing` or `state-damaged`, and is never taken
 * for one that has cosigned nothing yet. After a write has failed everything rejects with
 * `state-failed` (fail-stop: the outcome is known only after a restart).
 */
export interface WitnessState {
  /** Undefined where nothing of this log was cosigned yet. */
  latest(origin: string): Promise<CosignedCheckpoint | undefined>;
  /**
   * Compares and swaps, atomically for each origin: false, writing nothing, where the stored size
   * is not `expectedSize` any more (0 where nothing was cosigned yet). Durable when it resolves.
   */
  advance(origin: string, expectedSize: bigint, next: CosignedCheckpoint): Promise<boolean>;
}

export interface CosignatureSigner {
  readonly key: WitnessKey;
  /** 64 bytes of Ed25519. */
  sign(message: Uint8Array): Uint8Array;
}

/** A log seems to have signed what does not extend what was cosigned. */
export interface Alarm {
  readonly origin: string;
  /**
   * `root-differs`: the log contradicts itself. `proof-wrong`: so it may be, or somebody sent a
   * wrong proof with a good checkpoint.
   */
  readonly code: 'root-differs' | 'proof-wrong';
  /** Undefined where nothing of the log was cosigned yet. */
  readonly stored: CosignedCheckpoint | undefined;
  readonly submission: Submission;
}

/** Unix seconds. */
export type ClockSeconds = () => bigint;

/**
 * A failure with a stable code: `state-missing`, `state-damaged`, `state-failed`,
 * `too-many-waiting`, `witness-missing` …
 */
export class WitnessError extends Error {
  override readonly name = 'WitnessError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
