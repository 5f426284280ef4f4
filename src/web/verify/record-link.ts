import { readTyped, type Typed } from './typed.ts';

/** Hex digits of the SHA-256 in a link, which people compare with the printed digest. */
const DIGEST_DIGITS = 16;

/** The address that shows a record on this service, with the beginning of its digest. */
export function recordLink(origin: string, number: string, sha256: string | undefined): string {
  const digest = sha256 === undefined ? '' : `.${sha256.slice(0, DIGEST_DIGITS)}`;
  return `${origin}/verify#${number}${digest}`;
}

/** What a link asks for: everything behind the `#`, which no server sees. */
export function linkedRecord(hash: string): (Typed & { readonly value: string }) | undefined {
  // numbers and digests need no escapes
  const typed = readTyped(hash.replace(/^#/, '').split('.')[0] ?? '');
  return 'value' in typed ? typed : undefined;
}
