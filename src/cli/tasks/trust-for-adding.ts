import type { Service } from '../../client/http.ts';
import { withRetry } from '../../client/retry.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import type { Trust } from '../../protocol/trust.ts';
import { LedgerError } from '../../text/ledger-error.ts';
import type { Message } from '../../text/message.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { chooseTrust } from '../../verifier/choose-trust.ts';
import type { TrustMemory } from '../../verifier/ports.ts';
import { requireOffered } from './trust-file.ts';

const FIRST_CONTACT_MS = 10_000;

/**
 * Gives the trust file by which the answers of a service are accepted; it is chosen when it is
 * first asked for. It is the one that is remembered for the log at this address, also where the
 * service offers a changed one that nobody has accepted yet. What a service offers that was never
 * met is remembered. Throws `service-not-trusted` and `trust-file-unreadable`.
 */
export function trustForAdding(service: Service, memory: TrustMemory): () => Promise<Trust> {
  let choosing: Promise<Trust> | undefined;
  return async () => (choosing ??= choose(service, memory));
}

async function choose(service: Service, memory: TrustMemory): Promise<Trust> {
  const { url } = service;
  const { content: known } = await memory.originAt(url);
  if (known === 'unreadable') throw notTrusted(url, stepSentence('', 'trust-unreadable'));
  const origin = known === 'absent' ? await offeredOrigin(service) : known.value;
  const choice = await chooseTrust({ memory, service, readNamed: undefined, isOwnRequired: false }, origin);
  if ('trust' in choice && choice.trust.value.log.origin === origin) return choice.trust.value;
  const code = 'problem' in choice ? choice.problem : 'trust-changed';
  const { content } = await memory.trustOf(origin);
  if (code !== 'trust-changed' || typeof content === 'string') throw notTrusted(url, stepSentence('', code));
  return content.value;
}

async function offeredOrigin(service: Service): Promise<string> {
  try {
    const { value } = await withRetry({ giveUpAfterMs: FIRST_CONTACT_MS }, async () => requireOffered(service));
    return value.log.origin;
  } catch (error) {
    if (!(error instanceof ServiceProblem || error instanceof ServiceUnreachable)) throw error;
    throw notTrusted(service.url, error.text, error);
  }
}

function notTrusted(url: string, reason: Message, cause?: LedgerError): LedgerError {
  return new LedgerError('service-not-trusted', { url, reason, cause });
}
