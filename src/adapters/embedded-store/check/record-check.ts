import { isJsonObject } from '../../../protocol/encoding/json.ts';
import type { LedgerRecord } from '../../../log/model.ts';

/** Time of receipt in Unix milliseconds, where the record has the section for it. */
export function receivedAtOf({ sections }: LedgerRecord): number | undefined {
  const value = sections.find(({ name }) => name === 'time')?.value;
  const receivedAt = isJsonObject(value) ? value['receivedAt'] : undefined;
  const receivedAtMs = typeof receivedAt === 'string' ? Date.parse(receivedAt) : Number.NaN;
  return Number.isNaN(receivedAtMs) ? undefined : receivedAtMs;
}
