import { expect, test } from 'vitest';
import { quorumState } from '../../../src/adapters/ethereum/quorum.ts';
import type { TransactionState } from '../../../src/log/model.ts';

/** The common result of several nodes, of which two must agree. */

const inclusion = {
  blockNumber: 5n,
  blockHash: '0xaa',
  blockTimeMs: 1000,
  transactionIndex: 0,
  logPosition: 0,
  anchorIndex: 0n,
};
const mined: TransactionState = { state: 'mined', inclusion };
const final: TransactionState = { state: 'final', inclusion };
const proven: TransactionState = {
  state: 'final',
  inclusion: { ...inclusion, header: '0x01', receiptProof: ['0x02'] },
};
const elsewhere: TransactionState = { state: 'mined', inclusion: { ...inclusion, blockHash: '0xbb' } };
const unknown: TransactionState = { state: 'unknown' };
const undecided: TransactionState = { state: 'undecided' };
const reverted: TransactionState = { state: 'reverted' };
const outOfGas: TransactionState = { state: 'out-of-gas' };

const CASES: readonly (readonly [string, readonly TransactionState[], TransactionState])[] = [
  ['two call it final', [final, final, mined], final],
  ['the proof is taken from any node that has it', [final, unknown, proven], proven],
  ['one alone calls it final', [proven, mined, unknown], mined],
  ['one alone calls it final, and no other has it', [final, unknown, unknown], unknown],
  ['two have it', [unknown, mined, mined], mined],
  ['a block apart', [mined, unknown], undecided],
  ['in different blocks', [mined, elsewhere], undecided],
  ['one has it, and one calls it reverted', [mined, reverted], undecided],
  ['one alone has it', [mined, unknown, unknown], unknown],
  ['in different blocks: not final yet', [elsewhere, mined, mined], mined],
  ['one is on a fork that it does not call final', [final, elsewhere, final], final],
  ['two say that it reverted', [reverted, unknown, reverted], reverted],
  ['two say that it ran out of gas', [outOfGas, outOfGas, unknown], outOfGas],
  ['one alone reports that it ran out of gas', [unknown, outOfGas, unknown], unknown],
  ['one alone reports that it reverted', [reverted, unknown, unknown], unknown],
];

test.each(CASES)('%s', (_, answers, expected) => {
  expect(quorumState(answers, 2)).toEqual(expected);
});

const otherBlock: TransactionState = { state: 'final', inclusion: { ...inclusion, blockHash: '0xbb' } };
const otherPlace: TransactionState = { state: 'final', inclusion: { ...inclusion, logPosition: 1 } };
const otherTime: TransactionState = { state: 'final', inclusion: { ...inclusion, blockTimeMs: 2000 } };

test.each([otherBlock, otherPlace, otherTime, reverted, outOfGas])(
  'final for two and something else for one: case %#',
  (other) => {
    expect(() => quorumState([final, other, final], 2)).toThrow('different final outcomes of one transaction');
  },
);

test('a failure of two kinds is a contradiction', () => {
  expect(() => quorumState([reverted, outOfGas, reverted], 2)).toThrow('different final outcomes of one transaction');
});
