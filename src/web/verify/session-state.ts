import type { Message } from '../../text/message.ts';
import type { HeldEvidence, HeldReceipt, HeldTrust } from './held.ts';
import type { Wanted } from './record-link.ts';
import type { Result } from './result.ts';
import type { ServiceFault } from './watch-service.ts';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Everything that the page shows. */
export interface SessionState {
  readonly evidence: readonly HeldEvidence[];
  readonly receipts: readonly HeldReceipt[];
  readonly trusts: readonly HeldTrust[];
  /** What was looked up. */
  readonly wanted: Wanted | undefined;
  /** The picture whose QR code asked for it. */
  readonly picture: File | undefined;
  readonly results: readonly Result[];
  readonly verifiedAt: Date | undefined;
  readonly isBusy: boolean;
  /** How many of several are judged. */
  readonly progress: Progress | undefined;
  /** Why nothing came of what was given last. */
  readonly notice: Message | undefined;
  /** The program of the page could not be loaded as a whole. */
  readonly isPartMissing: boolean;
  /** What keeps the service from answering, as far as it was asked. */
  readonly fault: ServiceFault | undefined;
}

export const EMPTY: SessionState = {
  evidence: [],
  receipts: [],
  trusts: [],
  wanted: undefined,
  picture: undefined,
  results: [],
  verifiedAt: undefined,
  isBusy: false,
  progress: undefined,
  notice: undefined,
  isPartMissing: false,
  fault: undefined,
};
