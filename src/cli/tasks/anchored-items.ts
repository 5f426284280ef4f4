import type { Service } from '../../client/http.ts';
import { MESSAGES } from '../../text/messages.ts';
import { type AnchorGoal, waitForAnchor } from '../../client/anchor-wait.ts';
import type { Cli } from '../shell/context.ts';
import type { AddedItem, RegisteredItem } from './item.ts';
import { inParallel } from '../../client/parallel.ts';
import { readReceiptFile } from './receipt-file.ts';
import { Upgrader } from '../../verifier/upgrade-receipts.ts';
import { chooseTrust, type TrustChoice } from '../../verifier/trust-source.ts';
import { originOf } from '../../verifier/judge.ts';

const ITEMS_AT_ONCE = 24;

/**
 * Waits for the anchor of all items that have none, and puts it into their receipts. Items whose
 * anchor did not come in time stay pending: they are registered all the same.
 */
export async function anchorItems(
  cli: Cli,
  service: Service,
  home: string,
  items: readonly AddedItem[],
  goal: AnchorGoal,
  timeoutMs: number,
): Promise<AddedItem[]> {
  const pending = items.filter((item): item is RegisteredItem => item.state === 'pending');
  if (pending.length === 0) return [...items];
  const size = pending.reduce((most, { index }) => (index >= most ? index + 1n : most), 0n);
  let hasSaidProblem = false;
  const covered = await waitForAnchor(service, size, goal, timeoutMs, ({ chain }, reached) => {
    cli.output.progress(cli.format(MESSAGES.waitingForAnchor, { reached, size }));
    if (chain.isReachable || hasSaidProblem) return;
    hasSaidProblem = true;
    cli.output.notice(cli.format(MESSAGES.chainUnreachable, { code: chain.problem ?? '-' }), 'warn');
  });
  cli.output.endProgress();
  const trust = await trustOfItems(pending[0]!, service, home);
  const upgrader = new Upgrader(service, async () => trust);
  return inParallel(items, ITEMS_AT_ONCE, async (item) => {
    if (item.state !== 'pending' || item.index >= covered) return item;
    const upgraded = await upgrader.upgrade(item.receiptPath);
    if (upgraded.state === 'failed') {
      const { file, id, number, receiptPath } = item;
      cli.output.notice(cli.format(MESSAGES.itemFailed, { file, reason: upgraded.failure.text }), 'bad');
      return { file, state: 'failed', failure: upgraded.failure, registered: { id, number, receiptPath } };
    }
    if (upgraded.state === 'anchored') return { ...item, state: 'final' };
    // Mined and not final: the receipt cannot say so, since only final anchors are put into
    // receipts.
    return { ...item, state: goal === 'anchored' ? 'anchored' : 'pending' };
  });
}

/** Chosen once: all items of one run are of one ledger. */
async function trustOfItems(item: RegisteredItem, service: Service, home: string): Promise<TrustChoice> {
  const { parsed } = await readReceiptFile(item.receiptPath);
  return chooseTrust({ file: undefined, home, service, isOwnRequired: false }, originOf(parsed));
}
