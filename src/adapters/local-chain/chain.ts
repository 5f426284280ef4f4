import { Transaction } from 'ethers';
import { CHAIN_FAULTS } from '../../text/chain.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { boundReads } from './bounded-reads.ts';
import { damagedLine, type BlockJournal } from './journal.ts';
import { openNode, readHead, readPendingTransactions, type ChainHead, type Node } from './node.ts';
import { RpcError } from './rpc-error.ts';
import { journalPath, type ChainSettings } from './settings.ts';

/** A chain whose every block is on disk before a client can see it. */
export interface Chain {
  readonly replayedBlocks: number;
  /**
   * One JSON-RPC call: a read, or `eth_sendRawTransaction`. Throws RpcError, or the node's own
   * error.
   */
  readonly request: (method: string, params: readonly unknown[]) => Promise<unknown>;
  /** Waits for the transaction under way, refuses later ones, and closes node and journal. */
  readonly close: () => Promise<void>;
}

export interface ChainOptions {
  readonly dir: string;
  readonly settings: ChainSettings;
  /** Open for this chain alone; the chain closes it. */
  readonly journal: BlockJournal;
  /** Unix seconds. */
  readonly clock: () => number;
  /** Called every 1000 blocks while the history is mined again. */
  readonly onReplay: (blocks: number, total: number) => void;
  /**
   * The journal or the node failed half-way through a block: the process must end, and a restart
   * finds out what is on disk.
   */
  readonly onFailStop: (error: Error) => void;
}

/**
 * The reads that a client may ask for. Filters and subscriptions are excluded: they are state in
 * the node that nothing would free.
 */
const READS: ReadonlySet<string> = new Set([
  'eth_blobBaseFee',
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_estimateGas',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getBlockTransactionCountByHash',
  'eth_getBlockTransactionCountByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getProof',
  'eth_getStorageAt',
  'eth_getTransactionByBlockHashAndIndex',
  'eth_getTransactionByBlockNumberAndIndex',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_syncing',
  'net_listening',
  'net_version',
  'web3_clientVersion',
  'web3_sha3',
]);

/** As in geth. */
const MAX_TRANSACTION_BYTES = 128 * 1024;

const PROGRESS_EVERY_BLOCKS = 1000;

/** Mines the journal again and opens the chain for calls. Throws `journal-damaged`. */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const node = await openNode(options.settings);
  let head = await replay(node, options);
  let last: Promise<unknown> = Promise.resolve();
  let refusal: string | undefined;
  const read = boundReads((method, params) => node.request(method, params));

  /** Takes one transaction from its checks to its block. Never two at a time. */
  async function submit(raw: unknown): Promise<string> {
    if (refusal !== undefined) throw new RpcError(-32000, refusal);
    const transaction = decode(raw, options.settings.chainId);
    // Sent again, for instance after a lost answer: the answer is the same.
    if ((await node.request('eth_getTransactionByHash', [transaction.hash])) !== null) return transaction.hash;
    await admit(node, transaction);
    try {
      const t = Math.max(options.clock(), head.timestamp + 1);
      // A crash before this line leaves nothing: the node forgets its pool, and no client was
      // answered.
      await options.journal.append({ t, parent: head.hash, raw: transaction.serialized });
      // A crash from here on: the restart mines this block, whether or not a client saw it.
      head = await mine(node, t);
    } catch (cause) {
      refusal = 'the chain has stopped after a failure; whether this transaction is mined is known after its restart';
      options.onFailStop(cause instanceof Error ? cause : new Error(String(cause)));
      throw new RpcError(-32603, refusal, { cause });
    }
    return transaction.hash;
  }

  return {
    replayedBlocks: head.number,
    async request(method, params) {
      if (READS.has(method)) return read(method, params);
      if (method !== 'eth_sendRawTransaction') {
        // The first words are those of geth, by which clients recognise an absent method.
        throw new RpcError(-32601, `the method ${method} does not exist or is closed on this chain`);
      }
      const answer = last.then(() => submit(params[0]));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      refusal ??= 'the chain is stopping';
      await last;
      await node.close();
      await options.journal.close();
    },
  };
}

