import { WITNESS_FAULTS } from '../text/log.ts';
import { bilingual, type Message } from '../text/message.ts';
import { type NoteSignature, parseNote } from '../protocol/note/note.ts';
import { BackOff } from '../protocol/back-off.ts';
import { verifiedLine } from './cosigned-note.ts';
import type { CosignerAnswer, PublishedCheckpoint } from './model.ts';
import type { Clock, Cosigner } from './ports.ts';
import type { TreeReader } from './tree-reader.ts';
import type { WitnessedHead, WitnessStatement } from './external-head.ts';

/** The states of a witness as the log sees it. */
export const WITNESS_STATES = [
  'unasked',
  'answers',
  'witness-silent',
  'witness-refuses',
  'witness-conflict',
  'witness-ahead',
] as const;

export type WitnessStatus = (typeof WITNESS_STATES)[number];

export type WitnessAlarm = Exclude<WitnessStatus, 'unasked' | 'answers'>;

export interface WitnessHealth {
  readonly name: string;
  readonly state: WitnessStatus;
  /** The time of its last cosignature; Unix milliseconds. */
  readonly cosignedAtMs?: number;
  /** How many requests have ended in each alarm since the start. */
  readonly outcomes: Readonly<Record<WitnessAlarm, number>>;
}

export type WitnessEvent =
  | {
      readonly type: 'witness-problem';
      readonly name: string;
      readonly code: WitnessAlarm;
      readonly text: Message;
      /** Nothing is signed until the witness no longer claims this. */
      readonly isHolding?: boolean;
    }
  | { readonly type: 'witness-answers'; readonly name: string };

export interface WitnessSessionOptions {
  readonly cosigner: Cosigner;
  readonly reader: Pick<TreeReader, 'consistencyProof'>;
  readonly clock: Clock;
  /** Returns values from 0 up to 1. */
  readonly random: () => number;
  /** Compares the log with the head that the witness shows; a contradiction halts the log. */
  readonly compareWith: () => Promise<WitnessedHead | 'nothing' | undefined>;
  /** The same; where it shows nothing, with what it states, which is returned. */
  readonly compareMemory: () => Promise<WitnessStatement | undefined>;
  /**
   * The witness claims to remember another log. Returns whether nothing is signed until it no
   * longer does.
   */
  readonly onDispute: (reason: Message) => boolean;
  /** Called when the state changes. */
  readonly onEvent: (event: WitnessEvent) => void;
}

interface Failure {
  readonly retryAfterMs?: number | undefined;
  readonly isHolding?: boolean;
}

/** How long a publication waits for the witnesses that answered in time before. */
export const TIMEOUT_MS = 5000;
/** A checkpoint that does not change is cosigned again after this time, as a sign of life. */
const REFRESH_AFTER_MS = 30 * 60_000;
/** The longest pause that a witness can request. */
const MAX_PAUSE_MS = 3_600_000;

/** The exchange between the log and one witness, one request at a time. */
export class WitnessSession {
  readonly cosigner: Cosigner;
  readonly #parts: WitnessSessionOptions;
  readonly #backOff = new BackOff();
  /**
   * The size that the witness is assumed to have cosigned last; kept in memory only, since the
   * witness reports its size where the assumption is wrong.
   */
  #knownSize = 0n;
  #isBusy = false;
  #pause = { fromMs: 0, toMs: 0 };
  #state: WitnessStatus = 'unasked';
  #cosignedAtMs: number | undefined;
  #wasInTime = true;
  readonly #outcomes = { 'witness-silent': 0, 'witness-refuses': 0, 'witness-conflict': 0, 'witness-ahead': 0 };

  constructor(parts: WitnessSessionOptions) {
    this.#parts = parts;
    this.cosigner = parts.cosigner;
  }

