import { grouped } from './grouped.ts';

const DIGEST = /^[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** A value of a record; a digest in groups, as people compare it. */
export function Value({ text }: { readonly text: string }) {
  return isDigest(text) ? <code>{grouped(text)}</code> : <>{text}</>;
}
