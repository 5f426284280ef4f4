import { findEvidence } from '../../client/evidence.ts';
import type { Service } from '../../client/http.ts';
import { ServiceProblem, ServiceUnreachable } from '../../client/service-errors.ts';
import { textOf } from '../../kinds/view.ts';

/** A record as its receipt states it. */
export interface AskedRecord {
  readonly id: string;
  readonly number: string;
  readonly sha256: string;
}

/** What the service keeps of a record; `nothing`: it does not show a record with this content. */
export type KeptContent = 'bytes' | 'digests' | 'nothing';

/**
 * Asks the service what it keeps of a record. Undefined where it cannot be asked, or does not say;
 * one that is away is not asked again.
 */
export function askOfContent(service: Service): (record: AskedRecord) => Promise<KeptContent | undefined> {
  let isAway = false;
  return async ({ id, number, sha256 }) => {
    if (isAway) return undefined;
    try {
      for await (const item of findEvidence(service, { number })) {
        const isSame = item.id === id && item.number === number;
        if (!isSame || textOf(item.sections, 'digests', 'sha256') !== sha256) continue;
        return item.hasContent === undefined ? undefined : item.hasContent ? 'bytes' : 'digests';
      }
      return 'nothing';
    } catch (error) {
      if (error instanceof ServiceUnreachable) isAway = true;
      else if (!(error instanceof ServiceProblem)) throw error;
    }
    return undefined;
  };
}
