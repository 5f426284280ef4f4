import { LedgerError } from '../../text/ledger-error.ts';
import { BackOff } from '../../protocol/back-off.ts';
import type { Message } from '../../text/message.ts';
import type { Log } from '../../log/log.ts';
import type { ChainHealth } from '../context.ts';
import type { DiskReserve } from './disk-reserve.ts';
import { startHeartbeat, stopWithin } from '../../http/heartbeat.ts';

export type AnchoringEvent =
  | { readonly type: 'chain-problem'; readonly code: string; readonly text: Message }
  | { readonly type: 'chain-answers' }
  | { readonly type: 'anchor-failed'; readonly failure: string; readonly txHash: string; readonly size: string }
  | { readonly type: 'anchor-taken-back'; readonly txHash: string; readonly size: string; readonly block: string }
  | { readonly type: 'internal-error'; readonly error: unknown };

const PUBLISH_EVERY_MS = 1000;
const CHAIN_STEP_MS = 2000;
const CHAIN_STEP_BUSY_MS = 100;
const STOP_TIMEOUT_MS = 2000;

/**
 * Publishes and anchors from now on, as long as the disk can be written. `health` is the state of
 * the chain at the last step.
 */
export function startAnchoring(
  log: Log,
  disk: Pick<DiskReserve, 'canWrite'>,
  onEvent: (event: AnchoringEvent) => void,
): { readonly health: () => ChainHealth; stop(): Promise<void> } {
  let health: ChainHealth = { isReachable: false, problem: 'not-asked-yet' };
  const publisher = startHeartbeat(async () => {
    try {
      if (await disk.canWrite()) await log.publishStep();
    } catch (error) {
      onEvent({ type: 'internal-error', error });
    }
    return PUBLISH_EVERY_MS;
  });
  const backOff = new BackOff();
  const anchorer = startHeartbeat(async () => {
    try {
      if (!(await disk.canWrite())) return CHAIN_STEP_MS;
      await log.anchorStep();
      backOff.succeeded();
      if (!health.isReachable) onEvent({ type: 'chain-answers' });
      health = { isReachable: true };
      return log.isAnchoring ? CHAIN_STEP_BUSY_MS : CHAIN_STEP_MS;
    } catch (error) {
      if (!(error instanceof LedgerError)) onEvent({ type: 'internal-error', error });
      const { code, text } = error instanceof LedgerError ? error : new LedgerError('internal');
      if (log.halted?.code === code) {
        // the chain answers, and contradicts the log: that was reported when the log halted
        health = { isReachable: true, problem: code };
        return CHAIN_STEP_MS;
      }
      if (health.problem !== code) onEvent({ type: 'chain-problem', code, text });
      health = { isReachable: false, problem: code };
      return backOff.failedMs(Math.random);
    }
  });
  return {
    health: () => health,
    // A step may be waiting for a node that does not answer. The closed store refuses what it would
    // write later.
    stop: () => stopWithin(STOP_TIMEOUT_MS, publisher, anchorer),
  };
}
