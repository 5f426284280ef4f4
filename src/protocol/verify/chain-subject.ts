import type { Anchor } from '../chain/anchor.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import type { StepResult } from './report.ts';

/** The parts of a receipt that are checked against the chain. */
export interface ChainSubject {
  readonly checkpoint: Checkpoint;
  readonly anchor: Anchor | null;
  /** Undefined where the record states none or withholds its section. */
  readonly notBefore: NotBefore | 'unreadable' | undefined;
}

/** The newest final block that the operator knew when the record was made. */
export interface NotBefore {
  readonly chainId: bigint;
  readonly number: bigint;
  /** 0x-hex, 32 bytes. */
  readonly hash: string;
}

/** The steps of a report that concern the chain, in the order of the report. */
export const CHAIN_STEPS = ['chain-identity', 'anchor', 'finality', 'endorsement', 'not-before'] as const;

export type ChainStepName = (typeof CHAIN_STEPS)[number];

/** Results by step; undefined where a decider does not decide the step. */
export type ChainResults = { readonly [_ in ChainStepName]?: StepResult | undefined };

/** Timestamps of the anchor's block and of the block of `notBefore`, in Unix seconds. */
export interface BlockTimes {
  readonly anchorSeconds?: bigint;
  readonly notBeforeSeconds?: bigint;
}
