import type { ChainEvent } from '../adapters/local-chain/supervisor.ts';
import type { Message } from '../text/message.ts';
import type { Clock } from '../log/ports.ts';
import type { WitnessEvent } from '../log/witness-session.ts';
import type { AnchoringEvent } from './background/anchoring.ts';
import type { AccessLogEntry } from '../http/access-log.ts';
import type { TransientUnavailability } from './background/readiness.ts';
import type { Finding } from './background/scrubber.ts';

export interface ServeOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /**
   * An external chain's nodes; undefined: the local chain in the data folder, or the nodes of the
   * trust file's hint.
   */
  readonly rpcUrls?: readonly string[];
  readonly chainPort: number;
  readonly chainDir?: string;
  readonly anchorIntervalMs: number;
  /** Highest price of a unit of gas of an anchor; 0 or undefined: any. */
  readonly maxFeeGwei?: number;
  /** Accounts whose endorsements receipts embed; at most as many as a receipt takes. */
  readonly endorsers?: readonly string[];
  /** Nothing is signed before the contract, the pinned checkpoint or a witness has agreed. */
  readonly requireOutsideHead?: boolean;
  /** File with a signed checkpoint of this log that is kept elsewhere. */
  readonly pinnedCheckpoint?: string;
  /** File with the tlog-policy whose witnesses are asked to cosign; undefined: nobody is asked. */
  readonly witnessPolicy?: string;
  /** How fast stored data is read again in the background; 0: not at all. */
  readonly scrubBytesPerSecond?: number;
  /**
   * Nothing is registered while fewer bytes are free; undefined: the larger of 1 GiB and 5 % of the
   * disk.
   */
  readonly diskReserveBytes?: number;
  /** Requests a second of one address before it is told to wait; 0: no limit. */
  readonly requestsPerSecond?: number;
  /** Unix milliseconds: the time of records, upload tokens and anchors. */
  readonly clock: Clock;
  readonly onEvent: (event: ServeEvent) => void;
  /** Told of every request when it has ended. */
  readonly onRequest?: (request: AccessLogEntry) => void;
}

/** What the operator should be told. */
export type ServeEvent =
  | { readonly type: 'chain'; readonly event: ChainEvent }
  | { readonly type: 'torn-tail'; readonly file: string; readonly offset: number; readonly lengthBytes: number }
  | AnchoringEvent
  /** One of several nodes does not count any more, or counts again. */
  | { readonly type: 'chain-node-problem'; readonly node: string; readonly code: string; readonly text: Message }
  | { readonly type: 'chain-node-answers'; readonly node: string }
  | WitnessEvent
  | { readonly type: 'refusing'; readonly code: TransientUnavailability }
  | { readonly type: 'accepting' }
  | { readonly type: 'awaiting-outside' }
  | { readonly type: 'outside-agrees' }
  | { readonly type: 'halted'; readonly code: string; readonly text: Message }
  | ({ readonly type: 'damage' } & Finding);
