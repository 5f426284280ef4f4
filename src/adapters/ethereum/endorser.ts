import { setTimeout as delay } from 'node:timers/promises';
import { type JsonRpcProvider, keccak256, type TransactionReceipt, Wallet } from 'ethers';
import type { SignedTransaction } from '../../log/model.ts';
import { decodeEndorsedSize, endorseCall, endorsedSizeCall } from '../../protocol/chain/contract.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import { affordable, gasLimitFor, highestPrice, priceOf } from './fees.ts';
import { IdentifiedNode, type NodeOptions } from './identified-node.ts';

export interface EndorserOptions extends NodeOptions {
  readonly privateKey: string;
  /** Highest fee for one unit of gas, in wei, that a transaction may offer; undefined: no limit. */
  readonly maxFeePerGas?: bigint | undefined;
}

/** The block of a transaction. */
export interface MinedAt {
  readonly blockNumber: bigint;
  readonly blockHash: string;
}

const POLL_MS = 500;

/** An auditor's account on the chain, for endorsing trees of one log id. */
export class EthereumEndorser {
  readonly #options: EndorserOptions;
  readonly #node: IdentifiedNode;
  readonly #wallet: Wallet;

  constructor(options: EndorserOptions) {
    this.#options = options;
    this.#node = new IdentifiedNode(options);
    this.#wallet = new Wallet(options.privateKey);
  }

  /** 0x-hex lower case. */
  get account(): string {
    return this.#wallet.address.toLowerCase();
  }

  /** The largest size that this account has endorsed, and whether that is final already. */
  endorsed(): Promise<{ readonly size: bigint; readonly isFinal: boolean }> {
    return this.#node.ask(async (provider) => {
      const final = await this.#node.finalBlock();
      const [size, finalSize] = await Promise.all(
        ['latest', final.number].map((block) => this.#endorsedSize(provider, block)),
      );
      return { size: size!, isFinal: finalSize! >= size! };
    });
  }

  /**
   * Signs a transaction without sending it. Throws `chain-refused` where the contract does not hold
   * this root at this size, `chain-account-empty` where the account cannot pay, and
   * `chain-fee-cap`.
   */
  prepare(size: bigint, root: Uint8Array): Promise<SignedTransaction> {
    return this.#node.ask(async (provider) => {
      const { identity, maxFeePerGas } = this.#options;
      const { address } = this.#wallet;
      const data = endorseCall(identity.logId, size, root);
      const [balance, fees, nonce] = await Promise.all([
        provider.getBalance(address),
        provider.getFeeData(),
        provider.getTransactionCount(address, 'latest'),
      ]);
      const price = affordable(priceOf(fees), maxFeePerGas);
      if (balance === 0n && highestPrice(price) > 0n) throw accountEmpty(address, balance);
      const gasLimit = gasLimitFor(await provider.estimateGas({ from: address, to: identity.contract, data }));
      if (balance < gasLimit * highestPrice(price)) throw accountEmpty(address, balance);
      const { chainId, contract: to } = identity;
      const rawTransaction = await this.#wallet.signTransaction({ chainId, nonce, to, data, gasLimit, ...price });
      return { nonce, rawTransaction, txHash: keccak256(rawTransaction) };
    });
  }

  /**
   * Sends a transaction and waits until its block is final; undefined where that takes longer than
   * `timeoutMs`. A transaction that a reorganisation removed from its block is sent again; a node
   * that does not answer for a while is asked again.
   */
  async send(transaction: SignedTransaction, timeoutMs: number): Promise<MinedAt | undefined> {
    const endMs = performance.now() + timeoutMs;
    for (let hasAnswered = false; ; hasAnswered = true) {
      try {
        const final = await this.#finalPlace(transaction);
        if (final !== undefined) return final;
      } catch (error) {
        if (!(hasAnswered && error instanceof LedgerError && error.code === 'chain-unreachable')) throw error;
      }
      if (performance.now() > endMs) return undefined;
      await delay(POLL_MS);
    }
  }

  close(): void {
    this.#node.close();
  }

  async #finalPlace(transaction: SignedTransaction): Promise<MinedAt | undefined> {
    const mined = await this.#node.ask((provider) => this.#minedOrSent(provider, transaction));
    if (mined?.status === 0) {
      const reason = bilingual(CHAIN_REASONS.transactionFailed, { tx: transaction.txHash });
      throw new LedgerError('chain-refused', { reason });
    }
    if (mined === null || BigInt(mined.blockNumber) > (await this.#node.finalBlock()).number) return undefined;
    return { blockNumber: BigInt(mined.blockNumber), blockHash: mined.blockHash };
  }

  async #minedOrSent(
    provider: JsonRpcProvider,
    { txHash, rawTransaction }: SignedTransaction,
  ): Promise<TransactionReceipt | null> {
    const receipt = await provider.getTransactionReceipt(txHash);
    if (receipt === null && (await provider.getTransaction(txHash)) === null) {
      await provider.send('eth_sendRawTransaction', [rawTransaction]);
    }
    return receipt;
  }

  async #endorsedSize(provider: JsonRpcProvider, blockTag: bigint | string): Promise<bigint> {
    const { contract: to, logId } = this.#options.identity;
    return decodeEndorsedSize(await provider.call({ to, data: endorsedSizeCall(logId, this.account), blockTag }));
  }
}

function accountEmpty(account: string, balance: bigint): LedgerError {
  return new LedgerError('chain-account-empty', {
    reason: bilingual(CHAIN_REASONS.balanceTooLow, { account, balance }),
  });
}
