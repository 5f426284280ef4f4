import {
  Contract,
  type FeeData,
  Interface,
  type JsonRpcProvider,
  keccak256,
  Transaction,
  type TransactionReceipt,
  Wallet,
} from 'ethers';
import type {
  AnchorCall,
  AnchorChain,
  AnchorInclusion,
  ChainBlock,
  SignedTransaction,
  TransactionState,
} from '../../log/ports.ts';
import { PortError } from '../../log/ports.ts';
import { fromHex0x, toHex0x } from '../../protocol/bytes.ts';
import { decodeAnchored } from '../../protocol/chain/contract.ts';
import type { Finality } from '../../protocol/trust.ts';
import artifact from './evidence-anchor.json' with { type: 'json' };
import { headerOf, receiptProofOf } from './block-proof.ts';
import { asPortErrors, connect } from './connection.ts';
import type { ChainIdentity } from './deploy.ts';
import { KnownHeaders } from './known-headers.ts';

export interface AnchorChainOptions {
  /** Where the node is now; a local chain may not have a place before it runs. */
  readonly url: () => string | undefined;
  readonly privateKey: string;
  readonly identity: ChainIdentity;
  readonly finality: Finality;
  /** Highest fee for one unit of gas, in wei, that a transaction may offer; undefined: any. */
  readonly maxFeePerGas?: bigint;
}

/** Nodes take a transaction in place of another from 10 % (Geth) or 12.5 % (others) more on. */
const RAISE_PERMILLE = 1125n;
const PROOF_ATTEMPTS = 5;

/** Room above the node's estimate: the proof's length may differ by a hash or two by the time it is mined. */
const GAS_MARGIN_PERCENT = 20n;

/** `EvidenceAnchor` by JSON-RPC. It remembers nothing that matters: what is under way lives in the store. */
export class EthereumAnchorChain implements AnchorChain {
  readonly #options: AnchorChainOptions;
  readonly #interface = new Interface(artifact.abi);
  readonly #headers = new KnownHeaders((hash) => this.#ask((provider) => headerOf(provider, hash)));
  /** Attempts by block hash. */
  readonly #failedProofs = new Map<string, number>();
  #connection: { readonly url: string; readonly provider: JsonRpcProvider; isIdentified: boolean } | undefined;

  constructor(options: AnchorChainOptions) {
    this.#options = options;
  }

