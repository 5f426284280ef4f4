import type { Checkpoint } from './note/checkpoint.ts';
import { MAX_UINT64 } from './encoding/decimal.ts';
import { wrong } from './encoding/shape.ts';
import type { VerifierKey } from './note/vkey.ts';
import type { WitnessPolicy } from './note/witness-policy.ts';

/** The facts that a verifier takes as given (PROTOCOL.md section 6). */
export interface Trust {
  readonly log: { readonly origin: string; readonly keys: readonly TrustedKey[] };
  readonly chain: TrustedChain;
  /**
   * The rules of witnesses by the size of the checkpoint, rising; empty: none is required. The last
   * one is in force.
   */
  readonly witnessPolicies: readonly SizedPolicy[];
  readonly endorsers?: { readonly k: number; readonly of: readonly string[] };
  readonly pinnedCheckpoints: readonly PinnedCheckpoint[];
  readonly pinnedBlocks: readonly PinnedBlock[];
  readonly maxPendingMs?: number;
}

/**
 * A witness policy for checkpoints of sizes from `fromSize` up to the next one's. The last is in
 * force; an earlier one alone says nothing, since a holder of the log key can sign a small size at
 * any time.
 */
export interface SizedPolicy {
  readonly fromSize: bigint;
  readonly policy: WitnessPolicy;
  /**
   * An earlier policy counts only under an anchor in this block or an earlier one; undefined: under
   * none.
   */
  readonly untilBlock?: bigint;
}

/** A log key signs checkpoints of sizes [fromSize, toSize). */
export interface TrustedKey {
  readonly key: VerifierKey;
  readonly fromSize: bigint;
  readonly toSize?: bigint;
  /**
   * A revoked key counts only under an anchor in this block or an earlier one; later, somebody else
   * may have had the key.
   */
  readonly revokedAtBlock?: bigint;
}

export interface TrustedChain {
  readonly chainId: bigint;
  readonly genesisHash: string;
  readonly contract: string;
  /** keccak256 of the contract's runtime code, 0x-hex. */
  readonly codeHash: string;
  readonly logs: readonly { readonly logId: string; readonly fromSize: bigint }[];
  readonly operatedBy: 'operator' | 'others';
  readonly finality: Finality;
  /** The number of nodes that must agree. */
  readonly sources: number;
  /** Addresses of nodes: a hint, not a fact to trust. */
  readonly rpcUrls: readonly string[];
}

export type Finality = { readonly tag: 'finalized' | 'safe' } | { readonly confirmations: bigint };

export interface PinnedBlock {
  readonly number: bigint;
  /** 0x-hex, 32 bytes. */
  readonly hash: string;
  /**
   * Who, other than the operator, found this block final on the chain: a name or the nodes that
   * were asked. Without it, the pin adds nothing to the independence of a report.
   */
  readonly vouchedBy?: string;
}

export interface PinnedCheckpoint {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** The witness policy that is in force; undefined where no witness is required. */
export function newestPolicy({ witnessPolicies }: Pick<Trust, 'witnessPolicies'>): SizedPolicy | undefined {
  return witnessPolicies.at(-1);
}

/**
 * The witness policy of a checkpoint of this size, which is an earlier one below the size from
 * which the newest is in force; undefined before the first.
 */
export function policyForSize(
  { witnessPolicies }: Pick<Trust, 'witnessPolicies'>,
  size: bigint,
): SizedPolicy | undefined {
  return witnessPolicies.findLast(({ fromSize }) => fromSize <= size);
}

/** The keys that may sign a checkpoint of a size. */
export type KeysOfSize = (size: bigint) => readonly VerifierKey[];

/** The keys that may sign a checkpoint of this size. */
export function keysForSize({ log }: Pick<Trust, 'log'>, size: bigint): VerifierKey[] {
  return log.keys.filter((key) => signsSize(key, size)).map(({ key }) => key);
}

/**
 * The keys of this size whose signature counts under an anchor in `block`; `block` is undefined
 * where no anchor is confirmed, and a revoked key does not count then.
 */
export function keysValidAt({ log }: Pick<Trust, 'log'>, size: bigint, block: bigint | undefined): VerifierKey[] {
  return log.keys
    .filter((key) => signsSize(key, size))
    .filter(({ revokedAtBlock: last }) => last === undefined || (block !== undefined && block <= last))
    .map(({ key }) => key);
}

/** All keys that are not revoked, for any size. */
export function unrevokedKeys({ log }: Pick<Trust, 'log'>): VerifierKey[] {
  return log.keys.filter(({ revokedAtBlock }) => revokedAtBlock === undefined).map(({ key }) => key);
}

function signsSize({ fromSize, toSize }: TrustedKey, size: bigint): boolean {
  return fromSize <= size && (toSize === undefined || size < toSize);
}

/**
 * The contract's log id under which a checkpoint of this size is anchored: that of the largest
 * `fromSize` up to it. Undefined where there is none.
 */
export function logIdForSize(chain: Pick<TrustedChain, 'logs'>, size: bigint): string | undefined {
  const candidates = chain.logs.filter(({ fromSize }) => fromSize <= size);
  return candidates.reduce<(typeof candidates)[number] | undefined>(
    (best, log) => (best === undefined || log.fromSize > best.fromSize ? log : best),
    undefined,
  )?.logId;
}

/** The keys that sign future checkpoints. */
export function currentKeys(trust: Pick<Trust, 'log'>): VerifierKey[] {
  return keysForSize(trust, MAX_UINT64);
}

/** The log id under which future checkpoints are anchored. */
export function currentLogId(chain: Pick<TrustedChain, 'logs'>): string {
  const logId = logIdForSize(chain, MAX_UINT64);
  if (logId === undefined) throw wrong('trust file names no log id', { place: 'logs', found: 0, unit: 'items' });
  return logId;
}
