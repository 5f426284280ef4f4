import { originHash } from '../protocol/note/add-checkpoint.ts';
import { cosignatureBlob, cosignedMessage } from '../protocol/note/cosignature.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import { formatNote, formatSignatureLine, type NoteSignature } from '../protocol/note/note.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { type Answer, answered, conflict, type INABILITY_CODES, refused } from './answer.ts';
import { extensionFault } from './extension.ts';
import { OneAtATime } from './one-at-a-time.ts';
import {
  type Alarm,
  type ClockSeconds,
  type CosignatureSigner,
  type CosignedCheckpoint,
  type WitnessedLog,
  type WitnessState,
} from './ports.ts';
import { parseSubmission, type Submission, trustedSignatures } from './submission.ts';

export interface WitnessParts {
  /**
   * The logs that are watched now; the same array as long as they are the same ones. May throw
   * `witness-logs-unreadable`.
   */
  readonly logs: () => readonly WitnessedLog[];
  readonly state: WitnessState;
  readonly signer: CosignatureSigner;
  readonly clock: ClockSeconds;
  readonly hasher: TreeHasher;
  /** Awaited before the request is answered. Must not reject. */
  readonly onAlarm: (alarm: Alarm) => Promise<void>;
}

interface WatchedNow {
  readonly logs: readonly WitnessedLog[];
  readonly byOrigin: ReadonlyMap<string, WitnessedLog>;
  /** Origins by the hash in the address of their checkpoint. */
  readonly byHash: ReadonlyMap<string, string>;
}

function watchedNow(logs: readonly WitnessedLog[]): WatchedNow {
  return {
    logs,
    byOrigin: new Map(logs.map((log) => [log.origin, log])),
    byHash: new Map(logs.map(({ origin }) => [originHash(origin), origin])),
  };
}

/** Requests for one log under way or waiting; each holds a whole body in memory. */
const MAX_WAITING = 256;

/**
 * A witness by C2SP tlog-witness: cosigns the checkpoints of known logs, as long as each extends
 * the one before.
 */
export class Witness {
  readonly #parts: WitnessParts;
  #watched: WatchedNow = watchedNow([]);
  readonly #queue = new OneAtATime(MAX_WAITING);

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /**
   * Answers `add-checkpoint`. The order of the checks is the specification's, so that other clients
   * understand the answers.
   */
  async addCheckpoint(body: Uint8Array): Promise<Answer> {
    try {
      const submission = parseSubmission(body);
      const { checkpoint, oldSize, note } = submission;
      const log = this.#now().byOrigin.get(checkpoint.origin);
      if (log === undefined) return refused(404, 'origin-unknown', 'this witness does not watch this log');
      const signatures = trustedSignatures(note, log.keys);
      if (signatures === undefined) {
        return refused(403, 'signature-wrong', 'no trusted key of this log has signed the checkpoint');
      }
      if (oldSize > checkpoint.size) {
        return refused(400, 'old-size-too-large', `old size ${oldSize} is larger than size ${checkpoint.size}`);
      }
      return await this.#queue.run(log.origin, () => this.#extend(submission));
    } catch (error) {
      if (error instanceof ProtocolError) return refused(400, error.code, error.message);
      return unable(error);
    }
  }

  /** Answers with the newest cosigned checkpoint of a log, by the hash of its origin. */
  async latest(hash: string): Promise<Answer> {
    try {
      const origin = this.#now().byHash.get(hash);
      if (origin === undefined) return refused(404, 'origin-unknown', 'this witness does not watch this log');
      const stored = await this.#parts.state.latest(origin);
      if (stored === undefined) return refused(404, 'nothing-cosigned', 'nothing of this log was cosigned yet');
      return answered(stored.note);
    } catch (error) {
      return unable(error);
    }
  }

  #now(): WatchedNow {
    const logs = this.#parts.logs();
    if (this.#watched.logs !== logs) this.#watched = watchedNow(logs);
    return this.#watched;
  }

  /** Runs one at a time for each log: what is compared here still holds when it is written. */
  async #extend(submission: Submission): Promise<Answer> {
    const { state, hasher, onAlarm } = this.#parts;
    const { origin } = submission.checkpoint;
    const stored = await state.latest(origin);
    const storedSize = stored?.size ?? 0n;
    if (submission.oldSize !== storedSize) return conflict(storedSize);
    const fault = extensionFault(hasher, stored, submission);
    if (fault !== undefined) {
      const { code, reason } = fault;
      if (code !== 'proof-not-empty') await onAlarm({ origin, code, stored, submission });
      return refused(422, code, reason);
    }
    // A key may have been removed while this request waited for others.
    const keys = this.#now().byOrigin.get(origin)?.keys ?? [];
    const signatures = trustedSignatures(submission.note, keys);
    if (signatures === undefined) {
      return refused(403, 'signature-wrong', 'no trusted key of this log has signed the checkpoint');
    }
    const { next, line } = this.#cosign(submission, signatures, stored);
    // The cosignature leaves this process only once it is stored: after a crash here the client
    // asks again and gets the size.
    if (!(await state.advance(origin, storedSize, next))) return conflict((await state.latest(origin))?.size ?? 0n);
    return answered(line);
  }

  #cosign(
    { checkpoint: { size, root }, note }: Submission,
    signatures: readonly NoteSignature[],
    stored: CosignedCheckpoint | undefined,
  ): { readonly next: CosignedCheckpoint; readonly line: string } {
    const { signer, clock } = this.#parts;
    const timeSeconds = laterOf(clock(), stored?.timeSeconds ?? 1n);
    const signature = signer.sign(cosignedMessage(timeSeconds, note.text));
    const { name, keyId } = signer.key;
    const cosignature = { name, keyId, signature: cosignatureBlob(timeSeconds, signature) };
    const kept = formatNote({ text: note.text, signatures: [...signatures, cosignature] });
    return { next: { size, root, timeSeconds, note: kept }, line: formatSignatureLine(cosignature) };
  }
}

/**
 * A larger tree never gets an earlier time than a smaller one, whatever the clock does; a time of 0
 * would mean none.
 */
function laterOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** A failure of the witness itself: the client gets its code alone. */
function unable(error: unknown): Answer {
  if (!(error instanceof LedgerError)) throw error;
  return refused(503, error.code as (typeof INABILITY_CODES)[number], 'the witness cannot cosign for this log now');
}
