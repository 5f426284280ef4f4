import type { ServerContext } from '../context.ts';

const KEPT_MS = 60_000;
const WEI_PER_ETHER = 1e18;

/**
 * The balance of the anchoring account in ether, as the first node that answers states it. A reader
 * does not wait for nodes: it gets the last value, which is asked for again once a minute when
 * somebody reads; NaN until there is one.
 */
export function accountBalance({ askChain, account }: Pick<ServerContext, 'askChain' | 'account'>): () => number {
  let [ether, askedAtMs] = [Number.NaN, -Infinity];
  const ask = async () => {
    const nodes = await askChain([{ method: 'eth_getBalance', params: [account, 'latest'] }]);
    const balance = nodes.map(({ answers }) => answers[0]).find((answer) => isQuantity(answer));
    ether = balance === undefined ? Number.NaN : Number(BigInt(balance as string)) / WEI_PER_ETHER;
  };
  return () => {
    const nowMs = performance.now();
    if (nowMs - askedAtMs > KEPT_MS) {
      askedAtMs = nowMs;
      ask().catch(() => (ether = Number.NaN));
    }
    return ether;
  };
}

function isQuantity(answer: unknown): boolean {
  return typeof answer === 'string' && /^0x[0-9a-f]{1,64}$/i.test(answer);
}
