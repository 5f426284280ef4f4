import { RELAY_PATH } from '../kinds/paths.ts';
import type { NodeChooser } from '../protocol/chain/rpc.ts';
import type { Trust } from '../protocol/trust.ts';
import { hostOf } from './node-address.ts';

/** Which nodes are asked, and which of them are the operator's. */
export interface NodeSettings {
  /** The nodes that the verifier chose; undefined: those that the trust file hints at. */
  readonly named: readonly string[] | undefined;
  /** URLs of the operator: of the service, and those that its trust file hints at. */
  readonly operatorUrls: () => Promise<readonly string[]>;
}

/** A node to ask, and who chose it. */
export interface ChosenNode {
  readonly url: string;
  readonly by: NodeChooser;
}

/**
 * The nodes to ask, each URL once. One that only the trust file hints at, that is on a host of the
 * operator's, or that is a service which passes questions on, counts as chosen by the operator,
 * also where the verifier named it.
 */
export async function chooseNodes({ named, operatorUrls }: NodeSettings, trust: Trust): Promise<ChosenNode[]> {
  const hints = trust.chain.rpcUrls;
  if (named === undefined) return [...new Set(hints)].map((url) => ({ url, by: 'operator' }));
  const hosts = [...hints, ...(await operatorUrls())].filter((url) => URL.canParse(url)).map(hostOf);
  return [...new Set(named)].map((url) => ({
    url,
    by: hosts.includes(hostOf(url)) || isRelay(url) ? 'operator' : 'verifier',
  }));
}

function isRelay(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/+$/, '').endsWith(RELAY_PATH);
}
