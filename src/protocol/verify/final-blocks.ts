import * as rpc from '../chain/rpc.ts';
import type { Finality, Trust } from '../trust.ts';
import { Answers, guarded } from './answers.ts';
import { identityQuestions, judgeIdentity } from './chain-identity.ts';
import { fail, type StepResult, PASS, unknown } from './report.ts';
import { combine, distinctSources, isCounted } from './sources.ts';

type Block = Pick<rpc.Block, 'number' | 'hash'>;

/**
 * The questions that `judgeBlocks` needs answered by each node, in this order: whether the blocks
 * are on the chain of the trust file and final there. They are asked before the blocks are pinned.
 */
export function blockQuestions(trust: Trust, blocks: readonly Block[]): rpc.ChainQuestion[] {
  return Object.values(plan(trust, blocks));
}

/**
 * One result for all blocks by a trust file of the verifier's own: what as many nodes agree on as
 * it requires, of those whose answers count. `sources` holds the answers of each node to
 * `blockQuestions`, in their order.
 */
export function judgeBlocks(trust: Trust, blocks: readonly Block[], sources: readonly rpc.ChainSource[]): StepResult {
  const questions = plan(trust, blocks);
  const counted = distinctSources(sources).filter(({ by }) => isCounted(by, trust, 'file'));
  if (counted.length === 0 && sources.length > 0) return unknown('operator-nodes-only');
  const results = counted.map((source) => {
    const answers = new Answers(questions, source.answers);
    const identity = judgeIdentity(trust, answers);
    return identity.status === 'pass' ? guarded(() => judgeAll(trust, blocks, answers)) : identity;
  });
  return combine(results, trust.chain.sources);
}

/** Asks for the block from which `lastFinalNumber` derives the newest final one. */
export function finalBlockQuestion({ chain: { finality } }: Trust): rpc.ChainQuestion {
  return rpc.blockQuestion('tag' in finality ? finality.tag : 'latest');
}

/**
 * The number of the newest final block, by the answer to `finalBlockQuestion`: below 0 where the
 * chain is shorter than the confirmations that the rule requires.
 */
export function lastFinalNumber(finality: Finality, block: rpc.Block): bigint {
  return 'tag' in finality ? block.number : block.number + 1n - finality.confirmations;
}

function plan(trust: Trust, blocks: readonly Block[]): Readonly<Record<string, rpc.ChainQuestion>> {
  return {
    ...identityQuestions(trust),
    finalBlock: finalBlockQuestion(trust),
    ...Object.fromEntries(blocks.map(({ number }) => [`block ${number}`, rpc.blockQuestion(number)])),
  };
}

function judgeAll(trust: Trust, blocks: readonly Block[], answers: Answers): StepResult {
  const final = rpc.parseBlock(answers.get('finalBlock'));
  if (final === undefined) return unknown('block-unknown');
  const lastFinal = lastFinalNumber(trust.chain.finality, final);
  for (const { number, hash } of blocks) {
    const block = rpc.parseBlock(answers.get(`block ${number}`));
    if (block === undefined) return unknown('block-unknown', hash);
    if (block.hash !== hash) return fail('block-differs', block.hash, hash);
    if (number > lastFinal) return unknown('not-final-yet', `>= ${number}`, lastFinal.toString());
  }
  return PASS;
}