interface SignedTransaction {
  readonly hash: string;
  readonly from: string;
  readonly nonce: number;
  readonly serialized: string;
  readonly maxFeePerGas: bigint;
}

/** Refuses a transaction with another spelling, without a signature, or for another chain. */
function decode(raw: unknown, chainId: number): SignedTransaction {
  if (typeof raw !== 'string') throw new RpcError(-32602, `transaction is ${typeof raw}, should be a 0x-hex string`);
  const maxChars = 2 + 2 * MAX_TRANSACTION_BYTES;
  if (raw.length > maxChars) {
    throw new RpcError(-32602, `transaction is ${raw.length} characters, should be at most ${maxChars}`);
  }
  let decoded: Transaction;
  try {
    decoded = Transaction.from(raw);
  } catch (cause) {
    throw new RpcError(-32602, 'transaction cannot be decoded', { cause });
  }
  const { hash, from, nonce, type } = decoded;
  if (hash === null || from === null) throw new RpcError(-32602, 'transaction is not signed');
  const { serialized } = decoded;
  if (serialized !== raw.toLowerCase()) throw new RpcError(-32602, 'transaction is not in its canonical encoding');
  if (type === null || type > 2) throw new RpcError(-32602, `transaction type is ${type}, should be 0, 1 or 2`);
  if (decoded.chainId !== BigInt(chainId)) {
    throw new RpcError(-32602, `transaction is for chain id ${decoded.chainId}, should be ${chainId}`);
  }
  return { hash, from, nonce, serialized, maxFeePerGas: decoded.maxFeePerGas ?? decoded.gasPrice ?? 0n };
}

/**
 * Puts the transaction into the node's empty pool if the next block will hold it. The node is the
 * only judge: its pool refuses what can never be mined, and its pending block shows what cannot be
 * mined yet.
 */
async function admit(node: Node, transaction: SignedTransaction): Promise<void> {
  await node.request('eth_sendRawTransaction', [transaction.serialized]);
  let isNext = false;
  try {
    isNext = (await readPendingTransactions(node)).includes(transaction.hash);
    if (!isNext) throw new RpcError(-32000, await whyNotNext(node, transaction));
  } finally {
    if (!isNext) await node.request('hardhat_dropTransaction', [transaction.hash]);
  }
}

async function whyNotNext(node: Node, { from, nonce, maxFeePerGas }: SignedTransaction): Promise<string> {
  const next = Number(await node.request('eth_getTransactionCount', [from, 'latest']));
  if (nonce !== next) return `nonce too high: it is ${nonce}, should be ${next}`;
  return `max fee per gas too low for the next block: it is ${maxFeePerGas} wei`;
}

/** Mines the one transaction in the pool into a block with time `t`; returns the new head. */
async function mine(node: Node, t: number): Promise<ChainHead> {
  await node.request('evm_setNextBlockTimestamp', [`0x${t.toString(16)}`]);
  await node.request('evm_mine', []);
  const head = await readHead(node);
  const count = head.transactions.length;
  if (count !== 1) throw new Error(`block ${head.number} has ${count} transactions, should have 1`);
  return head;
}

/** Mines the journal again, by the same calls as the first time; returns the head. */
async function replay(node: Node, { dir, journal, onReplay }: ChainOptions): Promise<ChainHead> {
  const total = journal.entries.length;
  let head = await readHead(node);
  for (const [index, { t, parent, raw }] of journal.entries.entries()) {
    const damaged = (fault: Message) => damagedLine(journalPath(dir), index + 1, fault);
    if (parent !== head.hash) {
      const hashes = { parent, expected: head.hash };
      throw damaged(
        index === 0
          ? bilingual(CHAIN_FAULTS.otherGenesis, hashes)
          : bilingual(CHAIN_FAULTS.otherParent, { ...hashes, line: index }),
      );
    }
    try {
      await node.request('eth_sendRawTransaction', [raw]);
      head = await mine(node, t);
    } catch (cause) {
      const reply = cause instanceof Error ? cause.message : String(cause);
      throw damaged(bilingual(CHAIN_FAULTS.lineRefused, { reply }));
    }
    if (head.number % PROGRESS_EVERY_BLOCKS === 0) onReplay(head.number, total);
  }
  return head;
}