  get health(): WitnessHealth {
    return {
      name: this.cosigner.name,
      state: this.#state,
      ...(this.#cosignedAtMs !== undefined && { cosignedAtMs: this.#cosignedAtMs }),
      outcomes: { ...this.#outcomes },
    };
  }

  /** Whether a request may be sent now: none is open, and no pause is in progress. */
  get isFree(): boolean {
    return !this.#isBusy && !isWithin(this.#parts.clock(), this.#pause);
  }

  /** Whether a publication should wait for it: its last answer was in time, or it is new. */
  get isPrompt(): boolean {
    return this.isFree && (this.#state === 'unasked' || (this.#state === 'answers' && this.#wasInTime));
  }

  /** Whether its last cosignature is old or from before the start. */
  get isStale(): boolean {
    if (this.#cosignedAtMs === undefined) return true;
    return !isWithin(this.#parts.clock(), { fromMs: this.#cosignedAtMs, toMs: this.#cosignedAtMs + REFRESH_AFTER_MS });
  }

  /**
   * A verified signature line for this checkpoint, or undefined. Rejects only where the log itself
   * cannot be read.
   */
  cosign(checkpoint: PublishedCheckpoint): Promise<NoteSignature | undefined> {
    return this.#ask(async () => {
      const fromMs = this.#parts.clock();
      const answer = await this.#exchange(checkpoint);
      if (answer.status !== 'cosigned') return this.#fault(answer, checkpoint);
      const line = verifiedLine(answer.lines, this.cosigner.key, parseNote(checkpoint.note).text);
      if (line === undefined) {
        return this.#failed('witness-silent', WITNESS_FAULTS.noCosignature);
      }
      this.#knownSize = checkpoint.size;
      this.#cosignedAtMs = this.#parts.clock();
      this.#wasInTime = isWithin(this.#cosignedAtMs, { fromMs, toMs: fromMs + TIMEOUT_MS });
      this.#succeeded();
      return line;
    });
  }

  /** Compares what the witness remembers: the head that it shows, or what it states. */
  compareMemory(): Promise<void> {
    return this.#ask(async () => {
      const statement = await this.#parts.compareMemory();
      if (statement?.dispute === undefined) this.#beginPause();
      else this.heed([statement]);
    });
  }

  /** Takes from what witnesses stated at the start what this one did. */
  heed(statements: readonly WitnessStatement[]): void {
    const statement = statements.find(({ name }) => name === this.cosigner.name);
    if (statement?.dispute === undefined) return;
    const code = statement.size === undefined ? 'witness-conflict' : 'witness-ahead';
    this.#failed(code, statement.dispute, { isHolding: true });
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    this.#isBusy = true;
    try {
      return await request();
    } catch (error) {
      this.#beginPause();
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** The first attempt builds on the assumed size, the second on the size that it reports. */
  async #exchange({ size, note }: PublishedCheckpoint): Promise<CosignerAnswer> {
    const answer = await this.#add(this.#knownSize <= size ? this.#knownSize : 0n, size, note);
    if (answer.status !== 'other-size' || answer.size > size) return answer;
    this.#knownSize = answer.size;
    return this.#add(answer.size, size, note);
  }

  async #add(oldSize: bigint, size: bigint, note: string): Promise<CosignerAnswer> {
    const isProven = oldSize === 0n || oldSize === size;
    const proof = isProven ? [] : await this.#parts.reader.consistencyProof(oldSize, size);
    return this.cosigner.add({ oldSize, proof, note });
  }

  async #fault(
    answer: Exclude<CosignerAnswer, { status: 'cosigned' }>,
    { size }: PublishedCheckpoint,
  ): Promise<undefined> {
    if (answer.status === 'refused') return this.#failed('witness-refuses', answer.reason);
    if (answer.status === 'conflict') return this.#disputed('witness-conflict', answer.reason);
    if (answer.status === 'unavailable') {
      return this.#failed('witness-silent', answer.reason, { retryAfterMs: answer.retryAfterMs });
    }
    if (answer.size <= size) return this.#failed('witness-silent', WITNESS_FAULTS.sizeChanges);
    return this.#disputed('witness-ahead', bilingual(WITNESS_FAULTS.sizeAhead, { found: answer.size, size }));
  }

  /**
   * A dispute is an alarm; a head that the log has signed and that contradicts it also halts the
   * log.
   */
  async #disputed(code: WitnessAlarm, reason: Message): Promise<undefined> {
    const shown = await this.#parts.compareWith();
    const text =
      typeof shown === 'object'
        ? bilingual(WITNESS_FAULTS.showsSize, { reason, size: shown.size })
        : bilingual(WITNESS_FAULTS.showsNothing, { reason });
    const isHolding = shown === 'nothing' && this.#parts.onDispute(reason);
    return this.#failed(code, text, { isHolding });
  }

  #failed(code: WitnessAlarm, text: Message, { retryAfterMs = 0, isHolding = false }: Failure = {}): undefined {
    this.#beginPause(retryAfterMs);
    this.#outcomes[code]++;
    const isNew = this.#state !== code;
    this.#state = code;
    const { name } = this.cosigner;
    if (isNew) this.#parts.onEvent({ type: 'witness-problem', name, code, text, ...(isHolding && { isHolding }) });
  }

  #succeeded(): void {
    this.#backOff.succeeded();
    const isNew = this.#state !== 'answers';
    this.#state = 'answers';
    if (isNew) this.#parts.onEvent({ type: 'witness-answers', name: this.cosigner.name });
  }

  #beginPause(requestedMs = 0): void {
    const pauseMs = Math.max(this.#backOff.failedMs(this.#parts.random), Math.min(requestedMs, MAX_PAUSE_MS));
    const fromMs = this.#parts.clock();
    this.#pause = { fromMs, toMs: fromMs + pauseMs };
  }
}

/**
 * A time before `fromMs` is not within: after a clock was set back by a year, a pause would
 * otherwise last for a year.
 */
function isWithin(nowMs: number, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean {
  return fromMs <= nowMs && nowMs < toMs;
}
