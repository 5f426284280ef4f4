import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { TreeHasher } from '../protocol/merkle/tree-hasher.ts';
import type { Trust } from '../protocol/trust.ts';

/** SHA-256 of the platform: of messages, and of the nodes of a Merkle tree. */
export interface Hashes {
  readonly sha256: Sha256;
  readonly tree: TreeHasher;
}

/** One remembered value, and the name by which its user finds the place where it is kept. */
export interface Remembered<Value> {
  readonly place: string;
  readonly content: { readonly value: Value } | 'absent' | 'unreadable';
}

/**
 * What a user remembers of trust from one run to the next: the trust file of each log, and the log
 * of each service. The origin of a log is a name that the service gives itself. With trust files
 * alone, a service that changes that name would look like one that was never met, and be believed
 * again; the second memory excludes that.
 */
export interface TrustMemory {
  /** The trust file that was accepted for the log of this origin. */
  trustOf(origin: string): Promise<Remembered<Trust>>;
  /** The origin of the log that the service at this base URL had when it was first believed. */
  originAt(serviceUrl: string): Promise<Remembered<string>>;
  /**
   * Stores the trust file, whose text is kept as it came, and the origin of its log for the
   * service. Both are durable when it returns true; false where they cannot be stored.
   */
  remember(serviceUrl: string, trust: { readonly text: string; readonly value: Trust }): Promise<boolean>;
}
