import type { AuditState } from '../audit/audit-state.ts';
import type { Get } from '../client/http.ts';
import type { JsonObject } from '../protocol/encoding/json.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { Trust } from '../protocol/trust.ts';

/** What an audit needs of the platform it runs on. `portablePlatform` runs in Node and browsers. */
export interface Platform {
  readonly hasher: TreeHasher;
  readonly clock: Clock;
  /**
   * Opens a pool of at most `atOnce` connections for thousands of small pages, for platforms that
   * have something faster than `fetch`; undefined: `fetch`.
   */
  readonly openConnections: ((atOnce: number) => Connections) | undefined;
}

interface Connections {
  readonly get: Get;
  readonly close: () => void;
}

export interface Clock {
  /** Milliseconds of the Unix epoch. */
  nowMs(): number;
  /** Milliseconds of a clock that never goes back. */
  monotonicMs(): number;
  /** Waits; ends early, without an error, when the signal aborts. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Where an auditor keeps its state and the evidence against a log. `LedgerError` is thrown where
 * the medium fails, with the system's error as its cause.
 */
export interface AuditStore {
  /** Undefined where nothing is stored yet. */
  readState(): Promise<AuditState | 'unreadable' | undefined>;
  /**
   * Replaces the state, durably once the promise resolves; after a crash the old or the new one is
   * there.
   */
  writeState(state: AuditState): Promise<void>;
  /**
   * Adds evidence, durably, and never overwrites earlier evidence. Gives its name; undefined where
   * the store is full and nothing was added.
   */
  addEvidence(evidence: JsonObject): Promise<string | undefined>;
}

/** An auditor's account on the chain, used through one chain node. Failures are `LedgerError`s. */
export interface Endorser {
  /** Address of the account, 0x-hex in lower case. */
  readonly account: string;
  /** The largest size that the account has endorsed, and whether that is final. */
  endorsed(): Promise<{ readonly size: bigint; readonly isFinal: boolean }>;
  /** Signs the endorsement of an anchored tree, and sends nothing yet. */
  prepare(size: bigint, root: Uint8Array): Promise<PreparedEndorsement>;
  close(): void;
}

interface PreparedEndorsement {
  readonly txHash: string;
  /** Sends, and waits for finality; undefined if that takes longer than `timeoutMs`. */
  send(timeoutMs: number): Promise<{ readonly blockNumber: bigint; readonly blockHash: string } | undefined>;
}

/** Opens the auditor's account for the log id of one anchor, through the node at `url`. */
export type OpenEndorser = (url: string, chain: Trust['chain'], logId: string) => Endorser;
