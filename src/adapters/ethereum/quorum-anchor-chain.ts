import { setTimeout as delay } from 'node:timers/promises';
import type { AnchorCall, ChainBlock, SignedTransaction, TransactionState } from '../../log/model.ts';
import type { AnchorChain } from '../../log/ports.ts';
import { fromHex0x, toHex0x } from '../../protocol/encoding/bytes.ts';
import { CHAIN_REASONS, CHAIN_SUBJECTS } from '../../text/chain.ts';
import { LedgerError, relayedError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { quorumState, quorumTransaction } from './quorum.ts';
import { type AnchorChainOptions, EthereumAnchorChain } from './anchor-chain.ts';

export interface QuorumAnchorChainOptions extends Omit<AnchorChainOptions, 'url'> {
  /** Where each node is now. */
  readonly nodes: readonly AnchorChainOptions['url'][];
  /** `sources` of the trust file: the number of nodes that must agree. */
  readonly required: number;
  /** Called when a node is no longer counted, with its problem, and when it is counted again. */
  readonly onNode?: (node: string, problem?: LedgerError) => void;
}

/** A node, and why it is not counted. */
interface Node {
  readonly url: AnchorChainOptions['url'];
  readonly chain: EthereumAnchorChain;
  trouble?: { readonly code: string; readonly atMs: number };
  /** It did not answer the last question. */
  isSilent: boolean;
}

interface Answer<T> {
  readonly node: Node;
  readonly value: T;
}

/** The newest height of a node, and its value there. */
interface Observation {
  readonly height: bigint;
  readonly value: string;
}

/**
 * How long the other nodes may still contradict after enough have answered; those that did not
 * answer the last question are not waited for.
 */
const LATE_MS = 1000;
/** A node that fails now and then is reported once. */
const RECOVERED_AFTER_MS = 60_000;

/**
 * The anchoring contract by the agreement of several nodes. An answer counts where at least the
 * required number of nodes give it and none that answers in time contradicts: a contradiction is
 * `chain-sources-disagree`. Nodes that are behind, silent or on another chain are not counted, and
 * cause no delay while enough others answer.
 */
export class QuorumAnchorChain implements AnchorChain {
  readonly #nodes: readonly Node[];
  readonly #required: number;
  readonly #onNode: NonNullable<QuorumAnchorChainOptions['onNode']>;

  constructor({ nodes, required, onNode = () => {}, ...options }: QuorumAnchorChainOptions) {
    this.#nodes = nodes.map((url) => ({ url, chain: new EthereumAnchorChain({ ...options, url }), isSilent: false }));
    this.#required = required;
    this.#onNode = onNode;
  }

  /** How many nodes are not counted now. */
  get troubled(): number {
    return this.#nodes.filter(({ trouble }) => trouble !== undefined).length;
  }

  async finalBlock(): Promise<ChainBlock> {
    const { height, value } = await this.#newestCommon(
      CHAIN_SUBJECTS.block,
      async (chain) => {
        const { number, hash } = await chain.finalBlock();
        return { height: number, value: hash };
      },
      (chain, number) => chain.blockHash(number),
    );
    return { number: height, hash: value };
  }

  /**
   * A node that has not reached the height is not counted: a block is gone only where the required
   * number of nodes have the same other block in its place.
   */
  async hasBlock({ number, hash }: ChainBlock): Promise<boolean> {
    const stated = (await this.#ask((chain) => chain.blockHash(number))).filter(({ value }) => value !== undefined);
    const subject = bilingual(CHAIN_SUBJECTS.block, { height: number });
    this.#requireOneValue(subject, stated);
    this.#requireEnough(subject, stated.length);
    return stated[0]!.value === hash;
  }

  async head(): Promise<{ size: bigint; root: Uint8Array }> {
    const { height, value } = await this.#newestCommon(
      CHAIN_SUBJECTS.root,
      async (chain) => {
        const { size, root } = await chain.head();
        return { height: size, value: toHex0x(root) };
      },
      (chain, size) => chain.rootAt(size),
    );
    return { size: height, root: fromHex0x('root', value, 32) };
  }

  async prepare(call: AnchorCall): Promise<SignedTransaction> {
    const made = await this.#ask((chain) => chain.prepare(call));
    return quorumTransaction(valuesOf(made), this.#required);
  }

  async bumpFees(transaction: SignedTransaction, sinceMs: number): Promise<SignedTransaction | undefined> {
    const answers = await this.#ask((chain) => chain.bumpFees(transaction, sinceMs));
    const made = valuesOf(answers).filter((value) => value !== undefined);
    return made.length < this.#required ? undefined : quorumTransaction(made, this.#required);
  }

  /** Sends to every node; one that accepts the transaction is enough. */
  async send(transaction: SignedTransaction): Promise<void> {
    await this.#ask((chain) => chain.send(transaction), { enough: 1 });
  }

  async state(transaction: SignedTransaction): Promise<TransactionState> {
    const answers = await this.#ask((chain) => chain.state(transaction));
    return quorumState(valuesOf(answers), this.#required);
  }

  async isNonceUsed(transaction: SignedTransaction): Promise<boolean> {
    const answers = await this.#ask((chain) => chain.isNonceUsed(transaction));
    return valuesOf(answers).filter(Boolean).length >= this.#required;
  }

  /** The account whose anchors of this log the contract accepts, 0x-hex lower case. */
  async operator(): Promise<string> {
    const answers = await this.#ask((chain) => chain.operator());
    this.#requireOneValue(CHAIN_SUBJECTS.operator, answers);
    return answers[0]!.value;
  }

  /** The header from the first node that has it: its hash proves it. */
  async header(hash: string): Promise<Uint8Array | undefined> {
    const headers = this.#nodes.map(async ({ chain }) => {
      const header = await chain.header(hash);
      if (header === undefined) throw new Error('this node does not have the header');
      return header;
    });
    return Promise.any(headers).catch(() => undefined);
  }

  close(): void {
    for (const { chain } of this.#nodes) chain.close();
  }

  /**
   * The largest height that the required number of nodes have reached, where all nodes with a value
   * at that height have the same one. Nodes without a value there are behind.
   */
  async #newestCommon(
    what: typeof CHAIN_SUBJECTS.block | typeof CHAIN_SUBJECTS.root,
    observe: (chain: EthereumAnchorChain) => Promise<Observation>,
    valueAt: (chain: EthereumAnchorChain, height: bigint) => Promise<string | undefined>,
  ): Promise<Observation> {
    const answers = await this.#ask(observe);
    const height = answers.map(({ value }) => value.height).toSorted(descending)[this.#required - 1]!;
    const observed = new Map(answers.map(({ node, value }) => [node, value]));
    const nodes = answers.map(({ node }) => node);
    const found = await this.#ask(
      (chain, node) => (observed.get(node)!.height === height ? observed.get(node)!.value : valueAt(chain, height)),
      { nodes },
    );
    const stated = found.filter(({ value }) => value !== undefined);
    const subject = bilingual(what, { height });
    this.#requireOneValue(subject, stated);
    const reached = stated.filter(({ node }) => observed.get(node)!.height >= height);
    this.#requireEnough(subject, reached.length);
    return { height, value: reached[0]!.value! };
  }

  #requireOneValue(subject: Message, stated: readonly Answer<string | undefined>[]): void {
    if (new Set(valuesOf(stated)).size <= 1) return;
    const values = stated.map(({ node, value }) => `${nameOf(node)} ${value}`).join(', ');
    const reason = bilingual(CHAIN_REASONS.differentValues, { subject, values });
    throw new LedgerError('chain-sources-disagree', { reason });
  }

  #requireEnough(subject: Message, stating: number): void {
    const required = this.#required;
    if (stating >= required) return;
    const reason = bilingual(CHAIN_REASONS.tooFewStatements, { subject, stating, required });
    throw new LedgerError('chain-unreachable', { reason });
  }

  /**
   * The answers of at least `enough` nodes, in the nodes' order; throws the failure of one where
   * fewer answer.
   */
  async #ask<T>(
    question: (chain: EthereumAnchorChain, node: Node) => Promise<T> | T,
    { enough = this.#required, nodes = this.#nodes }: { enough?: number; nodes?: readonly Node[] } = {},
  ): Promise<Answer<T>[]> {
    this.#requireNodes();
    const answers = new Map<Node, T>();
    const failures: LedgerError[] = [];
    const answered = Promise.withResolvers<void>();
    const ask = async (node: Node) => {
      try {
        answers.set(node, await question(node.chain, node));
        this.#noteAnswer(node);
        if (answers.size === enough) answered.resolve();
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        failures.push(error);
        this.#noteFailure(node, error);
      }
    };
    const requests = nodes.map((node) => ({ isExpected: !node.isSilent, end: ask(node) }));
    const expected = Promise.all(requests.filter(({ isExpected }) => isExpected).map(({ end }) => end));
    const late = () => Promise.race([expected, delay(LATE_MS, undefined, { ref: false })]);
    await Promise.race([Promise.all(requests.map(({ end }) => end)), answered.promise.then(late)]);
    if (answers.size < enough) throw this.#tooFew(answers.size, enough, failures);
    return nodes.filter((node) => answers.has(node)).map((node) => ({ node, value: answers.get(node)! }));
  }

  #requireNodes(): void {
    const [named, required] = [this.#nodes.length, this.#required];
    if (named < required) throw new LedgerError('chain-sources-too-few', { required, named });
  }

  /** A failure that says more than silence takes precedence. */
  #tooFew(answers: number, required: number, failures: readonly LedgerError[]): LedgerError {
    const cause = failures.find(({ code }) => code !== 'chain-unreachable') ?? failures[0]!;
    const nodes = this.#nodes.length;
    if (nodes === 1) return cause;
    const text = bilingual(CHAIN_REASONS.tooFewAnswers, { answers, nodes, required, failure: cause.text });
    return relayedError(cause.code, text, cause);
  }

  #noteFailure(node: Node, error: LedgerError): void {
    const { code } = error;
    node.isSilent = code === 'chain-identity' || code === 'chain-unreachable';
    if (!node.isSilent) return; // it answered with a refusal
    const before = node.trouble?.code;
    node.trouble = { code, atMs: performance.now() };
    if (before !== code) this.#onNode(nameOf(node), error);
  }

  #noteAnswer(node: Node): void {
    node.isSilent = false;
    if (node.trouble === undefined || performance.now() - node.trouble.atMs < RECOVERED_AFTER_MS) return;
    delete node.trouble;
    this.#onNode(nameOf(node));
  }
}

/** The name of a node without path and password: either may be a key. */
function nameOf({ url }: Node): string {
  const address = url();
  return address === undefined ? '-' : new URL(address).origin;
}

function valuesOf<T>(answers: readonly Answer<T>[]): T[] {
  return answers.map(({ value }) => value);
}

function descending(a: bigint, b: bigint): number {
  return Number(b > a) - Number(b < a);
}
