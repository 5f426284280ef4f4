import * as rpc from '../chain/rpc.ts';
import type { Finality, Trust } from '../trust.ts';
import { Answers, guarded } from './answers.ts';
import { identityQuestions, judgeIdentity } from './chain-identity.ts';
import { fail, type Finding, PASS, unknown } from './report.ts';
import { combine, distinctSources } from './sources.ts';

/**
 * Are these blocks on the chain that the trust file means, and final there? Asked before they are
 * believed without asking.
 */

type Block = Pick<rpc.Block, 'number' | 'hash'>;

export function blockQuestions(trust: Trust, blocks: readonly Block[]): rpc.ChainQuestion[] {
  return Object.values(plan(trust, blocks));
}

/** One finding for all of them: what the demanded number of nodes agree on. */
export function judgeBlocks(trust: Trust, blocks: readonly Block[], sources: readonly rpc.ChainSource[]): Finding {
  const names = Object.keys(plan(trust, blocks));
  const findings = distinctSources(sources).map((source) => {
    const answers = new Answers(Object.fromEntries(names.map((name, i) => [name, source.answers[i]])));
    const identity = judgeIdentity(trust, answers);
    return identity.status === 'pass' ? guarded(() => judgeAll(trust, blocks, answers)) : identity;
  });
  return combine(findings, trust.chain.sources);
}

/** The block that a node is asked for, to learn which is the newest final one. */
export function finalBlockQuestion({ chain: { finality } }: Trust): rpc.ChainQuestion {
  return rpc.blockQuestion('tag' in finality ? finality.tag : 'latest');
}

/** The number of the newest final block, by the answer to that question. */
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

function judgeAll(trust: Trust, blocks: readonly Block[], answers: Answers): Finding {
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
