import { LedgerError } from '../../text/ledger-error.ts';
import { BackOff } from '../../protocol/back-off.ts';
import type { Log } from '../../log/log.ts';
import { startHeartbeat, stopWithin } from '../../http/heartbeat.ts';

const STEP_MS = 5000;
const STEP_BEHIND_MS = 100;
const STOP_TIMEOUT_MS = 2000;

/** Reads the endorsements of the chain from now on, once there is an anchor to be endorsed. */
export function startEndorsing(
  log: Log,
  step: (firstBlock: bigint) => Promise<boolean>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const backOff = new BackOff();
  const reader = startHeartbeat(async () => {
    try {
      const first = await log.store.finalAnchorFrom(1n);
      const isBehind = first?.inclusion !== undefined && (await step(first.inclusion.blockNumber));
      backOff.succeeded();
      return isBehind ? STEP_BEHIND_MS : STEP_MS;
    } catch (error) {
      // problems of the chain are reported by the anchoring
      if (!(error instanceof LedgerError)) onError(error);
      return backOff.failedMs(Math.random);
    }
  });
  return { stop: () => stopWithin(STOP_TIMEOUT_MS, reader) };
}
