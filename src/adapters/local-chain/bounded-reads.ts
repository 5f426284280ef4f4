import { performance } from 'node:perf_hooks';
import { RpcError } from './rpc-error.ts';

type Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** Reads that make the node compute or search, however short the request is. */
const COSTLY: ReadonlySet<string> = new Set(['eth_call', 'eth_estimateGas', 'eth_getLogs', 'eth_getProof']);

/** The contract's own calls take a tenth of it. */
const MAX_CALL_GAS = 1_000_000n;
/** Deploying the contract takes half of it. */
const MAX_CREATION_GAS = 2_000_000n;
const MAX_CALL_CHARS = 64 * 1024;

/**
 * The addresses that chains give to code of the node itself: large powers and pairings, which take
 * longer than the same gas of a contract. Any other code here is what the operator has deployed,
 * since no other account has funds; the chain is not told which of it is the ledger's contract.
 */
const PRECOMPILED = /^0x0{36}[0-9a-f]{4}$/i;

const MAX_WAITING = 100;
const DEADLINE_MS = 10_000;

const INVALID_PARAMS = -32602;
const LIMIT_EXCEEDED = -32005;

/**
 * Reads of clients, bounded in what one may cost: the costly ones go one at a time, those that have
 * waited 10 s or would wait behind 100 others are refused, and calls have little gas, a target, and
 * no state but that of the chain. Throws `RpcError`.
 */
export function boundReads(request: Request): Request {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  return (method, params) => {
    if (!COSTLY.has(method)) return request(method, params);
    const bounded = boundedParams(method, params);
    if (waiting >= MAX_WAITING) throw busy();
    waiting++;
    const endMs = performance.now() + DEADLINE_MS;
    const answer = last.then(() => {
      if (performance.now() > endMs) throw busy();
      return request(method, bounded);
    });
    last = answer.catch(() => undefined).finally(() => waiting--);
    return answer;
  };
}

function busy(): RpcError {
  return new RpcError(LIMIT_EXCEEDED, 'too many calls at once; try again');
}

function boundedParams(method: string, params: readonly unknown[]): readonly unknown[] {
  if (method !== 'eth_call' && method !== 'eth_estimateGas') return params;
  // what follows the block would replace code and state
  if (params.length > 2) throw new RpcError(INVALID_PARAMS, 'state overrides are closed on this chain');
  const [call, block = 'latest'] = params;
  if (typeof call !== 'object' || call === null) throw new RpcError(INVALID_PARAMS, 'call is not an object');
  const { to, gas, data, input } = call as Readonly<Record<string, unknown>>;
  const isCreation = to === undefined || to === null;
  if (isCreation && method === 'eth_call') throw new RpcError(INVALID_PARAMS, 'a call needs a contract in "to"');
  if (typeof to === 'string' && PRECOMPILED.test(to)) {
    throw new RpcError(INVALID_PARAMS, 'calls of precompiled contracts are closed on this chain');
  }
  for (const bytes of [data, input]) {
    if (typeof bytes === 'string' && bytes.length > MAX_CALL_CHARS) {
      throw new RpcError(
        INVALID_PARAMS,
        `call data is ${bytes.length} characters, should be at most ${MAX_CALL_CHARS}`,
      );
    }
  }
  const limit = isCreation ? MAX_CREATION_GAS : MAX_CALL_GAS;
  return [{ ...call, gas: `0x${smaller(gas, limit).toString(16)}` }, block];
}

/** The gas that is asked for, at most the limit; the limit where none or something else is. */
function smaller(gas: unknown, limit: bigint): bigint {
  if (typeof gas !== 'string' || !/^0x[0-9a-f]{1,16}$/i.test(gas)) return limit;
  const asked = BigInt(gas);
  return asked < limit ? asked : limit;
}
