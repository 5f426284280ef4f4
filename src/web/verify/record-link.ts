import { readTyped, type Typed } from './typed.ts';

/** What a link asks for: everything behind the `#`, which no server sees. */
export function linkedRecord(hash: string): (Typed & { readonly value: string }) | undefined {
  const typed = readTyped(decodeURIComponent(hash.replace(/^#/, '')).split('.')[0] ?? '');
  return 'value' in typed ? typed : undefined;
}
