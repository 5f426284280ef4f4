import type { Service } from '../../client/http.ts';
import { readBoundedBody } from '../../protocol/encoding/http.ts';

/** What kept the service from answering. */
export type ServiceFault =
  /** No answer arrives. */
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** By which the operator finds the request. */
      readonly requestId: string | undefined;
    };

const MAX_PROBLEM_BYTES = 256 * 1024;

/** A service whose faults are reported, each time that one is met. */
export function watchedService(url: string, ended: AbortSignal, onFault: (fault: ServiceFault) => void): Service {
  return {
    url,
    signal: ended,
    async get(address, { headers, limitBytes, signal }) {
      let response: Response;
      try {
        response = await fetch(address, { headers, signal });
      } catch (error) {
        onFault({ kind: 'gone' });
        throw error;
      }
      const { ok, status } = response;
      if (!ok && status !== 404) {
        onFault({ kind: 'refused', status, requestId: response.headers.get('X-Request-Id') ?? undefined });
      }
      return {
        status,
        headers: response.headers,
        body: await readBoundedBody(response, ok ? limitBytes : MAX_PROBLEM_BYTES),
      };
    },
  };
}
