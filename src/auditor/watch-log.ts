import { Alarms } from '../audit/alarms.ts';
import { anchoredSize } from '../audit/anchor-history.ts';
import { type AuditProblem, type Outcome, outcomeOf, unknown } from '../audit/audit-problem.ts';
import type { AuditState } from '../audit/audit-state.ts';
import { initialLiveness, judgeLiveness, type Liveness, updateLiveness } from '../audit/liveness.ts';
import { includesNote } from '../audit/witness-notes.ts';
import { WithheldNotes } from '../audit/withheld.ts';
import { BackOff } from '../protocol/back-off.ts';
import { newestPolicy } from '../protocol/trust.ts';
import { LedgerError } from '../text/ledger-error.ts';
import { type AuditResult, type AuditTarget, auditNewEntries } from './audit-log.ts';
import type { WatchListener } from './events.ts';
import { evidenceJson } from './evidence.ts';
import { EvidenceQueue } from './evidence-queue.ts';
import { keepState } from './keep-result.ts';
import type { AuditStore, Platform } from './ports.ts';
import { portablePlatform } from './portable-platform.ts';

export interface WatchOptions {
  readonly store: AuditStore;
  /** Pause between two passes, on average. */
  readonly intervalMs: number;
  /** Upper limit for the age of the newest cosignatures, and for a lag of the anchors. */
  readonly maxAgeSeconds: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** While passes are incomplete the pauses double, up to this many intervals. */
const MAX_BACKOFF = 8;
/** Each pause is up to a tenth shorter or longer, so that many watches do not ask at once. */
const JITTER = 0.1;
/** A log whose witnesses have a newer checkpoint must publish it within this time. */
const WITHHELD_AFTER_SECONDS = 60;

/**
 * Audits a log again and again until the signal aborts. The first pass reads the whole log, each
 * later one only what is new. The state is stored whenever log and chain are in order; evidence is
 * stored when a contradiction appears.
 *
 * @param target The log, the trust file and the stored state.
 * @param options Store, interval, age limit and the signal that ends the watch.
 * @param platform Hashes, clock and connections; the default runs in Node and browsers.
 * @param onEvent Called synchronously with everything the watch finds.
 * @returns `contradiction` if there was one at any time, else the outcome of the last pass.
 * @throws What `onEvent` throws. A store that fails is a problem (`state-unwritable`), not an
 *   exception.
 */
export async function watchLog(
  target: AuditTarget,
  options: WatchOptions,
  platform: Platform = portablePlatform,
  onEvent: WatchListener = () => {},
): Promise<Outcome> {
  return new Watch(target, options, platform, onEvent).run();
}

class Watch {
  readonly #target: AuditTarget;
  readonly #options: WatchOptions;
  readonly #platform: Platform;
  readonly #onEvent: WatchListener;
  readonly #alarms = new Alarms();
  readonly #withheld = new WithheldNotes();
  readonly #evidence: EvidenceQueue;
  #remembered: AuditState | undefined;
  #liveness: Liveness;
  /** Text of the checkpoint that was reported last. */
  #reportedCheckpoint: string | undefined;
  #outcome: Outcome = 'unknown';

  constructor(target: AuditTarget, options: WatchOptions, platform: Platform, onEvent: WatchListener) {
    this.#target = { ...target, service: { ...target.service, signal: options.signal } };
    this.#options = options;
    this.#platform = platform;
    this.#onEvent = onEvent;
    this.#evidence = new EvidenceQueue(options.store);
    this.#remembered = target.remembered;
    this.#liveness = initialLiveness(platform.clock.nowMs() / 1000);
  }

  async run(): Promise<Outcome> {
    const { intervalMs, signal } = this.#options;
    const backOff = new BackOff({ firstMs: intervalMs, longestMs: MAX_BACKOFF * intervalMs });
    while (!signal.aborted) {
      const isComplete = await this.#untilAborted(this.#pass());
      if (isComplete) backOff.succeeded();
      const pauseMs = isComplete ? intervalMs : backOff.failedMs();
      await this.#platform.clock.pause(pauseMs * (1 + JITTER * (2 * Math.random() - 1)), signal);
    }
    return this.#alarms.hasSeenContradiction ? 'contradiction' : this.#outcome;
  }

