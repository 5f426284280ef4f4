import type { LogClient } from '../client/log.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import type { Trust } from '../protocol/trust.ts';
import type { PinConsistency } from '../protocol/verify/log-steps.ts';

/** No further proof is fetched after this time. */
const PINS_TIMEOUT_MS = 20_000;

/**
 * Fetches the consistency proofs between the tree of this size and each pinned checkpoint of
 * another size. A pin whose proof cannot be fetched is left out, and the verifier reports it.
 */
export async function fetchPinProofs(size: bigint, trust: Trust, log: LogClient): Promise<PinConsistency[]> {
  const proofs: PinConsistency[] = [];
  const endMs = performance.now() + PINS_TIMEOUT_MS;
  for (const { checkpoint: pin } of trust.pinnedCheckpoints) {
    if (performance.now() > endMs) break;
    if (pin.size === size) continue;
    try {
      proofs.push(await fetchPinProof(size, pin.size, log));
    } catch (error) {
      if (error instanceof ServiceUnreachable) break;
      if (!(error instanceof ServiceProblem)) throw error;
    }
  }
  return proofs;
}

/** The proof between two different sizes. Network errors pass through. */
export async function fetchPinProof(size: bigint, pinnedSize: bigint, log: LogClient): Promise<PinConsistency> {
  const [older, newer] = pinnedSize < size ? [pinnedSize, size] : [size, pinnedSize];
  return { size: pinnedSize, proof: await log.consistencyProof(older, newer) };
}
