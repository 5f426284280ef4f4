import pMap from 'p-map';
import type { Service } from '../../client/http.ts';
import { type AwaitedState, waitForState } from '../../registrar/state-wait.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { ADDING } from '../../text/adding.ts';
import {
  RECORD_STATE_LABELS,
  RECORD_STATES,
  type RecordState,
  stateOf,
  type StateSizes,
} from '../../text/record-states.ts';
import { chooseTrust, type TrustChoice } from '../../verifier/choose-trust.ts';
import { originOf } from '../../verifier/judge.ts';
import type { Hashes } from '../../verifier/ports.ts';
import type { Cli } from '../shell/context.ts';
import type { AddedItem, RegisteredItem } from './add-item.ts';
import { readReceiptFile } from './receipt-file.ts';
import { fileTrustMemory } from './trust-memory.ts';
import { type FailedUpgrade, Upgrader } from './upgrade-receipts.ts';

const ITEMS_AT_ONCE = 24;

/** What is waited for, where, and for how long. */
export interface StateGoal {
  readonly state: AwaitedState;
  readonly service: Service;
  /** Folder of remembered trust. */
  readonly home: string;
  readonly timeoutMs: number;
  readonly hashes: Hashes;
}

/** Whether a record is in the state, or in a stronger one. */
export function hasReached(state: RecordState, goal: RecordState): boolean {
  return RECORD_STATES.indexOf(state) >= RECORD_STATES.indexOf(goal);
}

/**
 * Waits until all items are in the state, and puts anchors into their receipts. Items that did not
 * reach it in time keep the state that they reached: they are registered all the same. Throws
 * `ServiceProblem` and `ServiceUnreachable`.
 */
export async function reachState(cli: Cli, goal: StateGoal, items: readonly AddedItem[]): Promise<AddedItem[]> {
  const waiting = items.filter((item): item is RegisteredItem => isWaiting(item, goal));
  if (waiting.length === 0) return [...items];
  const sizes = await waitForItems(cli, goal, waiting);
  const trust = goal.state === 'published' ? undefined : await trustOfItem(waiting[0]!, goal);
  const upgrader = trust && new Upgrader(goal.service, async () => trust, goal.hashes);
  return pMap(items, async (item) => (isWaiting(item, goal) ? settle(goal, item, sizes, upgrader) : item), {
    concurrency: ITEMS_AT_ONCE,
  });
}

function isWaiting(item: AddedItem, goal: StateGoal): item is RegisteredItem {
  return item.state !== 'failed' && !hasReached(item.state, goal.state);
}

/** Waits for the largest of the items; the log reaches the others before it. */
async function waitForItems(cli: Cli, goal: StateGoal, items: readonly RegisteredItem[]): Promise<StateSizes> {
  const size = items.reduce((most, { index }) => (index >= most ? index + 1n : most), 0n);
  const { service, state, timeoutMs } = goal;
  let hasSaidProblem = false;
  const sizes = await waitForState(service, size, state, timeoutMs, ({ chain }, reached) => {
    cli.output.progress(cli.format(ADDING.waitingForState, { state: RECORD_STATE_LABELS[state], reached, size }));
    if (state === 'published' || chain.isReachable || hasSaidProblem) return;
    hasSaidProblem = true;
    cli.output.notice(cli.format(ADDING.chainUnreachable, { code: chain.problem ?? '-' }), 'warn');
  });
  cli.output.endProgress();
  return sizes;
}

/** The item in the state that it reached; its anchor is put into its receipt. */
async function settle(
  goal: StateGoal,
  item: RegisteredItem,
  sizes: StateSizes,
  upgrader: Upgrader | undefined,
): Promise<AddedItem> {
  const state = stateOf(item.index, sizes);
  if (upgrader === undefined || !hasReached(state, goal.state)) return { ...item, state: withoutFinal(state) };
  const upgraded = await upgrader.upgrade(item.receiptPath);
  if (upgraded.state === 'failed') {
    const { file, id, number, receiptPath } = item;
    const failure = isContradiction(upgraded) ? upgraded.failure : notUpgraded(number, upgraded);
    return { file, state: 'failed', failure, record: { id, number, receiptPath } };
  }
  return { ...item, state: upgraded.state === 'final' ? 'final' : withoutFinal(state) };
}

/** Both receipts are kept then, and the sentence names them. */
function isContradiction({ failure }: FailedUpgrade): boolean {
  return failure.exit === EXIT.inconsistent;
}

/** The record exists and its receipt is on disk: only the anchor is missing. */
function notUpgraded(number: string, { failure, reason }: FailedUpgrade): LedgerError {
  const { code: relayed, exit } = failure;
  return new LedgerError('add/upgrade-undecided', { number, reason, relayed, exit, cause: failure });
}

/** An item is called final only where its receipt shows the final anchor. */
function withoutFinal(state: RecordState): RecordState {
  return state === 'final' ? 'anchored' : state;
}

/** The trust file is chosen once: all items of one run are of one log. */
async function trustOfItem(item: RegisteredItem, { service, home }: StateGoal): Promise<TrustChoice> {
  const { parsed } = await readReceiptFile(item.receiptPath);
  const settings = { readNamed: undefined, memory: fileTrustMemory(home), service, isOwnRequired: false };
  return chooseTrust(settings, originOf(parsed));
}