  finalBlock(): Promise<ChainBlock> {
    return this.#ask(async (provider) => {
      const { finality } = this.#options;
      const block =
        'tag' in finality
          ? await provider.getBlock(finality.tag)
          : await this.#confirmedBlock(provider, finality.confirmations);
      if (block === null) throw new PortError('chain-unreachable', 'the node has no final block yet');
      return { number: BigInt(block.number), hash: block.hash! };
    });
  }

  head(): Promise<{ size: bigint; root: Uint8Array }> {
    return this.#ask(async (provider) => {
      const [size, root] = (await this.#contract(provider)
        .getFunction('head')
        .staticCall(this.#options.identity.logId)) as [bigint, string];
      return { size, root: fromHex0x('root', root, 32) };
    });
  }

  prepare({ oldSize, newSize, newRoot, proof }: AnchorCall): Promise<SignedTransaction> {
    return this.#ask(async (provider) => {
      const { identity, privateKey } = this.#options;
      const wallet = new Wallet(privateKey);
      const data = this.#interface.encodeFunctionData('anchor', [
        identity.logId,
        oldSize,
        newSize,
        toHex0x(newRoot),
        proof.map(toHex0x),
      ]);
      const call = { from: wallet.address, to: identity.contract, data };
      const [gas, fees, nonce] = await Promise.all([
        provider.estimateGas(call),
        provider.getFeeData(),
        provider.getTransactionCount(wallet.address, 'latest'),
      ]);
      const rawTransaction = await wallet.signTransaction({
        chainId: identity.chainId,
        nonce,
        to: identity.contract,
        data,
        gasLimit: gas + (gas * GAS_MARGIN_PERCENT) / 100n,
        ...this.#affordable(priceOf(fees)),
      });
      return { nonce, rawTransaction, txHash: keccak256(rawTransaction) };
    });
  }

  raised({ rawTransaction, nonce }: SignedTransaction, sinceMs: number): Promise<SignedTransaction | undefined> {
    return this.#ask(async (provider) => {
      const latest = await provider.getBlock('latest');
      if (latest === null || latest.timestamp * 1000 <= sinceMs) return undefined;
      const present = Transaction.from(rawTransaction);
      const wallet = new Wallet(this.#options.privateKey);
      // signed by an earlier key, whose nonces are not ours to use again
      if (present.from !== wallet.address) return undefined;
      const market = priceOf(await provider.getFeeData());
      const price =
        market.type === 0
          ? { type: 0, gasPrice: higher(present.gasPrice, market.gasPrice) }
          : {
              type: 2,
              maxFeePerGas: higher(present.maxFeePerGas, market.maxFeePerGas),
              maxPriorityFeePerGas: higher(present.maxPriorityFeePerGas, market.maxPriorityFeePerGas),
            };
      const { chainId, to, data, gasLimit } = present;
      const call = { chainId, nonce, to, data, gasLimit };
      const signed = await wallet.signTransaction({ ...call, ...this.#affordable(price) });
      return { nonce, rawTransaction: signed, txHash: keccak256(signed) };
    });
  }

  send({ rawTransaction, txHash }: SignedTransaction): Promise<void> {
    return this.#ask(async (provider) => {
      try {
        await provider.send('eth_sendRawTransaction', [rawTransaction]);
      } catch (error) {
        // Nodes word "already known" differently; whether they know it is what counts.
        const known = await provider.getTransaction(txHash).catch(() => null);
        if (known === null) throw error;
      }
    });
  }

  state({ txHash }: SignedTransaction): Promise<TransactionState> {
    return this.#ask(async (provider): Promise<TransactionState> => {
      const receipt = await provider.getTransactionReceipt(txHash);
      if (receipt === null) return { state: 'unknown' };
      const last = await this.finalBlock();
      const isFinal = BigInt(receipt.blockNumber) <= last.number;
      if (receipt.status !== 1) return { state: isFinal ? 'reverted' : 'unknown' };
      const inclusion = await this.#inclusion(provider, receipt);
      if (!isFinal) return { state: 'mined', inclusion };
      return { state: 'final', inclusion: { ...inclusion, ...(await this.#proof(provider, inclusion)) } };
    });
  }

  header(hash: string): Promise<Uint8Array | undefined> {
    return this.#headers.of(hash);
  }

  isNonceUsed({ rawTransaction }: SignedTransaction): Promise<boolean> {
    return this.#ask(async (provider) => {
      const { number } = await this.finalBlock();
      const { from, nonce } = Transaction.from(rawTransaction);
      return (await provider.getTransactionCount(from!, number)) > nonce;
    });
  }

  /** The account that the contract takes anchors of this log from, 0x-hex lower case. */
  operator(): Promise<string> {
    return this.#ask(async (provider) => {
      const { logId } = this.#options.identity;
      const operator = (await this.#contract(provider).getFunction('operatorOf').staticCall(logId)) as string;
      return operator.toLowerCase();
    });
  }

  close(): void {
    this.#connection?.provider.destroy();
    this.#connection = undefined;
  }

  async #inclusion(provider: JsonRpcProvider, receipt: TransactionReceipt): Promise<AnchorInclusion> {
    const { contract, logId } = this.#options.identity;
    const logPosition = receipt.logs.findIndex(
      (log) => log.address.toLowerCase() === contract && decodeAnchored(log.topics, log.data)?.logId === logId,
    );
    const event =
      logPosition < 0 ? undefined : decodeAnchored(receipt.logs[logPosition]!.topics, receipt.logs[logPosition]!.data);
    const block = await provider.getBlock(receipt.blockNumber);
    if (event === undefined || block?.hash !== receipt.blockHash) {
      throw new PortError('chain-unreachable', `the node's receipt of ${receipt.hash} does not fit its blocks`);
    }
    return {
      blockNumber: BigInt(receipt.blockNumber),
      blockHash: receipt.blockHash,
      blockTimeMs: block.timestamp * 1000,
      transactionIndex: receipt.index,
      logPosition,
      anchorIndex: event.anchorIndex,
    };
  }

  /** A node that cannot tell what a proof takes does not hold up the anchor: after some attempts it is final without one. */
  async #proof(provider: JsonRpcProvider, { blockHash, transactionIndex }: AnchorInclusion) {
    try {
      const proof = await receiptProofOf(provider, blockHash, transactionIndex);
      return proof && { header: toHex0x(proof.header), receiptProof: proof.receiptProof.map(toHex0x) };
    } catch (error) {
      const failures = (this.#failedProofs.get(blockHash) ?? 0) + 1;
      this.#failedProofs.set(blockHash, failures);
      if (failures < PROOF_ATTEMPTS) throw error;
      return undefined;
    }
  }

  async #confirmedBlock(provider: JsonRpcProvider, confirmations: bigint) {
    const latest = await provider.getBlockNumber();
    const number = BigInt(latest) + 1n - confirmations;
    return number < 0n ? null : provider.getBlock(number);
  }

  /** A price that is not above what the operator allows. */
  #affordable<Price extends { gasPrice?: bigint | null; maxFeePerGas?: bigint | null }>(price: Price): Price {
    const { maxFeePerGas: cap } = this.#options;
    const asked = price.maxFeePerGas ?? price.gasPrice ?? 0n;
    if (cap !== undefined && asked > cap) {
      throw new PortError('chain-fee-cap', `the chain asks for ${asked} wei a unit of gas, at most ${cap} are allowed`);
    }
    return price;
  }

  #contract(provider: JsonRpcProvider): Contract {
    return new Contract(this.#options.identity.contract, this.#interface, provider);
  }

  /** Runs a question on an identified node; after a failure the node is identified anew. */
  async #ask<T>(question: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
    const connection = this.#connect();
    try {
      return await asPortErrors(async () => {
        if (!connection.isIdentified) await this.#identify(connection.provider);
        connection.isIdentified = true;
        return question(connection.provider);
      });
    } catch (error) {
      connection.isIdentified = false;
      throw error;
    }
  }

  #connect() {
    const url = this.#options.url();
    if (url === undefined) throw new PortError('chain-unreachable', 'the chain has not started');
    if (this.#connection?.url !== url) {
      this.#connection?.provider.destroy();
      this.#connection = { url, provider: connect(url, this.#options.identity.chainId), isIdentified: false };
    }
    return this.#connection;
  }

  /** The chain that was pinned at init, with the contract that was pinned. */
  async #identify(provider: JsonRpcProvider): Promise<void> {
    const { identity } = this.#options;
    const [chainId, genesis, code] = await Promise.all([
      provider.send('eth_chainId', []),
      provider.getBlock(0),
      provider.getCode(identity.contract),
    ]);
    const facts: readonly (readonly [string, string, string])[] = [
      ['chain id', identity.chainId.toString(), BigInt(chainId as string).toString()],
      ['genesis block', identity.genesisHash, genesis?.hash ?? 'none'],
      ['contract code', identity.codeHash, keccak256(code)],
    ];
    const other = facts.find(([, expected, found]) => expected !== found);
    if (other !== undefined) {
      throw new PortError('chain-identity', `${other[0]} is ${other[2]}, should be ${other[1]}`);
    }
  }
}

/** At least so much more that nodes take it in place of the present one. */
function higher(present: bigint | null, market: bigint | null): bigint {
  const raised = ((present ?? 0n) * RAISE_PERMILLE + 999n) / 1000n;
  return market !== null && market > raised ? market : raised;
}

/** EIP-1559 fees where the chain has them, else its gas price. */
function priceOf({ maxFeePerGas, maxPriorityFeePerGas, gasPrice }: FeeData) {
  return maxFeePerGas === null
    ? ({ type: 0, gasPrice } as const)
    : ({ type: 2, maxFeePerGas, maxPriorityFeePerGas } as const);
}
