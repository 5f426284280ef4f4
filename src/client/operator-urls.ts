import { ProtocolError } from '../protocol/encoding/errors.ts';
import { parseTrust } from '../protocol/trust-file.ts';
import type { Service } from './http.ts';
import { fetchTrust } from './service.ts';
import { ServiceProblem, ServiceUnreachable } from './service-errors.ts';

const TIMEOUT_MS = 5000;

/**
 * Addresses that are the operator's: of its service, and of the nodes that the trust file of the
 * service names. Undefined where no service answers at this address.
 */
export async function fetchOperatorUrls(service: Service): Promise<readonly string[] | undefined> {
  try {
    return [service.url, ...parseTrust(await fetchTrust(service, TIMEOUT_MS)).chain.rpcUrls];
  } catch (error) {
    if (error instanceof ServiceUnreachable) return undefined;
    if (error instanceof ServiceProblem || error instanceof ProtocolError) return [service.url];
    throw error;
  }
}
