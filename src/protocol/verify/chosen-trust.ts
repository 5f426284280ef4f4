import type { Trust } from '../trust.ts';
import type { TrustSource } from './report.ts';

/** The trust file of a verification, and whose word it is. */
export interface ChosenTrust {
  readonly source: TrustSource;
  readonly value: Trust;
}
