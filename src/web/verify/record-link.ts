import { readTyped, type Typed } from './typed.ts';

/** What a link asks for: everything behind the `#`, which no server sees. */
export function linkedRecord(hash: string): (Typed & { readonly value: string }) | undefined {
  // numbers and digests need no escapes
  const typed = readTyped(hash.replace(/^#/, '').split('.')[0] ?? '');
  return 'value' in typed ? typed : undefined;
}
