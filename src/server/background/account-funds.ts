import { anchorsLeft } from '../../log/anchor-budget.ts';
import type { ServerContext } from '../context.ts';

const KEPT_MS = 60_000;
const WEI_PER_ETHER = 1e18;

/** Of the anchoring account. NaN: not known. */
export interface AccountFunds {
  readonly ether: number;
  /** At the present price; Infinity where gas is free. */
  readonly anchorsLeft: number;
}

const UNKNOWN: AccountFunds = { ether: Number.NaN, anchorsLeft: Number.NaN };

/**
 * What the anchoring account has, as the first node that answers states it. A reader does not wait
 * for nodes: it gets the last value, which is asked for again once a minute when somebody reads.
 */
export function accountFunds({ askChain, account }: Pick<ServerContext, 'askChain' | 'account'>): () => AccountFunds {
  let [funds, askedAtMs] = [UNKNOWN, -Infinity];
  const ask = async () => {
    const nodes = await askChain([
      { method: 'eth_getBalance', params: [account, 'latest'] },
      { method: 'eth_gasPrice', params: [] },
    ]);
    const [balance, price] =
      nodes.map(({ answers }) => answers.map(quantityOf)).find(([found]) => found !== undefined) ?? [];
    funds = balance === undefined ? UNKNOWN : fundsOf(balance, price);
  };
  return () => {
    const nowMs = performance.now();
    if (nowMs - askedAtMs > KEPT_MS) {
      askedAtMs = nowMs;
      ask().catch(() => (funds = UNKNOWN));
    }
    return funds;
  };
}

function fundsOf(balance: bigint, price: bigint | undefined): AccountFunds {
  const ether = Number(balance) / WEI_PER_ETHER;
  return { ether, anchorsLeft: price === undefined ? Number.NaN : Number(anchorsLeft(balance, price) ?? Infinity) };
}

function quantityOf(answer: unknown): bigint | undefined {
  return typeof answer === 'string' && /^0x[0-9a-f]{1,64}$/i.test(answer) ? BigInt(answer) : undefined;
}
