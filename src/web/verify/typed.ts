import { mistakeInNumber, normalizeRecordNumber } from '../../kinds/record-number.ts';

/** What a reader typed to look something up. */
export type Typed =
  | { readonly kind: 'number' | 'sha256' | 'transaction'; readonly value: string }
  | { readonly kind: 'mistyped' | 'short' | 'nothing' | 'empty' };

/** Tested while it is typed; digests may be in groups and in upper case. */
export function readTyped(text: string): Typed {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  const hex = trimmed.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return { kind: 'sha256', value: hex };
  if (/^0x[0-9a-f]{64}$/.test(hex)) return { kind: 'transaction', value: hex };
  const number = normalizeRecordNumber(trimmed);
  if (number !== undefined) return { kind: 'number', value: number };
  const mistake = mistakeInNumber(trimmed);
  return { kind: mistake === 'character' ? 'mistyped' : mistake === 'length' ? 'short' : 'nothing' };
}
