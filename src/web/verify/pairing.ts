import { sha256 } from '../../protocol/encoding/hash.ts';
import { isRecordOf, sectionValue } from '../../protocol/verify/record-steps.ts';
import { pairReceipts } from '../../verifier/pair-receipts.ts';
import type { HeldEvidence, HeldReceipt } from './held.ts';

/**
 * What is judged together. A receipt without a file is judged alone, a file without one looked up.
 */
export interface Pair {
  readonly evidence?: HeldEvidence;
  readonly receipt?: HeldReceipt;
}

/**
 * Pairs each receipt with a file, as the command line does. One file and one receipt belong
 * together whatever they state. Files that are left are paired with nothing.
 */
export function pairUp(evidence: readonly HeldEvidence[], receipts: readonly HeldReceipt[]): Pair[] {
  if (evidence.length === 1 && receipts.length === 1) return [{ evidence: evidence[0]!, receipt: receipts[0]! }];
  const files = evidence.map((one) => ({ one, place: one.name, sha256: digestOf(one) }));
  const placed = receipts.map((receipt) => ({ receipt, path: receipt.name, ...factsOf(receipt) }));
  const found = pairReceipts(files, placed);
  const taken = new Set([...found.values()].map(({ one }) => one));
  return [
    ...placed.map((one): Pair => {
      const file = found.get(one);
      return file === undefined ? { receipt: one.receipt } : { receipt: one.receipt, evidence: file.one };
    }),
    ...evidence.filter((one) => !taken.has(one)).map((one): Pair => ({ evidence: one })),
  ];
}

function digestOf({ compared }: HeldEvidence): string | undefined {
  return compared !== undefined && 'sha256' in compared ? compared.sha256 : undefined;
}

/** The digest that the record commits to, and the path that it states. */
function factsOf({ content }: HeldReceipt): { sha256: string | undefined; statedPath: string | undefined } {
  const nothing = { sha256: undefined, statedPath: undefined };
  if (content instanceof Error || !('value' in content.parsed.record)) return nothing;
  const record = content.parsed.record.value;
  const digest = sectionValue(record.disclosed, 'digests')?.['sha256'];
  if (typeof digest !== 'string' || !isRecordOf(sha256, record, digest)) return nothing;
  const name = sectionValue(record.disclosed, 'file')?.['name'];
  return { sha256: digest, statedPath: typeof name === 'string' ? name : undefined };
}
