import type { RepairStep } from '../text/operator.ts';
import type { Message } from '../text/message.ts';
import type { WitnessEvent } from '../log/witness-session.ts';
import type { AnchoringEvent } from './background/anchoring.ts';
import type { AccessLogState } from './access/access-trail.ts';
import type { TransientUnavailability } from './background/readiness.ts';

/** What the operator of the service is informed of. */
export type ServeEvent =
  | { readonly type: 'chain'; readonly event: LocalChainEvent }
  | { readonly type: 'torn-tail'; readonly file: string; readonly offset: number; readonly lengthBytes: number }
  /** The data folder had an earlier layout. */
  | { readonly type: 'upgraded'; readonly from: number; readonly to: number }
  | AnchoringEvent
  /** One of several nodes does not count any more, or counts again. */
  | { readonly type: 'chain-node-problem'; readonly node: string; readonly code: string; readonly text: Message }
  | { readonly type: 'chain-node-answers'; readonly node: string }
  | WitnessEvent
  | { readonly type: 'refusing'; readonly code: TransientUnavailability }
  | { readonly type: 'accepting' }
  | { readonly type: 'awaiting-outside' }
  | { readonly type: 'outside-agrees' }
  /** Other machines are served without encryption. */
  | { readonly type: 'insecure-http'; readonly host: string }
  /** `until`: RFC 3339. */
  | { readonly type: 'certificate-changed'; readonly until: string }
  | { readonly type: 'certificate-kept'; readonly text: Message }
  | { readonly type: 'halted'; readonly code: string; readonly text: Message }
  /** The access log: it is written, its disk is nearly full, or it refuses what it cannot log. */
  | { readonly type: 'access-log'; readonly state: AccessLogState }
  /** Certificates name no verify page. */
  | { readonly type: 'verify-url-missing' }
  | DamageEvent;

/** Damage of the store, with its place as far as it has one. */
interface DamageEvent {
  readonly type: 'damage';
  readonly code: string;
  readonly message: Message;
  readonly file?: string;
  readonly offset?: number;
  readonly seq?: number;
  readonly record?: bigint;
  readonly key?: string;
  readonly repair?: RepairStep;
}

/** What happens to the process of the local chain. */
export type LocalChainEvent =
  | { readonly type: 'starting'; readonly pid: number | undefined }
  | { readonly type: 'replaying'; readonly blocks: number; readonly total: number }
  | { readonly type: 'ready'; readonly url: string; readonly blocks: number; readonly tornBytes: number }
  /** It is not started again: the operator must look at its folder. */
  | { readonly type: 'failed'; readonly code: string; readonly text: Message }
  | {
      readonly type: 'exited';
      readonly code: number | null;
      readonly signal: string | null;
      /** The code of what the process reported. */
      readonly failure?: string;
      /** What the process reported, else the end of its stderr, else signal or exit code. */
      readonly reason: Message;
      readonly retryInMs: number;
    };
