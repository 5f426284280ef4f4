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
import { chooseTrust } from '../../verifier/choose-trust.ts';
import type { Hashes } from '../../verifier/ports.ts';
import type { Cli } from '../shell/context.ts';
import type { AddedItem, FailedItem, RegisteredItem } from './add-item.ts';
import type { AnchorProblem, JudgeAnchor } from './judge-anchor.ts';
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
  /** By which the anchors that receipts came with are judged. */
  readonly judgeAnchor: JudgeAnchor;
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
export async function reachState(
  cli: Cli,
  goal: StateGoal,
  items: readonly (FailedItem | JudgedItem)[],
): Promise<AddedItem[]> {
  const waiting = items.filter((item): item is JudgedItem => isWaiting(item, goal));
  if (waiting.length === 0) return [...items];
  const sizes = await waitForItems(cli, goal, waiting);
  const { service, home, state, hashes } = goal;
  const trust = { readNamed: undefined, memory: fileTrustMemory(home), service, isOwnRequired: false };
  const upgrader =
    state === 'published' ? undefined : new Upgrader(service, async (origin) => chooseTrust(trust, origin), hashes);
  return pMap(items, async (item) => (isWaiting(item, goal) ? settle(goal, item, sizes, upgrader) : item), {
    concurrency: ITEMS_AT_ONCE,
  });
}

/** An item, and why the anchor that its receipt came with could not be judged. */
export type JudgedItem = RegisteredItem & { readonly unjudged?: AnchorProblem };

/**
 * Judges the anchors that receipts came with, where `final` is the goal: a receipt was there
 * before, or it is the answer to a registration of long ago. Only what passes is called final.
 */
export async function judgeOwnAnchors(
  goal: StateGoal,
  items: readonly AddedItem[],
): Promise<(FailedItem | JudgedItem)[]> {
  return pMap(items, async (item) => judgeOwnAnchor(goal, item), { concurrency: ITEMS_AT_ONCE });
}

async function judgeOwnAnchor(goal: StateGoal, item: AddedItem): Promise<FailedItem | JudgedItem> {
  if (goal.state !== 'final' || item.state === 'failed' || !item.hasAnchor) return item;
  const problem = await goal.judgeAnchor(await readReceiptFile(item.receiptPath));
  if (problem === undefined) return { ...item, state: 'final' };
  return problem.status === 'fail' ? notConfirmed(item, problem, EXIT.inconsistent) : { ...item, unjudged: problem };
}

function notConfirmed(
  { file, id, number, receiptPath }: RegisteredItem,
  problem: AnchorProblem,
  exit?: number,
): FailedItem {
  const { reason, code: relayed } = problem;
  const state = RECORD_STATE_LABELS.final;
  const failure = new LedgerError('anchor-not-confirmed', {
    number,
    state,
    reason,
    relayed,
    ...(exit !== undefined && { exit }),
  });
  return { file, state: 'failed', failure, record: { id, number, receiptPath } };
}

function isWaiting(item: AddedItem, goal: StateGoal): item is JudgedItem {
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
  item: JudgedItem,
  sizes: StateSizes,
  upgrader: Upgrader | undefined,
): Promise<AddedItem> {
  const state = stateOf(item.index, sizes);
  if (upgrader === undefined || !hasReached(state, goal.state)) return { ...item, state: withoutFinal(state) };
  if (item.hasAnchor) {
    return item.unjudged === undefined ? { ...item, state: withoutFinal(state) } : notConfirmed(item, item.unjudged);
  }
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
