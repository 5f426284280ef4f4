import type { ComponentChildren } from 'preact';
import { grouped } from './grouped.ts';

const DIGEST = /^[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** A text in which no line ends within a term such as `SHA-256`. */
export function withWholeTerms(text: string): ComponentChildren {
  const parts = text.split(/([A-Z]+-\d+)/);
  return parts.length === 1 ? text : parts.map((part, i) => (i % 2 === 0 ? part : <span class="term">{part}</span>));
}

/** A value of a record; a digest in groups, as people compare it. */
export function Value({ text }: { readonly text: string }) {
  return isDigest(text) ? <code>{grouped(text)}</code> : <>{text}</>;
}
