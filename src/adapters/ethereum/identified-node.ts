import { type JsonRpcProvider, keccak256 } from 'ethers';
import type { ChainBlock } from '../../log/model.ts';
import type { Finality } from '../../protocol/trust.ts';
import { CHAIN_REASONS, CHAIN_SUBJECTS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { withChainErrors, connect } from './connection.ts';
import type { ChainIdentity } from './deploy.ts';

export interface NodeOptions {
  /** Where the node is now; undefined while a local chain has not started. */
  readonly url: () => string | undefined;
  readonly identity: ChainIdentity;
  readonly finality: Finality;
}

/**
 * A node that gets no question before it has proved to be on the pinned chain, with the pinned
 * contract.
 */
export class IdentifiedNode {
  readonly #options: NodeOptions;
  #connection: { readonly url: string; readonly provider: JsonRpcProvider; isIdentified: boolean } | undefined;

  constructor(options: NodeOptions) {
    this.#options = options;
  }

  /** Asks the identified node; after a failure it is identified again. */
  async ask<T>(question: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
    const connection = this.#connect();
    try {
      return await withChainErrors(async () => {
        if (!connection.isIdentified) await this.#identify(connection.provider);
        connection.isIdentified = true;
        return question(connection.provider);
      });
    } catch (error) {
      connection.isIdentified = false;
      throw error;
    }
  }

  /** The newest block that is final by the trust file's rule. */
  finalBlock(): Promise<ChainBlock> {
    return this.ask(async (provider) => {
      const { finality } = this.#options;
      const block =
        'tag' in finality
          ? await provider.getBlock(finality.tag)
          : await confirmedBlock(provider, finality.confirmations);
      if (block === null) throw new LedgerError('chain-unreachable', { reason: CHAIN_REASONS.noFinalBlock });
      return { number: BigInt(block.number), hash: block.hash! };
    });
  }

  close(): void {
    this.#connection?.provider.destroy();
    this.#connection = undefined;
  }

  #connect() {
    const url = this.#options.url();
    if (url === undefined) throw new LedgerError('chain-unreachable', { reason: CHAIN_REASONS.notStarted });
    if (this.#connection?.url !== url) {
      this.#connection?.provider.destroy();
      this.#connection = { url, provider: connect(url, this.#options.identity.chainId), isIdentified: false };
    }
    return this.#connection;
  }

  /** Throws `chain-identity` unless chain and contract are those that were pinned at init. */
  async #identify(provider: JsonRpcProvider): Promise<void> {
    const { identity } = this.#options;
    const [chainId, genesis, code] = await Promise.all([
      provider.send('eth_chainId', []),
      provider.getBlock(0),
      provider.getCode(identity.contract),
    ]);
    const facts = [
      { fact: CHAIN_SUBJECTS.chainId, expected: `${identity.chainId}`, found: `${BigInt(chainId as string)}` },
      { fact: CHAIN_SUBJECTS.genesis, expected: identity.genesisHash, found: genesis?.hash ?? '–' },
      { fact: CHAIN_SUBJECTS.contractCode, expected: identity.codeHash, found: keccak256(code) },
    ];
    const other = facts.find(({ expected, found }) => expected !== found);
    if (other !== undefined) {
      throw new LedgerError('chain-identity', { reason: bilingual(CHAIN_REASONS.otherFact, other) });
    }
  }
}

async function confirmedBlock(provider: JsonRpcProvider, confirmations: bigint) {
  const latest = await provider.getBlockNumber();
  const number = BigInt(latest) + 1n - confirmations;
  return number < 0n ? null : provider.getBlock(number);
}
