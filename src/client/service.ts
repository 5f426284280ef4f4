import { utf8Text } from '../protocol/encoding/bytes.ts';
import { MAX_ROTATIONS_BYTES, parseRotations, type Rotations } from '../protocol/key-rotation.ts';
import { MAX_TRUST_BYTES } from '../protocol/trust-file.ts';
import { send, type Service } from './http.ts';
import { unreadable } from './service-errors.ts';

const MAX_HEALTH_BYTES = 64 * 1024;

/**
 * Resolves where the service answers and is healthy.
 *
 * @param service the service to ask
 * @param timeoutMs how long to wait for the answer
 * @throws ServiceProblem where it is not healthy, ServiceUnreachable
 */
export async function checkHealth(service: Service, timeoutMs: number): Promise<void> {
  await send(service, { method: 'GET', path: '/healthz', limitBytes: MAX_HEALTH_BYTES, timeoutMs });
}

/**
 * Fetches every change of keys that the operator states. Throws `ServiceProblem`,
 * `ServiceUnreachable`.
 */
export async function fetchRotations(service: Service): Promise<Rotations> {
  const { status, body } = await send(service, {
    method: 'GET',
    path: '/rotations.json',
    limitBytes: MAX_ROTATIONS_BYTES,
  });
  try {
    return parseRotations(body);
  } catch (error) {
    throw unreadable(status, error);
  }
}

/**
 * Fetches the trust file that the operator offers. It is the operator's own statement: its
 * fingerprint is to be compared by another way before receipts are judged by it.
 *
 * @param service the service to ask
 * @param timeoutMs how long to wait for the answer; undefined: 10 s
 * @returns the text, still to be parsed
 * @throws ServiceProblem, ServiceUnreachable
 */
export async function fetchTrust(service: Service, timeoutMs?: number): Promise<string> {
  const { status, body } = await send(service, {
    method: 'GET',
    path: '/trust.json',
    limitBytes: MAX_TRUST_BYTES,
    timeoutMs,
  });
  try {
    return utf8Text(body);
  } catch (error) {
    throw unreadable(status, error);
  }
}
