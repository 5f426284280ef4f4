import { fromHex0x, toHex0x } from '../encoding/bytes.ts';
import { keccak256 } from '../chain/abi.ts';
import * as rpc from '../chain/rpc.ts';
import type { Trust } from '../trust.ts';
import { Answers, guarded } from './answers.ts';
import { type StepResult, PASS, unknown } from './report.ts';

/**
 * The questions, by name, that show whether a node is on the chain of the trust file and whether
 * that chain has the contract of the trust file.
 */
export function identityQuestions({ chain, pinnedBlocks }: Trust): Readonly<Record<string, rpc.ChainQuestion>> {
  return {
    chainId: rpc.chainIdQuestion(),
    genesis: rpc.blockQuestion(0n),
    code: rpc.codeQuestion(chain.contract),
    ...Object.fromEntries(pinnedBlocks.map(({ number }) => [`pinned ${number}`, rpc.blockQuestion(number)])),
  };
}

/**
 * `pass` where chain id, genesis block, code hash of the contract and all pinned blocks are those
 * of the trust file; else `unknown`: such a node states nothing about this chain.
 */
export function judgeIdentity(trust: Trust, answers: Answers): StepResult {
  return guarded(() => identityOf(trust, answers));
}

function identityOf({ chain, pinnedBlocks }: Trust, answers: Answers): StepResult {
  const chainId = rpc.parseQuantity('chain id', answers.get('chainId'));
  if (chainId !== chain.chainId) return unknown('other-chain', chain.chainId.toString(), chainId.toString());
  const genesis = rpc.parseBlock(answers.get('genesis'));
  if (genesis?.hash !== chain.genesisHash) return unknown('other-genesis', chain.genesisHash, genesis?.hash);
  const code = toHex0x(keccak256(fromHex0x('code', rpc.parseData(answers.get('code')))));
  if (code !== chain.codeHash) return unknown('other-code', chain.codeHash, code);
  for (const pin of pinnedBlocks) {
    const block = rpc.parseBlock(answers.get(`pinned ${pin.number}`));
    if (block?.hash !== pin.hash) return unknown('other-pinned-block', pin.hash, block?.hash);
  }
  return PASS;
}
