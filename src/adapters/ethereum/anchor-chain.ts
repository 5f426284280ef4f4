import {
  Contract,
  Interface,
  type JsonRpcProvider,
  keccak256,
  sha256,
  Transaction,
  type TransactionReceipt,
  Wallet,
} from 'ethers';
import type { AnchorCall, AnchorInclusion, ChainBlock, SignedTransaction, TransactionState } from '../../log/model.ts';
import type { AnchorChain } from '../../log/ports.ts';
import { fromHex0x, toHex0x } from '../../protocol/encoding/bytes.ts';
import { decodeAnchored } from '../../protocol/chain/contract.ts';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual } from '../../text/message.ts';
import artifact from './evidence-anchor.json' with { type: 'json' };
import { headerOf, receiptProofOf } from './block-proof.ts';
import { affordable, gasLimitFor, priceOf } from './fees.ts';
import { IdentifiedNode, type NodeOptions } from './identified-node.ts';
import { HeaderCache } from './header-cache.ts';

export interface AnchorChainOptions extends NodeOptions {
  readonly privateKey: string;
  /** Highest fee for one unit of gas, in wei, that a transaction may offer; undefined: no limit. */
  readonly maxFeePerGas?: bigint | undefined;
}

/** Nodes accept a replacement from fees 10 % (Geth) or 12.5 % (others) higher on. */
const BUMP_PERMILLE = 1125n;
const PROOF_ATTEMPTS = 5;

/**
 * The contract `EvidenceAnchor` by JSON-RPC of one node. It keeps no state that matters: anchors
 * under way are in the store.
 */
export class EthereumAnchorChain implements AnchorChain {
  readonly #options: AnchorChainOptions;
  readonly #interface = new Interface(artifact.abi);
  readonly #node: IdentifiedNode;
  readonly #headers = new HeaderCache((hash) => this.#node.ask((provider) => headerOf(provider, hash)));
  /** Failed attempts by block hash. */
  readonly #failedProofs = new Map<string, number>();

  constructor(options: AnchorChainOptions) {
    this.#options = options;
    this.#node = new IdentifiedNode(options);
  }

  finalBlock(): Promise<ChainBlock> {
    return this.#node.finalBlock();
  }

  hasBlock({ number, hash }: ChainBlock): Promise<boolean> {
    return this.#node.ask(async (provider) => (await provider.getBlock(number))?.hash === hash);
  }

  head(): Promise<{ size: bigint; root: Uint8Array }> {
    return this.#node.ask(async (provider) => {
      const [size, root] = (await this.#contract(provider)
        .getFunction('head')
        .staticCall(this.#options.identity.logId)) as [bigint, string];
      return { size, root: fromHex0x('root', root, 32) };
    });
  }

  /** Hash of the block at a height; undefined where the node has none. */
  blockHash(number: bigint): Promise<string | undefined> {
    return this.#node.ask(async (provider) => (await provider.getBlock(number))?.hash ?? undefined);
  }

  /** The root that the contract holds for a size, 0x-hex; undefined where it holds none. */
  async rootAt(size: bigint): Promise<string | undefined> {
    if (size === 0n) return sha256('0x'); // RFC 9162 section 2.1.1: the empty tree
    return this.#node.ask(async (provider) => {
      const root = (await this.#contract(provider)
        .getFunction('rootAt')
        .staticCall(this.#options.identity.logId, size)) as string;
      return /^0x0*$/.test(root) ? undefined : root;
    });
  }

