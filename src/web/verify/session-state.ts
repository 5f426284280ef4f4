import type { HeldEvidence, HeldReceipt, HeldTrust } from './held.ts';
import type { Result } from './result.ts';

/** Everything that the page shows. */
export interface SessionState {
  readonly evidence: readonly HeldEvidence[];
  readonly receipts: readonly HeldReceipt[];
  readonly trust: HeldTrust | undefined;
  readonly results: readonly Result[];
  readonly verifiedAt: Date | undefined;
  readonly isBusy: boolean;
  /** What was given last held no file. */
  readonly isNothing: boolean;
  /** The program of the page could not be loaded as a whole. */
  readonly isPartMissing: boolean;
}
