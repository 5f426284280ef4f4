import { LedgerError, relayedError } from '../../text/ledger-error.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { FetchRequest, isError, JsonRpcProvider, type TransactionReceipt } from 'ethers';

const TIMEOUT_MS = 10_000;
const POLL_MS = 250;
const MAX_WAIT_MS = 15 * 60_000;

/** One node. No caching and no batching: both would answer with what was, or late. */
export function connect(url: string, chainId: bigint): JsonRpcProvider {
  const request = new FetchRequest(url);
  request.timeout = TIMEOUT_MS;
  request.setThrottleParams({ maxAttempts: 1 });
  const options = { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: 250 };
  return new JsonRpcProvider(request, chainId, options);
}

/** Asks a node which chain it is on, before anything is known about it. */
export async function readChainId(url: string): Promise<bigint> {
  const probe = connect(url, 1n);
  try {
    return BigInt((await asPortErrors(() => probe.send('eth_chainId', []))) as string);
  } finally {
    probe.destroy();
  }
}

/**
 * Asks until it is mined. ethers waits with pollers of its own, which fail behind everybody's back
 * when the provider is closed.
 */
export async function minedReceipt(provider: JsonRpcProvider, hash: string): Promise<TransactionReceipt> {
  const endMs = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status === 1) return receipt;
    if (receipt !== null)
      throw new LedgerError('chain-refused', { detail: `transaction ${hash} failed in block ${receipt.blockNumber}` });
    if (performance.now() > endMs) {
      throw new LedgerError('chain-unreachable', {
        detail: `transaction ${hash} was not mined in ${MAX_WAIT_MS / 60_000} minutes`,
      });
    }
    await delay(POLL_MS);
  }
}

/**
 * Runs a call to the node; what fails comes out as `chain-refused` (the node said no) or
 * `chain-unreachable`.
 */
export async function asPortErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof LedgerError) throw cause;
    throw relayedError(codeOf(cause), shortMessage(cause), cause);
  }
}

function codeOf(error: unknown): string {
  if (isError(error, 'INSUFFICIENT_FUNDS')) return 'chain-account-empty';
  return isRefusal(error) ? 'chain-refused' : 'chain-unreachable';
}

function isRefusal(error: unknown): boolean {
  const refusals = ['CALL_EXCEPTION', 'INSUFFICIENT_FUNDS', 'NONCE_EXPIRED', 'REPLACEMENT_UNDERPRICED'] as const;
  return refusals.some((code) => isError(error, code)) || nodeMessage(error) !== undefined;
}

/**
 * What the node itself said, where it answered with a JSON-RPC error that ethers has no name for.
 */
function nodeMessage(error: unknown): string | undefined {
  if (!isError(error, 'UNKNOWN_ERROR')) return undefined;
  const answer: unknown = error.error;
  const said = typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : undefined;
  return typeof said === 'string' ? said : undefined;
}

function shortMessage(error: unknown): string {
  const said = nodeMessage(error);
  if (said !== undefined) return said;
  if (error instanceof Error && 'shortMessage' in error) return String(error.shortMessage);
  return error instanceof Error ? error.message : String(error);
}
