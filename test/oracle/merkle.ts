import { hash } from 'node:crypto';

/**
 * RFC 6962 section 2.1 transcribed literally: recursive and slow, over lists of entries. The
 * optimised code in src is compared with it.
 */
export function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  return hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))), 'buffer');
}

export function leafHash(entry: Uint8Array): Buffer {
  return sha256(Uint8Array.of(0x00), entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Uint8Array.of(0x01), left, right);
}

/** "Let k be the largest power of two smaller than n" (n > 1). */
function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Section 2.1: MTH(D[n]). */
export function mth(entries: readonly Uint8Array[]): Buffer {
  const n = entries.length;
  if (n === 0) return sha256();
  if (n === 1) return leafHash(entries[0]!);
  const k = splitPoint(n);
  return nodeHash(mth(entries.slice(0, k)), mth(entries.slice(k)));
}

/** Section 2.1.1: PATH(m, D[n]). */
export function path(m: number, entries: readonly Uint8Array[]): Buffer[] {
  const n = entries.length;
  if (n === 1) return [];
  const k = splitPoint(n);
  return m < k
    ? [...path(m, entries.slice(0, k)), mth(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), mth(entries.slice(0, k))];
}

/** Section 2.1.2: PROOF(m, D[n]) for 0 < m <= n. */
export function consistencyProof(m: number, entries: readonly Uint8Array[]): Buffer[] {
  return subproof(m, entries, true);
}

function subproof(m: number, entries: readonly Uint8Array[], isWholeOldTree: boolean): Buffer[] {
  const n = entries.length;
  if (m === n) return isWholeOldTree ? [] : [mth(entries)];
  const k = splitPoint(n);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), isWholeOldTree), mth(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), mth(entries.slice(0, k))];
}

/** The entries of the known answers: "0", "1", "2" … in UTF-8. */
export function decimalEntries(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(String(i)));
}