  /** A pass that is under way when the watch ends does not count. */
  async #untilAborted(pass: Promise<boolean>): Promise<boolean> {
    const { signal } = this.#options;
    let end = () => {};
    const aborted = new Promise<boolean>((resolve) => (end = () => resolve(false)));
    signal.addEventListener('abort', end);
    pass.catch(() => {}); // rejects the race below, unless the watch has ended
    try {
      return await Promise.race([pass, aborted]);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** One audit, judged together with the earlier ones. Whether it was complete. */
  async #pass(): Promise<boolean> {
    const { clock } = this.#platform;
    const startMs = clock.monotonicMs();
    const result = await auditNewEntries(
      { ...this.#target, remembered: this.#remembered },
      this.#withheld.notes,
      this.#platform,
      (event) => {
        this.#options.signal.throwIfAborted();
        this.#onEvent(event);
      },
    );
    if (this.#options.signal.aborted) return false;
    const problems = [...result.problems, ...this.#judgeOverTime(result)];
    problems.push(...(await this.#keepState(result, problems)), ...(await this.#storeEvidence()));
    this.#outcome = outcomeOf(problems);
    await this.#report(result, problems);
    this.#onEvent({
      type: 'pass',
      timeMs: clock.nowMs(),
      durationMs: clock.monotonicMs() - startMs,
      outcome: this.#outcome,
      size: result.signed?.checkpoint.size,
      anchoredSize: anchoredSize(result.history),
    });
    return result.isComplete;
  }

  /**
   * What only several passes together show: cosignatures and anchors that are overdue, and withheld
   * checkpoints.
   */
  #judgeOverTime({ signed, trust, history, rootAt, witnessNotes }: AuditResult): AuditProblem[] {
    if (signed === undefined || trust === undefined || history === undefined) return [];
    const { note, checkpoint } = signed;
    const { maxAgeSeconds } = this.#options;
    const nowSeconds = this.#platform.clock.nowMs() / 1000;
    const policy = newestPolicy(trust.value)?.policy;
    const graceSeconds = Math.min(WITHHELD_AFTER_SECONDS, maxAgeSeconds);
    this.#liveness = updateLiveness(this.#liveness, nowSeconds, { note, size: checkpoint.size }, policy, history);
    return [
      ...this.#withheld.update(checkpoint, witnessNotes, rootAt, nowSeconds, graceSeconds),
      ...judgeLiveness(this.#liveness, nowSeconds, maxAgeSeconds, note, policy),
    ];
  }

  /** Stores a new state; a pass with a contradiction leaves the stored one in place. */
  async #keepState({ state }: AuditResult, problems: readonly AuditProblem[]): Promise<AuditProblem[]> {
    if (state === undefined || outcomeOf(problems) === 'contradiction') return [];
    const isNew = state.note !== this.#remembered?.note || state.lastAnchor?.size !== this.#remembered.lastAnchor?.size;
    if (!isNew) return [];
    return orProblem(async () => {
      await keepState(this.#options.store, state);
      this.#remembered = state;
    });
  }

  async #report(result: AuditResult, problems: readonly AuditProblem[]): Promise<void> {
    const timeMs = this.#platform.clock.nowMs();
    const changes = this.#alarms.update(problems, result.isComplete, this.#platform.clock.monotonicMs());
    const { signed } = result;
    if (signed !== undefined && signed.note.text !== this.#reportedCheckpoint) {
      this.#reportedCheckpoint = signed.note.text;
      const { size, root } = signed.checkpoint;
      const anchored = anchoredSize(result.history);
      const outcome = outcomeOf(problems);
      this.#onEvent({ type: 'checkpoint', timeMs, size, root, anchoredSize: anchored, outcome, problems });
    }
    this.#reportProblems(result, changes, timeMs);
    if (outcomeOf(changes.raised) !== 'contradiction') return;
    await this.#addEvidence(result, problems);
    const failures = await this.#storeEvidence();
    this.#reportProblems(result, this.#alarms.update(failures, false, this.#platform.clock.monotonicMs()), timeMs);
  }

  #reportProblems({ trust, signed }: AuditResult, changes: ReturnType<Alarms['update']>, timeMs: number): void {
    const { active } = this.#alarms;
    const [origin, size] = [trust?.value.log.origin, signed?.checkpoint.size];
    this.#onEvent({ type: 'problems', timeMs, changes, active, origin, size });
  }

  async #addEvidence(result: AuditResult, problems: readonly AuditProblem[]): Promise<void> {
    const current = result.witnessNotes;
    const earlier = this.#withheld.notes.filter((note) => !includesNote(current, note));
    const witnessNotes = [...current, ...earlier];
    const { hasher } = this.#platform;
    const contradicting = { ...result, problems, witnessNotes };
    this.#evidence.add(await evidenceJson(contradicting, this.#remembered, this.#target.service, hasher));
  }

  #storeEvidence(): Promise<AuditProblem[]> {
    return orProblem(() => this.#evidence.flush((name) => this.#onEvent({ type: 'evidence', name })));
  }
}

/** A store that fails must not end the watch: it is reported, and the next pass tries again. */
async function orProblem(write: () => Promise<void>): Promise<AuditProblem[]> {
  try {
    await write();
    return [];
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const { code = error.code } = (error.cause ?? {}) as { readonly code?: string };
    return [unknown('state-unwritable', 'state', undefined, code)];
  }
}
