import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SupervisedChain, superviseChain, type SupervisorOptions } from '../adapters/local-chain/supervisor.ts';

/** The program of the chain process: .ts in the checkout and .js when packed, like this file. */
export const CHAIN_PROGRAM = fileURLToPath(new URL(`./chain-program${extname(import.meta.url)}`, import.meta.url));

/** Runs the local chain of a folder in a process of its own; `superviseChain` has the contract. */
export function superviseLocalChain(options: Omit<SupervisorOptions, 'program'>): SupervisedChain {
  return superviseChain({ ...options, program: CHAIN_PROGRAM });
}
