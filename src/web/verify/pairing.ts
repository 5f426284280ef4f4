import { sha256 } from '../../protocol/encoding/hash.ts';
import { isRecordOf } from '../../protocol/verify/record-steps.ts';
import type { HeldEvidence, HeldReceipt } from './held.ts';

/**
 * What is judged together. A receipt without a file is judged alone, a file without one looked up.
 */
export interface Pair {
  readonly evidence?: HeldEvidence;
  readonly receipt?: HeldReceipt;
}

/**
 * Pairs every receipt with the file that it states by digest, else with the file of its name, else,
 * where one of each was given, with that one. Files that are left are paired with nothing.
 */
export function pairUp(evidence: readonly HeldEvidence[], receipts: readonly HeldReceipt[]): Pair[] {
  const pairs = receipts.map((receipt): Pair => {
    const found =
      evidence.find((one) => isStatedBy(receipt, one)) ??
      evidence.find(({ name }) => receipt.name === `${name}.receipt.json`) ??
      (receipts.length === 1 && evidence.length === 1 ? evidence[0] : undefined);
    return found === undefined ? { receipt } : { receipt, evidence: found };
  });
  const paired = new Set(pairs.map((pair) => pair.evidence));
  return [...pairs, ...evidence.filter((one) => !paired.has(one)).map((one): Pair => ({ evidence: one }))];
}

function isStatedBy({ content }: HeldReceipt, { compared }: HeldEvidence): boolean {
  if (compared === undefined || 'problem' in compared || content instanceof Error) return false;
  const { record } = content.parsed;
  return 'value' in record && isRecordOf(sha256, record.value, compared.sha256);
}
