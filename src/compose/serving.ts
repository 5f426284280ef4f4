import {
  readCertificate,
  type ServedCertificate,
  watchCertificate,
} from '../adapters/certificate-files/certificate-files.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import { PeopleError } from '../text/people-error.ts';
import { listMessages, SERVING_FAULTS, SERVING_LACKS } from '../text/serving.ts';
import type { ServeOptions } from './serve-options.ts';

/** Whom a service answers, and how its connections are encrypted. */

const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '::1'];
const LOOK_EVERY_MS = 5000;

export type ServingOptions = Pick<
  ServeOptions,
  'host' | 'tlsCert' | 'tlsKey' | 'behindProxy' | 'insecureHttp' | 'publicHosts'
>;

/**
 * Throws `host-refused` with all that is missing where the address is not the local one. Undefined
 * `hasPeople`: that is not known yet.
 */
export function requireServable(options: ServingOptions, hasPeople: boolean | undefined): void {
  const { host, tlsCert, behindProxy = [], insecureHttp = false, publicHosts = [] } = options;
  if (LOCAL_HOSTS.includes(host)) return;
  const hasTransport = tlsCert !== undefined || behindProxy.length > 0 || insecureHttp;
  const lacks = [
    ...(hasPeople === false ? [SERVING_LACKS.people] : []),
    ...(hasTransport ? [] : [SERVING_LACKS.transport]),
    ...(publicHosts.length > 0 ? [] : [SERVING_LACKS.hosts]),
  ];
  if (lacks.length > 0) throw new PeopleError('host-refused', { host, lacks: listMessages(lacks) });
}

/** Whether browsers on other machines reach the service by https. */
export function isReachedByHttps({ tlsCert, behindProxy = [], insecureHttp = false }: ServingOptions): boolean {
  return tlsCert !== undefined || (behindProxy.length > 0 && !insecureHttp);
}

/** The certificate that the options name; undefined: none. Throws `certificate-wrong`. */
export async function certificateOf({
  tlsCert,
  tlsKey,
}: Pick<ServingOptions, 'tlsCert' | 'tlsKey'>): Promise<ServedCertificate | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new PeopleError('certificate-wrong', {
      cert: tlsCert ?? '-',
      key: tlsKey ?? '-',
      reason: SERVING_FAULTS.bothFiles,
    });
  }
  return readCertificate({ cert: tlsCert, key: tlsKey });
}

/** Follows changes of the certificate's files until the service stops. */
export function followCertificate(
  { tlsCert, tlsKey, onEvent, certificateCheckMs = LOOK_EVERY_MS }: ServeOptions,
  certificate: ServedCertificate | undefined,
  change: (certificate: ServedCertificate) => void,
  cleanup: CleanupStack,
): void {
  if (certificate === undefined) return;
  const watch = watchCertificate({ cert: tlsCert!, key: tlsKey! }, certificate, certificateCheckMs, {
    onChange: (changed) => {
      change(changed);
      onEvent({ type: 'certificate-changed', until: new Date(changed.notAfterMs).toISOString() });
    },
    onFault: (text) => onEvent({ type: 'certificate-kept', text }),
  });
  cleanup.push(() => watch.stop());
}
