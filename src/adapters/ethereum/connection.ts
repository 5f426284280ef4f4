import { setTimeout as delay } from 'node:timers/promises';
import { type EthersError, FetchRequest, isError, JsonRpcProvider, type TransactionReceipt } from 'ethers';
import { CHAIN_REASONS } from '../../text/chain.ts';
import { errorText } from '../../text/error-text.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import { bilingual, type Message } from '../../text/message.ts';

const TIMEOUT_MS = 10_000;
const POLL_MS = 250;
const MAX_WAIT_MS = 15 * 60_000;

/**
 * A connection to one node. No caching and no batching: both answer with outdated state, or late.
 */
export function connect(url: string, chainId: bigint): JsonRpcProvider {
  const request = new FetchRequest(url);
  request.timeout = TIMEOUT_MS;
  request.setThrottleParams({ maxAttempts: 1 });
  const options = { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: 250 };
  return new JsonRpcProvider(request, chainId, options);
}

/** Asks a node of which nothing is known yet for its chain id. */
export async function readChainId(url: string): Promise<bigint> {
  const probe = connect(url, 1n);
  try {
    return BigInt((await withChainErrors(() => probe.send('eth_chainId', []))) as string);
  } finally {
    probe.destroy();
  }
}

/**
 * Polls until a transaction is mined. Throws `chain-refused` where it failed, `chain-unreachable`
 * after 15 minutes. Replaces the pollers of ethers, whose failures are unhandled when the provider
 * is closed.
 */
export async function minedReceipt(provider: JsonRpcProvider, hash: string): Promise<TransactionReceipt> {
  const endMs = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status === 1) return receipt;
    if (receipt !== null) {
      const reason = bilingual(CHAIN_REASONS.transactionFailedIn, { tx: hash, block: receipt.blockNumber });
      throw new LedgerError('chain-refused', { reason });
    }
    if (performance.now() > endMs) {
      const reason = bilingual(CHAIN_REASONS.notMined, { tx: hash, minutes: MAX_WAIT_MS / 60_000 });
      throw new LedgerError('chain-unreachable', { reason });
    }
    await delay(POLL_MS);
  }
}

/**
 * Runs a call to a node. A failure becomes `chain-refused` or `chain-account-empty` where the node
 * answered with an error, else `chain-unreachable`.
 */
export async function withChainErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof LedgerError) throw cause;
    throw chainError(cause);
  }
}

function chainError(cause: unknown): LedgerError {
  const reply = replyOf(cause);
  if (reply === undefined) return new LedgerError('chain-unreachable', { reason: connectionFault(cause), cause });
  const code = isError(cause, 'INSUFFICIENT_FUNDS') ? 'chain-account-empty' : 'chain-refused';
  return new LedgerError(code, { reason: bilingual(CHAIN_REASONS.nodeReply, { reply }), cause });
}

const REFUSALS = ['CALL_EXCEPTION', 'INSUFFICIENT_FUNDS', 'NONCE_EXPIRED', 'REPLACEMENT_UNDERPRICED'] as const;

/**
 * The node's own words where it answered with a JSON-RPC error, those of ethers for an error that
 * ethers has a name for; undefined where the node gave no answer of that kind.
 */
function replyOf(error: unknown): string | undefined {
  if (isError(error, 'UNKNOWN_ERROR')) {
    const answer: unknown = error.error;
    const reply = typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : undefined;
    return typeof reply === 'string' ? reply : undefined;
  }
  const refusal = REFUSALS.find((code) => isError(error, code));
  return refusal && (error as EthersError).shortMessage;
}

function connectionFault(error: unknown): Message {
  if (isError(error, 'TIMEOUT')) return CHAIN_REASONS.noAnswerInTime;
  if (isError(error, 'SERVER_ERROR') && error.response !== undefined) {
    return bilingual(CHAIN_REASONS.httpStatus, { status: error.response.statusCode });
  }
  const isFromEthers = error instanceof Error && 'shortMessage' in error;
  return isFromEthers ? CHAIN_REASONS.answerUnusable : errorText(error);
}
