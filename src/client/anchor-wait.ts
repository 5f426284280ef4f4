import { type Service, ServiceProblem } from './http.ts';
import { withRetry } from './retry.ts';
import { type AnchorsView, fetchAnchors, requestAnchor } from './service.ts';

export type AnchorGoal = 'anchored' | 'final';

const STATES: Readonly<Record<AnchorGoal, readonly string[]>> = {
  anchored: ['mined', 'final'],
  final: ['final'],
};
const POLL_PERIOD_MS = 500;
const OUTAGE_MS = 30_000;

/**
 * Waits until an anchor covers `size` in the state that is asked for, asking for an anchor where
 * none is under way. Gives the largest size that is covered when it ends: smaller than `size` where
 * the time ran out.
 */
export async function waitForAnchor(
  service: Service,
  size: bigint,
  goal: AnchorGoal,
  timeoutMs: number,
  onView: (view: AnchorsView, covered: bigint) => void,
): Promise<bigint> {
  const endMs = performance.now() + timeoutMs;
  const timeout = { giveUpAfterMs: Math.min(OUTAGE_MS, timeoutMs) };
  for (;;) {
    const view = await withRetry(timeout, async () => fetchAnchors(service));
    const covered = largest(view.anchors.filter(({ state }) => STATES[goal].includes(state)));
    onView(view, covered);
    if (covered >= size || performance.now() >= endMs) return covered;
    if (largest(view.anchors) < size) await askForAnchor(service);
    await new Promise((resolve) => setTimeout(resolve, POLL_PERIOD_MS));
  }
}

/** One that was asked for a moment ago is as good as one asked for now. */
async function askForAnchor(service: Service): Promise<void> {
  try {
    await requestAnchor(service);
  } catch (error) {
    if (!(error instanceof ServiceProblem && (error.status === 429 || error.status === 503))) throw error;
  }
}

function largest(anchors: AnchorsView['anchors']): bigint {
  return anchors.reduce((most, { size }) => (size > most ? size : most), 0n);
}
