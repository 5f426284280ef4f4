import type { Service } from '../client/http.ts';
import { withRetry } from '../client/retry.ts';
import { type AnchorsView, fetchAnchors, requestAnchor } from '../client/anchors.ts';
import { ServiceProblem } from '../client/service-errors.ts';
import type { RecordState, StateSizes } from '../text/record-states.ts';

/** The states that a registered record is waited for. */
export type AwaitedState = Exclude<RecordState, 'registered'>;

/** Anchors in a block. */
const MINED: readonly string[] = ['mined', 'final'];
const POLL_PERIOD_MS = 500;
const OUTAGE_MS = 30_000;

/**
 * Waits until the tree of this size is in the state, and requests an anchor where that takes one
 * and none is under way. Gives the sizes that are reached when it ends: smaller than `size` where
 * the time ran out. Throws `ServiceProblem` and `ServiceUnreachable`.
 */
export async function waitForState(
  service: Service,
  size: bigint,
  state: AwaitedState,
  timeoutMs: number,
  onView: (view: AnchorsView, reached: bigint) => void,
): Promise<StateSizes> {
  const endMs = performance.now() + timeoutMs;
  const policy = { giveUpAfterMs: Math.min(OUTAGE_MS, timeoutMs) };
  for (;;) {
    const view = await withRetry(policy, async () => fetchAnchors(service));
    const sizes = stateSizes(view);
    onView(view, sizes[state]);
    if (sizes[state] >= size || performance.now() >= endMs) return sizes;
    if (state !== 'published' && largest(view.anchors) < size) await tryToRequestAnchor(service);
    await new Promise((resolve) => setTimeout(resolve, POLL_PERIOD_MS));
  }
}

/** How far the log is in each state. */
export function stateSizes({ published, anchors }: AnchorsView): StateSizes {
  const final = largest(anchors.filter(({ state }) => state === 'final'));
  const anchored = largest(anchors.filter(({ state }) => MINED.includes(state)));
  return { published: published > anchored ? published : anchored, anchored, final };
}

/** A request that the service refuses for now is repeated with the next poll. */
async function tryToRequestAnchor(service: Service): Promise<void> {
  try {
    await requestAnchor(service);
  } catch (error) {
    if (!(error instanceof ServiceProblem && (error.status === 429 || error.status === 503))) throw error;
  }
}

function largest(anchors: AnchorsView['anchors']): bigint {
  return anchors.reduce((most, { size }) => (size > most ? size : most), 0n);
}
