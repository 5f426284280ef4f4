import type { ProblemChanges } from '../audit/alarms.ts';
import type { AuditProblem, Outcome } from '../audit/audit-problem.ts';

/** What an audit reports while it runs. */
export type AuditEvent =
  /** `done` of `size` entries are read and hashed. */
  | { readonly type: 'entries-read'; readonly done: bigint; readonly size: bigint }
  /** An endorsement is on its way, and becomes final later. */
  | { readonly type: 'endorsing'; readonly account: string; readonly size: bigint; readonly txHash: string };

/**
 * What a watch reports, besides the events of its audits. Times are milliseconds of the Unix epoch.
 */
export type WatchEvent =
  | AuditEvent
  | CheckpointEvent
  | ProblemsEvent
  /** Evidence was stored under this name; undefined where the store is full and it was dropped. */
  | { readonly type: 'evidence'; readonly name: string | undefined }
  | PassEvent;

/** The log shows a checkpoint that differs from that of the previous pass. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly timeMs: number;
  readonly size: bigint;
  readonly root: Uint8Array;
  /**
   * Size of the newest final anchor, 0 before the first; undefined where the chain could not be
   * judged.
   */
  readonly anchoredSize: bigint | undefined;
  readonly outcome: Outcome;
  readonly problems: readonly AuditProblem[];
}

/** The problems were judged; `changes` may be empty. */
export interface ProblemsEvent {
  readonly type: 'problems';
  readonly timeMs: number;
  readonly changes: ProblemChanges;
  /** All problems that are present now. */
  readonly active: readonly AuditProblem[];
  /** Of the log and its checkpoint, as far as they are known. */
  readonly origin: string | undefined;
  readonly size: bigint | undefined;
}

/** A pass has ended. */
interface PassEvent {
  readonly type: 'pass';
  readonly timeMs: number;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly size: bigint | undefined;
  readonly anchoredSize: bigint | undefined;
}

export type AuditListener = (event: AuditEvent) => void;
export type WatchListener = (event: WatchEvent) => void;
