import type { SeenContent } from '../kinds/evidence.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../log/ports.ts';
import type { ChainQuestion, ChainSource } from '../protocol/chain/rpc.ts';
import type { Sha256 } from '../protocol/encoding/hash.ts';
import type { Json } from '../protocol/encoding/json.ts';
import type { Rotations } from '../protocol/key-rotation.ts';
import type { Trust } from '../protocol/trust.ts';
import type { DiskReserve } from './background/disk-reserve.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import type { ScrubHealth } from './background/scrubber.ts';
import type { UploadTokens } from './upload-tokens.ts';

/** Evidence bytes, as the routes need them. */
export interface Contents {
  put(stream: AsyncIterable<Uint8Array>, accept: (content: SeenContent) => void): Promise<SeenContent>;
  size(sha256: string): Promise<number | undefined>;
  /**
   * All bytes or those of [start, end); throws before the last of them where the content is not
   * what the digest says.
   */
  read(sha256: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}

/** The chain's health as the last step of the anchorer left it. */
export interface ChainHealth {
  readonly isReachable: boolean;
  /** Code of the last failure. */
  readonly problem?: string;
}

/** What the routes work with; put together in main.ts. */
export interface ServerContext {
  readonly log: Log;
  readonly contents: Contents;
  readonly uploads: UploadTokens;
  readonly hash: Sha256;
  readonly clock: Clock;
  /** The operator's trust file, with the hint where its chain answers now. */
  readonly trust: () => Trust;
  /** Every change of keys that the operator states. */
  readonly rotations: () => Rotations;
  readonly askChain: (questions: readonly ChainQuestion[]) => Promise<ChainSource[]>;
  readonly chainHealth: () => ChainHealth;
  /** How many of the chain's nodes do not count now. */
  readonly troubledNodes: () => number;
  readonly disk: DiskReserve;
  readonly scrubHealth: () => ScrubHealth;
  /** Value of the `registrant` section: who is registering. */
  readonly registrant: Json;
  /** Told of every request when it has ended. */
  readonly onRequest: (request: AccessLogEntry) => void;
  /** Of one address, before it is told to wait; 0: never. */
  readonly requestsPerSecond: number;
  /** A body must bring its share in each such time. */
  readonly bodyWindowMs: number;
  readonly isStopping: () => boolean;
  readonly onInternalError: (error: unknown) => void;
}
