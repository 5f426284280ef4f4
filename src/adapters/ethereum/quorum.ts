import { Transaction } from 'ethers';
import type { AnchorInclusion, SignedTransaction, TransactionState } from '../../log/model.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';

/**
 * Combines the answers of several nodes: an answer counts where at least the required number of
 * nodes give it. `answers` has at least that many members.
 */

/**
 * The state of a transaction by the required number of nodes; `undecided` where nodes that are a
 * block apart leave neither side enough. Different final outcomes are a contradiction
 * (`chain-sources-disagree`).
 */
export function quorumState(answers: readonly TransactionState[], required: number): TransactionState {
  const finals = grouped(answers.filter(isIncluded).filter(({ state }) => state === 'final'));
  const failures = groupedBy(answers.filter(isFailed), ({ state }) => state);
  if (finals.length + failures.length > 1) {
    throw new LedgerError('chain-sources-disagree', { reason: CHAIN_REASONS.differentOutcomes });
  }
  const [[final = []], [failed = []]] = [finals, failures];
  if (final.length >= required) return final.find(({ inclusion }) => inclusion.receiptProof !== undefined) ?? final[0]!;
  if (failed.length >= required) return failed[0]!;
  const [included = []] = grouped(answers.filter(isIncluded));
  if (included.length >= required) return { state: 'mined', inclusion: place(included[0]!.inclusion) };
  const absent = answers.filter((answer) => !isIncluded(answer)).length;
  return { state: absent >= required ? 'unknown' : 'undecided' };
}

/**
 * Picks one of the transactions that were made from each node's nonce, gas and price: the median of
 * those with the nonce that the required number of nodes name, so that absurd numbers of one node
 * are not paid for. Throws `chain-sources-disagree` where no nonce has enough nodes.
 */
export function quorumTransaction(made: readonly SignedTransaction[], required: number): SignedTransaction {
  const [same = []] = groupedBy(made, ({ nonce }) => String(nonce));
  if (same.length < required) {
    const nonces = made.map(({ nonce }) => nonce).join(', ');
    throw new LedgerError('chain-sources-disagree', { reason: bilingual(CHAIN_REASONS.differentNonces, { nonces }) });
  }
  const priced = same.map((transaction) => ({ transaction, ...costOf(transaction) }));
  priced.sort((a, b) => sign(a.gasLimit - b.gasLimit) || sign(a.price - b.price));
  return priced[Math.floor((priced.length - 1) / 2)]!.transaction;
}

type Included = Extract<TransactionState, { readonly inclusion: AnchorInclusion }>;

function isIncluded(answer: TransactionState): answer is Included {
  return 'inclusion' in answer;
}

function isFailed(answer: TransactionState): boolean {
  return answer.state === 'reverted' || answer.state === 'out-of-gas';
}

/** Groups answers by everything that they state of the place, the largest group first. */
function grouped(answers: readonly Included[]): Included[][] {
  return groupedBy(answers, ({ inclusion }) => {
    const { blockNumber, blockHash, blockTimeMs, transactionIndex, logPosition, anchorIndex } = inclusion;
    return [blockNumber, blockHash, blockTimeMs, transactionIndex, logPosition, anchorIndex].join(' ');
  });
}

/** The place of a transaction without its proof, which belongs to the final state. */
function place(inclusion: AnchorInclusion): AnchorInclusion {
  const { header: _, receiptProof: __, ...rest } = inclusion;
  return rest;
}

function costOf({ rawTransaction }: SignedTransaction): { gasLimit: bigint; price: bigint } {
  const { gasLimit, maxFeePerGas, gasPrice } = Transaction.from(rawTransaction);
  return { gasLimit, price: maxFeePerGas ?? gasPrice ?? 0n };
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  return [...Map.groupBy(items, keyOf).values()].toSorted((a, b) => b.length - a.length);
}

function sign(difference: bigint): number {
  return Number(difference > 0n) - Number(difference < 0n);
}
