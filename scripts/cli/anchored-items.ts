import type { Service } from '../../src/client/http.ts';
import { LogClient } from '../../src/client/log.ts';
import { upgradeReceipt } from '../../src/client/receipt-upgrade.ts';
import { fetchReceipt } from '../../src/client/service.ts';
import type { Trust } from '../../src/protocol/trust.ts';
import { MESSAGES } from '../../src/text/messages.ts';
import { stepSentence } from '../../src/text/step-codes.ts';
import { type AnchorGoal, waitForAnchor } from './anchor-wait.ts';
import type { Cli } from './context.ts';
import { CliFailure, EXIT, failure } from './failure.ts';
import type { AddedItem, RegisteredItem } from './item.ts';
import { inParallel } from './parallel.ts';
import { pathText } from './path-bytes.ts';
import { keepContradiction, readReceiptFile, writeReceiptFile } from './receipt-file.ts';
import { serviceFailure } from './service-failure.ts';
import { chooseTrust } from './trust-source.ts';
import { nodeTreeHasher, originOf } from './verification.ts';

const ITEMS_AT_ONCE = 4;

/**
 * Waits for the anchor of all items that have none, and puts it into their receipts. Items whose anchor did not come in time stay pending: they
 * are registered all the same.
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
    cli.output.progress(cli.say(MESSAGES.waitingForAnchor, { reached, size }));
    if (chain.isReachable || hasSaidProblem) return;
    hasSaidProblem = true;
    cli.output.say(cli.say(MESSAGES.chainUnreachable, { code: chain.problem ?? '-' }), 'warn');
  });
  cli.output.endProgress();
  const trust = await trustOfItems(pending[0]!, service, home);
  const log = new LogClient(service, nodeTreeHasher);
  return inParallel(items, ITEMS_AT_ONCE, async (item) => {
    if (item.state !== 'pending' || item.index >= covered) return item;
    return trust === undefined ? item : anchorItem(cli, service, log, trust, item, goal);
  });
}

/** All items of one run are of one ledger. */
async function trustOfItems(item: RegisteredItem, service: Service, home: string): Promise<Trust | undefined> {
  const { parsed } = await readReceiptFile(item.receiptPath);
  const choice = await chooseTrust({ file: undefined, home, service, isOwnRequired: false }, originOf(parsed));
  if ('trust' in choice) return choice.trust.value;
  throw failure(EXIT.indeterminate, 'trust-problem', { reason: choice.problem });
}

async function anchorItem(
  cli: Cli,
  service: Service,
  log: LogClient,
  trust: Trust,
  item: RegisteredItem,
  goal: AnchorGoal,
): Promise<AddedItem> {
  const file = pathText(item.receiptPath).text;
  const failed = (problem: CliFailure): AddedItem => {
    cli.output.say(cli.say(MESSAGES.itemFailed, { file: item.file, reason: problem.words[cli.lang] }), 'bad');
    return { file: item.file, state: 'failed', failure: problem };
  };
  const reasonOf = (code: string) => `${stepSentence('', code)[cli.lang]} [${code}]`;
  try {
    const { json } = await readReceiptFile(item.receiptPath);
    const newer = await fetchReceipt(service, item.id);
    const upgrade = await upgradeReceipt(json, newer, trust, log, nodeTreeHasher);
    switch (upgrade.outcome) {
      case 'complete':
        return { ...item, state: 'final' };
      case 'pending':
        // Mined and not final: the receipt cannot say so, since only final anchors are put into receipts.
        return { ...item, state: goal === 'anchored' ? 'anchored' : 'pending' };
      case 'upgraded':
        await writeReceiptFile(item.receiptPath, upgrade.receipt);
        return { ...item, state: 'final' };
      case 'undecided':
        return failed(failure(EXIT.indeterminate, 'upgrade-undecided', { file, reason: reasonOf(upgrade.code) }));
      case 'contradiction': {
        const other = await keepContradiction(item.receiptPath, newer);
        return failed(failure(EXIT.inconsistent, 'contradiction', { file, reason: reasonOf(upgrade.code), other }));
      }
    }
  } catch (error) {
    const problem = serviceFailure(error);
    if (problem instanceof CliFailure) return failed(problem);
    throw problem;
  }
}
