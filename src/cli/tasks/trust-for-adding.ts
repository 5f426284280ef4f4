import type { Service } from '../../client/http.ts';
import type { Trust } from '../../protocol/trust.ts';
import { chooseTrust } from '../../verifier/choose-trust.ts';
import type { TrustMemory } from '../../verifier/ports.ts';

/**
 * The trust file by which the answers of a service are accepted: the one that is remembered for the
 * log at this address, also where the service offers a changed one that nobody has accepted yet.
 * Undefined for a service that was never met.
 */
export async function trustForAdding(service: Service, memory: TrustMemory): Promise<Trust | undefined> {
  const { content: origin } = await memory.originAt(service.url);
  if (typeof origin === 'string') return undefined;
  const settings = { memory, service, readNamed: undefined, isOwnRequired: true };
  const choice = await chooseTrust(settings, origin.value);
  if ('trust' in choice) return choice.trust.value;
  const { content } = await memory.trustOf(origin.value);
  return typeof content === 'string' ? undefined : content.value;
}
