import { sha256 } from '../../protocol/encoding/hash.ts';
import { isRecordOf, sectionValue } from '../../protocol/verify/record-steps.ts';
import type { HeldEvidence, HeldReceipt } from './held.ts';

/**
 * What is judged together. A receipt without a file is judged alone, a file without one looked up.
 */
export interface Pair {
  readonly evidence?: HeldEvidence;
  readonly receipt?: HeldReceipt;
}

/**
 * Pairs each receipt with a file, as the command line does: with the one next to it by name; what
 * is left with one of the digest that it states, first of the name that it states too; where none
 * has the digest, with the file of the stated name, which was changed. One file and one receipt
 * belong together whatever they state. Files that are left are paired with nothing.
 */
export function pairUp(evidence: readonly HeldEvidence[], receipts: readonly HeldReceipt[]): Pair[] {
  if (evidence.length === 1 && receipts.length === 1) return [{ evidence: evidence[0]!, receipt: receipts[0]! }];
  const byName = groupBy(evidence, ({ name }) => name.normalize('NFC'));
  const byDigest = groupBy(evidence, ({ compared }) =>
    compared !== undefined && 'sha256' in compared ? compared.sha256 : '',
  );
  const taken = new Set<HeldEvidence>();
  const found = new Map<HeldReceipt, HeldEvidence>();
  const take = (receipt: HeldReceipt, candidates: readonly HeldEvidence[] = [], isShared = false) => {
    const free = candidates.filter((one) => !taken.has(one));
    const [one] = free.length > 0 || !isShared ? free : candidates;
    if (one === undefined || found.has(receipt)) return;
    taken.add(one);
    found.set(receipt, one);
  };
  const stated = receipts.map((receipt) => ({ receipt, ...factsOf(receipt) }));
  for (const { receipt, digest } of stated) {
    const next = byName.get(fileOfReceipt(receipt.name)) ?? [];
    const same = byDigest.get(digest)?.filter((one) => next.includes(one)) ?? [];
    take(receipt, same.length > 0 ? same : next);
  }
  for (const { receipt, digest, name } of stated) {
    take(
      receipt,
      byDigest.get(digest)?.filter((one) => one.name.normalize('NFC') === name),
      true,
    );
  }
  for (const { receipt, digest, name } of stated) take(receipt, byDigest.get(digest) ?? byName.get(name), true);
  return [
    ...receipts.map((receipt): Pair => {
      const one = found.get(receipt);
      return one === undefined ? { receipt } : { receipt, evidence: one };
    }),
    ...evidence.filter((one) => !taken.has(one)).map((one): Pair => ({ evidence: one })),
  ];
}

/** The path of the file next to which a receipt of this name lies. */
function fileOfReceipt(name: string): string {
  return name.normalize('NFC').replace(/\.receipt\.json$/, '');
}

/** The digest that the record commits to, and the path of its stated file next to the receipt. */
function factsOf({ name, content }: HeldReceipt): { readonly digest: string; readonly name: string } {
  const nothing = { digest: '-', name: '' };
  if (content instanceof Error || !('value' in content.parsed.record)) return nothing;
  const record = content.parsed.record.value;
  const digest = sectionValue(record.disclosed, 'digests')?.['sha256'];
  if (typeof digest !== 'string' || !isRecordOf(sha256, record, digest)) return nothing;
  const fileName = sectionValue(record.disclosed, 'file')?.['name'];
  const base = typeof fileName === 'string' ? fileName.split('/').at(-1)! : '';
  return { digest, name: `${name.slice(0, name.lastIndexOf('/') + 1)}${base}`.normalize('NFC') };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
