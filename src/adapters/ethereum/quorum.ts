import { Transaction } from 'ethers';
import type { AnchorInclusion, SignedTransaction, TransactionState } from '../../log/model.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';

/**
 * What several nodes' words come to. Nothing is believed that fewer than the demanded number say;
 * `answers` are at least so many.
 */

/**
 * The state of a transaction, on the word of the demanded number alone; `undecided` where nodes
 * that are a block apart leave neither side so many. Two nodes that see it end in different ways
 * are a contradiction.
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
 * One of the transactions that were made by what each node says of nonce, gas and price: of those
 * whose nonce the demanded number names, the one in the middle, so that one node's absurd numbers
 * are not paid for.
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

/** By all that they say of the place, the largest group first. */
function grouped(answers: readonly Included[]): Included[][] {
  return groupedBy(answers, ({ inclusion }) => {
    const { blockNumber, blockHash, blockTimeMs, transactionIndex, logPosition, anchorIndex } = inclusion;
    return [blockNumber, blockHash, blockTimeMs, transactionIndex, logPosition, anchorIndex].join(' ');
  });
}

/** Without the proof, which belongs to the final state. */
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