  prepare({ oldSize, newSize, newRoot, proof }: AnchorCall): Promise<SignedTransaction> {
    return this.#node.ask(async (provider) => {
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
        gasLimit: gasLimitFor(gas),
        ...affordable(priceOf(fees), this.#options.maxFeePerGas),
      });
      return { nonce, rawTransaction, txHash: keccak256(rawTransaction) };
    });
  }

  bumpFees({ rawTransaction, nonce }: SignedTransaction, sinceMs: number): Promise<SignedTransaction | undefined> {
    return this.#node.ask(async (provider) => {
      const latest = await provider.getBlock('latest');
      if (latest === null || latest.timestamp * 1000 <= sinceMs) return undefined;
      const present = Transaction.from(rawTransaction);
      const wallet = new Wallet(this.#options.privateKey);
      // signed by an earlier key, whose nonces must not be used again
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
      const signed = await wallet.signTransaction({ ...call, ...affordable(price, this.#options.maxFeePerGas) });
      return { nonce, rawTransaction: signed, txHash: keccak256(signed) };
    });
  }

  send({ rawTransaction, txHash }: SignedTransaction): Promise<void> {
    return this.#node.ask(async (provider) => {
      try {
        await provider.send('eth_sendRawTransaction', [rawTransaction]);
      } catch (error) {
        // Nodes report "already known" in different words; that they know it is what counts.
        const known = await provider.getTransaction(txHash).catch(() => null);
        if (known === null) throw error;
      }
    });
  }

  state({ txHash, rawTransaction }: SignedTransaction): Promise<TransactionState> {
    return this.#node.ask(async (provider): Promise<TransactionState> => {
      const receipt = await provider.getTransactionReceipt(txHash);
      if (receipt === null) return { state: 'unknown' };
      const last = await this.finalBlock();
      const isFinal = BigInt(receipt.blockNumber) <= last.number;
      if (receipt.status !== 1) return { state: isFinal ? failureOf(receipt, rawTransaction) : 'unknown' };
      const inclusion = await this.#inclusion(provider, receipt);
      if (!isFinal) return { state: 'mined', inclusion };
      return { state: 'final', inclusion: { ...inclusion, ...(await this.#proof(provider, inclusion)) } };
    });
  }

  header(hash: string): Promise<Uint8Array | undefined> {
    return this.#headers.of(hash);
  }

  isNonceUsed({ rawTransaction }: SignedTransaction): Promise<boolean> {
    return this.#node.ask(async (provider) => {
      const { number } = await this.finalBlock();
      const { from, nonce } = Transaction.from(rawTransaction);
      return (await provider.getTransactionCount(from!, number)) > nonce;
    });
  }

  /** The account whose anchors of this log the contract accepts, 0x-hex lower case. */
  operator(): Promise<string> {
    return this.#node.ask(async (provider) => {
      const { logId } = this.#options.identity;
      const operator = (await this.#contract(provider).getFunction('operatorOf').staticCall(logId)) as string;
      return operator.toLowerCase();
    });
  }

  close(): void {
    this.#node.close();
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
      throw new LedgerError('chain-unreachable', {
        reason: bilingual(CHAIN_REASONS.receiptContradictsBlocks, { tx: receipt.hash }),
      });
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

  /**
   * The proof of an anchor. A node that cannot give what the proof needs does not hold up the
   * anchor: after some attempts it is final without one.
   */
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

  #contract(provider: JsonRpcProvider): Contract {
    return new Contract(this.#options.identity.contract, this.#interface, provider);
  }
}

/**
 * Why a transaction failed. A revert refunds the remaining gas; one that used nearly all ran out of
 * it: a call passes on all but a 64th of its gas (EIP-150), which remains where the gas ran out
 * within a precompile.
 */
function failureOf({ gasUsed }: TransactionReceipt, rawTransaction: string): 'reverted' | 'out-of-gas' {
  const { gasLimit } = Transaction.from(rawTransaction);
  return gasUsed * 64n >= gasLimit * 63n ? 'out-of-gas' : 'reverted';
}

/** The market's fee, and at least enough for nodes to accept the transaction as a replacement. */
function higher(present: bigint | null, market: bigint | null): bigint {
  const bumped = ((present ?? 0n) * BUMP_PERMILLE + 999n) / 1000n;
  return market !== null && market > bumped ? market : bumped;
}
