import type { Service } from '../client/http.ts';
import { fetchTrust } from '../client/service.ts';
import { ServiceProblem, ServiceUnreachable } from '../client/service-errors.ts';
import { ProtocolError } from '../protocol/encoding/errors.ts';
import { parseTrust, trustFingerprint } from '../protocol/trust-file.ts';
import type { Trust } from '../protocol/trust.ts';
import type { TrustSource } from '../protocol/verify/report.ts';
import { addsWitnessesOnly } from './trust-succession.ts';
import type { TrustMemory } from './ports.ts';

/** What receipts are judged by, or the code of why nothing is. */
export type TrustChoice =
  | {
      readonly trust: { readonly source: TrustSource; readonly value: Trust };
      /** The trust file that the service offers is used and could not be remembered. */
      readonly isForgotten?: boolean;
    }
  | {
      readonly problem: TrustProblem;
      /** Place of the remembered value that the choice failed by. */
      readonly remembered?: string | undefined;
    };

export type TrustProblem = 'trust-changed' | 'trust-required' | 'trust-unavailable' | 'trust-unreadable';

export interface TrustSettings {
  /** Reads the trust file that the user named; undefined where none was named. */
  readonly readNamed: (() => Promise<Trust | 'unreadable'>) | undefined;
  readonly memory: TrustMemory;
  /** Undefined: nothing may be asked. */
  readonly service: Service | undefined;
  /** Nothing that the operator's service offers is accepted. */
  readonly isOwnRequired: boolean;
}

const OFFER_TIMEOUT_MS = 5000;

interface OfferedTrust {
  readonly text: string;
  readonly value: Trust;
}

/**
 * Chooses the trust file for receipts of the log with this origin (undefined where a receipt does
 * not name it): the named one, else the remembered one, else what the operator's service offers,
 * which is then remembered. A remembered one moves on by itself to one that only requires more of
 * the witnesses of later checkpoints. Where the service offers another one else, or has become the
 * service of another log, nothing is chosen until its user has found out why.
 */
export async function chooseTrust(settings: TrustSettings, origin: string | undefined): Promise<TrustChoice> {
  if (settings.readNamed !== undefined) {
    const value = await settings.readNamed();
    return value === 'unreadable' ? { problem: 'trust-unreadable' } : { trust: { source: 'file', value } };
  }
  const remembered = origin === undefined ? undefined : await settings.memory.trustOf(origin);
  if (remembered?.content === 'unreadable') return { problem: 'trust-unreadable', remembered: remembered.place };
  const offered = await fetchOffered(settings.service);
  if (remembered !== undefined && remembered.content !== 'absent') {
    const { value } = remembered.content;
    const isSameLog = offered !== undefined && offered.value.log.origin === origin;
    const isChanged = isSameLog && trustFingerprint(offered.value) !== trustFingerprint(value);
    if (!isChanged) return { trust: { source: 'remembered', value } };
    if (!addsWitnessesOnly(value, offered.value)) return { problem: 'trust-changed', remembered: remembered.place };
    const isForgotten = !(await settings.memory.remember(settings.service!.url, offered));
    return { trust: { source: 'remembered', value: offered.value }, isForgotten };
  }
  if (settings.isOwnRequired) return { problem: 'trust-required' };
  if (offered === undefined) return { problem: 'trust-unavailable' };
  return acceptOffered(settings.memory, settings.service!.url, offered, origin);
}

/** The offered trust file, unless this service had another log when it was first believed. */
async function acceptOffered(
  memory: TrustMemory,
  serviceUrl: string,
  offered: OfferedTrust,
  origin: string | undefined,
): Promise<TrustChoice> {
  const known = await memory.originAt(serviceUrl);
  if (known.content === 'unreadable') return { problem: 'trust-unreadable', remembered: known.place };
  if (known.content !== 'absent' && known.content.value !== offered.value.log.origin) {
    return { problem: 'trust-changed', remembered: known.place };
  }
  const isOfReceipt = offered.value.log.origin === origin;
  // A memory that cannot be written does not prevent a verdict: the next run is offered, and
  // reports as the service's own, whatever the service has then.
  const isForgotten = isOfReceipt && !(await memory.remember(serviceUrl, offered));
  return { trust: { source: 'server', value: offered.value }, isForgotten };
}

/** Undefined where there is no service to ask, or it offers nothing that can be parsed. */
async function fetchOffered(service: Service | undefined): Promise<OfferedTrust | undefined> {
  if (service === undefined) return undefined;
  try {
    const text = await fetchTrust(service, OFFER_TIMEOUT_MS);
    return { text, value: parseTrust(text) };
  } catch (error) {
    const isOfService =
      error instanceof ServiceProblem || error instanceof ServiceUnreachable || error instanceof ProtocolError;
    if (!isOfService) throw error;
    return undefined;
  }
}
